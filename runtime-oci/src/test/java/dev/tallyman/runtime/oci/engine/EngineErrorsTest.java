package dev.tallyman.runtime.oci.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.RuntimeFailure.ImageNotFound;
import dev.tallyman.runtime.RuntimeFailure.InstanceNotFound;
import dev.tallyman.runtime.RuntimeFailure.Internal;
import dev.tallyman.runtime.RuntimeFailure.InvalidSpec;
import dev.tallyman.runtime.RuntimeFailure.PullDenied;
import dev.tallyman.runtime.RuntimeFailure.PullFailed;
import dev.tallyman.runtime.RuntimeFailure.Unavailable;
import dev.tallyman.runtime.RuntimeFailure.Unsupported;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The refusals are in the engines' own words, as Docker 20.10 and Podman 4.3 said them. */
final class EngineErrorsTest {

  private final EngineErrors errors = new EngineErrors("docker (/run/docker.sock)");

  static Stream<Arguments> refusals() {
    String exec = "runc create failed: unable to start container process: ";
    return Stream.of(
        // create
        refusal(
            Verb.CREATE,
            409,
            "Conflict. The container name \"/a\" is already in use by container \"943e\". You have to remove (or rename) that container to be able to reuse that name.",
            Conflict.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: creating container storage: the container name \"a\" is already in use by 4c20. You have to remove that container to be able to reuse that name: that name is already in use",
            Conflict.class),
        refusal(Verb.CREATE, 404, "No such image: localhost/nosuch:1", ImageNotFound.class),
        refusal(
            Verb.CREATE,
            404,
            "no such image: localhost/nosuch:1: image not known",
            ImageNotFound.class),
        refusal(
            Verb.CREATE,
            400,
            "invalid reference format: repository name must be lowercase",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "normalizing image: normalizing name for compat API: invalid reference format",
            InvalidSpec.class),
        refusal(Verb.CREATE, 400, "Minimum memory limit allowed is 6MB", InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: unable to find network with name or ID gone: network not found",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file or directory",
            Unsupported.class),
        refusal(
            Verb.CREATE,
            404,
            "image with reference a:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64",
            Unsupported.class),
        refusal(
            Verb.CREATE,
            400,
            "invalid mount config for type \"bind\": bind source path does not exist: /no/such",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: stat /dev/bogus: no such file or directory",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: \"CAP_BOGUS\": unknown capability",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: requested CPUs are not available - requested 99, available: 0-1",
            InvalidSpec.class),
        refusal(Verb.START, 404, "network shop_default not found", InvalidSpec.class),
        refusal(
            Verb.START,
            409,
            "cannot join network of a non running container: 4c20",
            InstanceNotFound.class),
        refusal(
            Verb.START,
            500,
            "error gathering device information while adding custom device \"/dev/bogus\": no such file or directory",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "failed to create shim task: OCI runtime create failed: runc create failed: wrong rlimit value: RLIMIT_BOGUS: unknown",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "Decoding seccomp profile failed: invalid character",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: runc create failed: unable to start container process: error during container init: open /proc/sys/net/bogus: no such file or directory",
            InvalidSpec.class),
        refusal(
            Verb.MAKE_ASSET, 500, "unsupported driver nope: invalid argument", InvalidSpec.class),
        refusal(Verb.MAKE_ASSET, 404, "plugin \"nope\" not found", InvalidSpec.class),
        refusal(
            Verb.MAKE_ASSET,
            500,
            "subnet 10.77.1.0/24 is already used on the host or by another config",
            Conflict.class),
        refusal(
            Verb.MAKE_ASSET,
            403,
            "Pool overlaps with other one on this address space",
            Conflict.class),
        refusal(Verb.MAKE_ASSET, 500, "disk full", Internal.class),
        refusal(
            Verb.REMOVE_ASSET,
            403,
            "error while removing network: network a id 4c20 has active endpoints",
            Conflict.class),
        refusal(
            Verb.REMOVE_ASSET,
            500,
            "\"pn1\" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used",
            Conflict.class),
        refusal(Verb.REMOVE_ASSET, 409, "remove a: volume is in use - [4c20]", Conflict.class),
        refusal(Verb.EXEC, 409, "Container 4c20 is not running", InstanceNotFound.class),
        refusal(
            Verb.EXEC,
            500,
            "can only create exec sessions on running containers: container state improper",
            InstanceNotFound.class),
        refusal(Verb.EXEC, 500, "out of luck", Internal.class),
        refusal(
            Verb.LOGS,
            501,
            "configured logging driver does not support reading",
            Unsupported.class),
        refusal(
            Verb.LOGS,
            500,
            "failed to obtain logs for Container 'a': this container is using the 'none' log driver, cannot read logs: this container is not logging output",
            Unsupported.class),
        refusal(Verb.LOGS, 404, "No such container: a", InstanceNotFound.class),
        refusal(Verb.CONNECT, 403, "Address already in use", Conflict.class),
        refusal(
            Verb.CONNECT,
            403,
            "user specified IP address is supported on user defined networks only",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            400,
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
            InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: CPU cfs quota cannot be less than 1ms (i.e. 1000)",
            InvalidSpec.class),
        refusal(Verb.CREATE, 500, "fill out specgen: invalid signal: SIGFOO", InvalidSpec.class),
        refusal(Verb.CREATE, 400, "Unknown runtime specified runsc", InvalidSpec.class),
        refusal(
            Verb.CREATE,
            500,
            "container create: running container create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument",
            InvalidSpec.class),
        refusal(Verb.CREATE, 500, "no space left on device", Internal.class),
        refusal(
            Verb.CREATE,
            400,
            "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version",
            Unavailable.class),
        // start
        refusal(
            Verb.START,
            500,
            "driver failed programming external connectivity on endpoint bb (69cc): Bind for 127.0.0.1:18080 failed: port is already allocated",
            Conflict.class),
        refusal(
            Verb.START,
            500,
            "driver failed programming external connectivity on endpoint bb (69cc): Error starting userland proxy: listen tcp4 127.0.0.1:80: bind: address already in use",
            Conflict.class),
        refusal(
            Verb.START,
            500,
            "cannot listen on the TCP port: listen tcp4 127.0.0.1:18080: bind: address already in use",
            Conflict.class),
        refusal(
            Verb.START,
            500,
            "cannot listen on the TCP port: listen tcp4 203.0.113.7:18081: bind: cannot assign requested address",
            InvalidSpec.class),
        refusal(
            Verb.START,
            400,
            "failed to create shim task: OCI runtime create failed: "
                + exec
                + "exec: \"nosuch\": executable file not found in $PATH: unknown",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: "
                + exec
                + "exec: \"nosuch\": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: " + exec + "exec: \"/etc\": permission denied: OCI permission denied",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "failed to create shim task: OCI runtime create failed: "
                + exec
                + "exec: \"/no/such\": stat /no/such: no such file or directory: unknown",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "crun: executable file `nosuch` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "OCI runtime create failed: crun: executable file `nosuch` not found in $PATH: No such"
                + " file or directory: unknown",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "rootlessport cannot expose privileged port 80, you can add"
                + " 'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "unable to find user nosuch: no matching entries in passwd file",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: runc create failed: Cwd must be an absolute path: OCI runtime error",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: "
                + exec
                + "error during container init: error setting cgroup config for procHooks process: unable to set memory limit to 1000000 (current usage: 2289664, peak usage: 2625536): OCI runtime error",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "failed to create shim task: OCI runtime create failed: "
                + exec
                + "error during container init: error setting cgroup config for procHooks process: failed to write \"100\": write /sys/fs/cgroup/cpu/docker/f0/cpu.cfs_quota_us: invalid argument: unknown",
            InvalidSpec.class),
        refusal(
            Verb.START,
            500,
            "runc: "
                + exec
                + "container init was OOM-killed (memory limit too low?): OCI runtime error",
            InvalidSpec.class),
        refusal(Verb.START, 404, "No such container: zz", InstanceNotFound.class),
        refusal(
            Verb.START,
            404,
            "no container with name or ID \"zz\" found: no such container",
            InstanceNotFound.class),
        refusal(Verb.START, 500, "container state improper", Internal.class),
        // the others
        refusal(Verb.INSPECT, 404, "No such container: zz", InstanceNotFound.class),
        refusal(Verb.REMOVE, 404, "No such container: zz", InstanceNotFound.class),
        refusal(Verb.REMOVE, 409, "removal of container zz is already in progress", Internal.class),
        refusal(
            Verb.STOP,
            500,
            "container 4c20 is running or paused, refusing to clean up: container state improper",
            Internal.class),
        refusal(
            Verb.KILL,
            409,
            "Cannot kill container: aa: Container 943e is not running",
            Internal.class),
        refusal(Verb.LIST, 500, "database is locked", Internal.class),
        refusal(Verb.LIST, 404, "page not found", Internal.class),
        refusal(
            Verb.IMAGE,
            400,
            "no such image: UPPER:::1: invalid reference format: repository name must be lowercase",
            InvalidSpec.class));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalHasTheKindThatSaysWhatToDo(
      Verb verb, int status, String text, Class<? extends RuntimeFailure> kind) {
    RuntimeFailure failure =
        errors.of(new EngineCall(verb, "web-1"), new EngineRefusal(status, text));

    assertThat(failure).isExactlyInstanceOf(kind);
    assertThat(failure)
        .hasMessageContaining("docker (/run/docker.sock)")
        .hasMessageContaining("web-1");
    if (!(failure instanceof InstanceNotFound)) {
      assertThat(failure).hasMessageContaining(text);
    }
  }

  @Test
  void aConflictSaysWhatIsTaken() {
    assertThat(errors.of(new EngineCall(Verb.CREATE, "a"), new EngineRefusal(409, "in use")))
        .isInstanceOfSatisfying(
            Conflict.class, c -> assertThat(c.subject()).isEqualTo(Conflict.Subject.NAME));
    assertThat(
            errors.of(
                new EngineCall(Verb.START, "a"),
                new EngineRefusal(500, "port is already allocated")))
        .isInstanceOfSatisfying(
            Conflict.class, c -> assertThat(c.subject()).isEqualTo(Conflict.Subject.PORT));
  }

  static Stream<Arguments> pulls() {
    return Stream.of(
        Arguments.of(
            404,
            "manifest for 127.0.0.1:5000/x:1 not found: manifest unknown: manifest unknown",
            ImageNotFound.class),
        Arguments.of(
            500,
            "initializing source docker://127.0.0.1:5000/x:1: reading manifest 1 in 127.0.0.1:5000/x: manifest unknown: manifest unknown",
            ImageNotFound.class),
        Arguments.of(
            404,
            "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            PullDenied.class),
        Arguments.of(
            500,
            "Head \"http://127.0.0.1:5000/v2/x/manifests/1\": no basic auth credentials",
            PullDenied.class),
        Arguments.of(
            500,
            "initializing source docker://127.0.0.1:5000/x:1: reading manifest 1 in 127.0.0.1:5000/x: unauthorized: authentication required",
            PullDenied.class),
        Arguments.of(
            500,
            "Get \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused",
            PullFailed.class),
        Arguments.of(
            500,
            "write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
            PullFailed.class),
        Arguments.of(500, "open /var/lib/docker/tmp: permission denied", PullFailed.class),
        Arguments.of(500, "denied", PullDenied.class),
        Arguments.of(500, "sha256:401403 failed", PullFailed.class),
        Arguments.of(400, "invalid reference format", InvalidSpec.class));
  }

  @ParameterizedTest
  @MethodSource("pulls")
  void aPullThatFailedSaysWhetherItHelpsToTryAgain(
      int status, String text, Class<? extends RuntimeFailure> kind) {
    assertThat(errors.of(new EngineCall(Verb.PULL, "x:1"), new EngineRefusal(status, text)))
        .isExactlyInstanceOf(kind);
  }

  static Stream<Arguments> breaks() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused"), "is the engine running?"),
        Arguments.of(new SocketException("No such file or directory"), "does not exist"),
        Arguments.of(new SocketException("Permission denied"), "may this user open it"),
        Arguments.of(new EOFException(), "connection broke"),
        Arguments.of(new IOException("broken pipe"), "broken pipe"));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void aBrokenConnectionIsUnavailableAndSaysWhatToLookAt(IOException broken, String hint) {
    assertThat(errors.of(EngineCall.of(Verb.LIST), broken))
        .isExactlyInstanceOf(Unavailable.class)
        .hasMessageContaining(hint);
  }

  @Test
  void anAnswerThatIsNoJsonIsInternalAndOneThatBreaksOffIsUnavailable() {
    assertThat(errors.of(EngineCall.of(Verb.LIST), parse("<html>")))
        .isExactlyInstanceOf(Internal.class);
    assertThat(errors.of(EngineCall.of(Verb.LIST), parse("{\"a\":")))
        .isExactlyInstanceOf(Unavailable.class);
  }

  private static Arguments refusal(
      Verb verb, int status, String text, Class<? extends RuntimeFailure> kind) {
    return Arguments.of(verb, status, text, kind);
  }

  private static Throwable parse(String text) {
    try {
      Json tree = Json.parse(text);
      throw new AssertionError("was JSON: " + tree);
    } catch (IOException e) {
      return e;
    }
  }
}
