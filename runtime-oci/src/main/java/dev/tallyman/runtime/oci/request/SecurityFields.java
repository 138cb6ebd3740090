package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.Security.Grant;
import dev.tallyman.runtime.oci.engine.Dialect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a container may do. */
public final class SecurityFields {

  private static final String UNCONFINED = "unconfined";

  private SecurityFields() {}

  static void add(JsonObject host, InstanceSpec spec, Resolved resolved) {
    Security security = spec.surroundings().security();
    if (security.grants().contains(Grant.PRIVILEGED)) {
      host.addProperty("Privileged", true);
    }
    if (security.grants().contains(Grant.READ_ONLY_ROOT)) {
      host.addProperty("ReadonlyRootfs", true);
    }
    Fields.list(host, "CapAdd", security.capAdd());
    Fields.list(host, "CapDrop", security.capDrop());
    Fields.list(host, "GroupAdd", security.groups());
    security.userNamespace().ifPresent(mode -> host.addProperty("UsernsMode", mode));
    Fields.list(host, "SecurityOpt", options(security, resolved));
  }

  /** The seccomp profile that has to be in a file of the host before the request. */
  public static Optional<String> profileForFile(InstanceSpec spec, Dialect dialect) {
    return switch (dialect.kind()) {
      case DOCKER -> Optional.empty();
      // Its API wants the path of a file that its service can read.
      case PODMAN ->
          spec.surroundings().security().seccomp().filter(text -> !text.equals(UNCONFINED));
    };
  }

  private static List<String> options(Security security, Resolved resolved) {
    List<String> options = new ArrayList<>();
    if (security.grants().contains(Grant.NO_NEW_PRIVILEGES)) {
      options.add("no-new-privileges");
    }
    security
        .seccomp()
        .map(text -> resolved.seccompProfile().map(Path::toString).orElse(text))
        .ifPresent(profile -> options.add("seccomp=" + profile));
    security.apparmor().ifPresent(profile -> options.add("apparmor=" + profile));
    security.selinux().forEach(label -> options.add("label=" + label));
    return options;
  }
}
