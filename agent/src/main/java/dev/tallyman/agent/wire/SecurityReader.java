package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.Security;
import dev.tallyman.runtime.Security.Grant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what one workload may do. */
final class SecurityReader {

  private static final String FIELD = "spec.security.";
  private static final String UNCONFINED = "unconfined";

  private static final Form CAPABILITY =
      Form.of(
          "(?!CAP_)[A-Z][A-Z0-9_]{1,30}",
          "a capability of Linux as NET_ADMIN, without CAP_, or ALL");
  private static final Form SELINUX =
      Form.of(
          "disable|nested|(user|role|type|level|filetype):[\\x21-\\x7e]{1,255}",
          "disable, or a label as type:svirt_apache_t");
  private static final Form GROUP =
      Form.of("[^:\\s\\p{Cntrl}]{1,255}", "a group by name or number, without spaces and ':'");
  private static final Form USER_NAMESPACE = Form.of("host", "host");

  private SecurityReader() {}

  static dev.tallyman.runtime.Security read(Security message, FieldFaults faults) {
    Set<Grant> grants = EnumSet.noneOf(Grant.class);
    if (message.getPrivileged()) {
      grants.add(Grant.PRIVILEGED);
    }
    if (message.getNoNewPrivileges()) {
      grants.add(Grant.NO_NEW_PRIVILEGES);
    }
    if (message.getReadOnlyRoot()) {
      grants.add(Grant.READ_ONLY_ROOT);
    }
    return new dev.tallyman.runtime.Security(
        grants,
        capabilities("cap_add", message.getCapAddList(), faults),
        capabilities("cap_drop", message.getCapDropList(), faults),
        seccomp(message.getSeccomp(), faults),
        Form.WORD.optional(FIELD + "apparmor", message.getApparmor(), faults),
        SELINUX.each(FIELD + "selinux", message.getSelinuxList(), faults),
        GROUP.each(FIELD + "groups", message.getGroupsList(), faults),
        USER_NAMESPACE.optional(FIELD + "user_namespace", message.getUserNamespace(), faults));
  }

  private static Set<String> capabilities(String field, List<String> names, FieldFaults faults) {
    return new TreeSet<>(CAPABILITY.each(FIELD + field, names, faults));
  }

  /** The profile itself is the engine's to read; here a file name in its place is told apart. */
  private static Optional<String> seccomp(String profile, FieldFaults faults) {
    if (profile.isEmpty()) {
      return Optional.empty();
    }
    String text = profile.strip();
    if (!profile.equals(UNCONFINED) && !(text.startsWith("{") && text.endsWith("}"))) {
      faults.add(FIELD + "seccomp", profile, UNCONFINED + ", the profile itself as JSON, or empty");
    }
    return Optional.of(profile);
  }
}
