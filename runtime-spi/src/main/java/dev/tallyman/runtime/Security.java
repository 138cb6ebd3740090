package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an instance may do.
 *
 * @param grants what it is granted or denied beyond the engine's choice
 * @param capAdd kernel capabilities without {@code CAP_}, or {@code ALL}
 * @param capDrop kernel capabilities without {@code CAP_}, or {@code ALL}
 * @param seccomp empty for the engine's profile; {@code unconfined}, or the profile as JSON
 * @param apparmor name of the profile; empty for the engine's
 * @param selinux labels such as {@code type:svirt_apache_t} or {@code disable}
 * @param groups further groups, by name or number
 * @param userNamespace empty for the engine's choice; {@code host} for none
 */
public record Security(
    Set<Grant> grants,
    Set<String> capAdd,
    Set<String> capDrop,
    Optional<String> seccomp,
    Optional<String> apparmor,
    List<String> selinux,
    List<String> groups,
    Optional<String> userNamespace) {

  /** The engine's own choices. */
  public static final Security DEFAULT =
      new Security(
          Set.of(),
          Set.of(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty());

  /** Something that an instance is granted or denied. */
  public enum Grant {
    /** Nearly everything that root of the host may do. */
    PRIVILEGED,
    /** It cannot gain privileges. */
    NO_NEW_PRIVILEGES,
    /** Its root file system cannot be written. */
    READ_ONLY_ROOT
  }

  public Security {
    grants = Set.copyOf(grants);
    capAdd = Collections.unmodifiableSet(new TreeSet<>(capAdd));
    capDrop = Collections.unmodifiableSet(new TreeSet<>(capDrop));
    requireNonNull(seccomp, "seccomp");
    requireNonNull(apparmor, "apparmor");
    selinux = List.copyOf(selinux);
    groups = List.copyOf(groups);
    requireNonNull(userNamespace, "userNamespace");
  }
}
