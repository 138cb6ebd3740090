package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Enforcement;
import dev.tallyman.proto.v1.Isolation;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Security;
import dev.tallyman.proto.v1.WorkloadSpec;
import org.junit.jupiter.api.Test;

class SecurityTest {

  @Test
  void whatAServiceMayDoIsTranslated() {
    WorkloadSpec web =
        Compose.of(
                """
                services:
                  web:
                    image: x
                    privileged: true
                    read_only: true
                    cap_add: [CAP_NET_ADMIN, sys_time]
                    cap_drop: [ALL]
                    security_opt: ["no-new-privileges:true", "seccomp=profile.json", "apparmor:mine", "label=type:svirt_t"]
                    group_add: [mail, "1001"]
                    userns_mode: host
                    pid: host
                    ipc: service:db
                    x-tallyman: {runtime: podman, isolation: microvm, enforcement: strict}
                  db: {image: x, ipc: shareable, pid: "service:web", security_opt: [no-new-privileges, "seccomp:unconfined"], runtime: runc}
                x-tallyman: {enforcement: strict}
                """
                    .replace(", runtime: runc", "")
                    .replace("    ipc: service:db", "    ipc: private"))
            .withFile("/srv/app/profile.json", "{\"defaultAction\": \"SCMP_ACT_ERRNO\"}")
            .web();

    assertThat(web.getSecurity())
        .isEqualTo(
            Security.newBuilder()
                .setPrivileged(true)
                .setReadOnlyRoot(true)
                .addCapAdd("NET_ADMIN")
                .addCapAdd("SYS_TIME")
                .addCapDrop("ALL")
                .setNoNewPrivileges(true)
                .setSeccomp("{\"defaultAction\": \"SCMP_ACT_ERRNO\"}")
                .setApparmor("mine")
                .addSelinux("type:svirt_t")
                .addGroups("mail")
                .addGroups("1001")
                .setUserNamespace("host")
                .build());
    assertThat(web.getPidNamespace()).isEqualTo("host");
    assertThat(web.getIpcNamespace()).isEqualTo("private");
    assertThat(web.getRuntime()).isEqualTo("podman");
    assertThat(web.getIsolation()).isEqualTo(Isolation.ISOLATION_MICROVM);
    assertThat(web.getEnforcement()).isEqualTo(Enforcement.ENFORCEMENT_STRICT);
  }

  @Test
  void namespacesOfOthersAreWorkloadsAndDependencies() {
    Compose compose =
        Compose.of(
            """
            services:
              web: {image: x, pid: "service:db", ipc: "service:db", security_opt: [no-new-privileges, "seccomp:unconfined"]}
              db: {image: x, ipc: shareable}
            x-tallyman: {enforcement: strict}
            """);

    WorkloadSpec web = compose.web();
    assertThat(web.getPidNamespace()).isEqualTo("workload:db");
    assertThat(web.getIpcNamespace()).isEqualTo("workload:db");
    assertThat(web.getSecurity().getNoNewPrivileges()).isTrue();
    assertThat(web.getSecurity().getSeccomp()).isEqualTo("unconfined");
    assertThat(web.getEnforcement()).isEqualTo(Enforcement.ENFORCEMENT_STRICT);
    assertThat(compose.workload("web").getDependenciesList())
        .singleElement()
        .satisfies(dependency -> {
          assertThat(dependency.getWorkload()).isEqualTo("db");
          assertThat(dependency.getRestart()).isTrue();
        });
  }

  @Test
  void aServiceMayDoWithoutWhatTheEngineLacks() {
    assertThat(
            Compose.service("x-tallyman: {enforcement: warn}")
                .workload("web")
                .getSpec()
                .getEnforcement())
        .isEqualTo(Enforcement.ENFORCEMENT_WARN);
  }

  @Test
  void whatCannotBeGrantedIsToldByName() {
    assertThat(
            Compose.service(
                    """
                    cap_add: ["NET ADMIN"]
                    security_opt: [systempaths=unconfined, "seccomp=gone.json", "seccomp=list.json", apparmor, "no-new-privileges:maybe"]
                    userns_mode: keep-id
                    pid: private
                    ipc: "container:x"
                    x-tallyman: {isolation: vm, enforcement: lenient, policy: hard}
                    """)
                .withFile("/srv/app/list.json", "[]")
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("cap_add[0]: NET ADMIN (expected: a capability"),
            f -> assertThat(f).contains("security_opt[0]: systempaths=unconfined (expected"),
            f -> assertThat(f).contains("security_opt[1]: gone.json: there is no such file"),
            f ->
                assertThat(f)
                    .contains("security_opt[2]: list.json (expected: a seccomp profile in JSON)"),
            f -> assertThat(f).contains("security_opt[3]: apparmor (expected: name=value)"),
            f -> assertThat(f).contains("security_opt[4]: no-new-privileges:maybe (expected"),
            f -> assertThat(f).contains("userns_mode: keep-id (expected: host"),
            f -> assertThat(f).contains("pid: private (expected: host or service:name)"),
            f -> assertThat(f).contains("ipc: container:x (expected: none"),
            f -> assertThat(f).contains("isolation: vm (expected: container, sandbox, microvm"),
            f -> assertThat(f).contains("enforcement: lenient (expected: strict"),
            f ->
                assertThat(f)
                    .contains("policy: hard (expected: default, isolated, hardened, untrusted"));
  }

  @Test
  void aPolicyHoldsAServiceTightly() {
    WorkloadSpec isolated =
        Compose.of(
                "services: {web: {image: x, x-tallyman: {policy: isolated}, networks: {default: null}}}\n"
                    + "networks: {default: {name: app_default}}")
            .web();
    assertThat(isolated.getNetworking().getMode()).isEqualTo(NetworkMode.NETWORK_MODE_NONE);
    assertThat(isolated.getNetworking().getNetworksList()).isEmpty();
    assertThat(isolated.hasSecurity()).isFalse();

    Security tight =
        Security.newBuilder()
            .addCapDrop("ALL")
            .setNoNewPrivileges(true)
            .setReadOnlyRoot(true)
            .build();
    WorkloadSpec hardened =
        Compose.service("x-tallyman: {policy: hardened}\ncap_drop: [NET_RAW]").web();
    assertThat(hardened.getSecurity()).isEqualTo(tight);
    assertThat(hardened.getNetworking().getMode()).isEqualTo(NetworkMode.NETWORK_MODE_ENGINE);

    WorkloadSpec untrusted = Compose.service("x-tallyman: {policy: untrusted}").web();
    assertThat(untrusted.getSecurity()).isEqualTo(tight);
    assertThat(untrusted.getNetworking().getMode()).isEqualTo(NetworkMode.NETWORK_MODE_NONE);
    assertThat(untrusted.getIsolation()).isEqualTo(Isolation.ISOLATION_SANDBOX);
    assertThat(
            Compose.service("x-tallyman: {policy: untrusted, isolation: microvm}")
                .web()
                .getIsolation())
        .isEqualTo(Isolation.ISOLATION_MICROVM);
  }

  @Test
  void aKeyThatWouldLoosenAPolicyIsToldWithThePolicysPlace() {
    assertThat(
            Compose.service(
                    """
                    x-tallyman: {policy: untrusted, isolation: container}
                    privileged: true
                    cap_add: [NET_ADMIN]
                    read_only: false
                    security_opt: ["seccomp:unconfined", "no-new-privileges:false", "label:disable", "apparmor=mine"]
                    pid: host
                    ipc: host
                    userns_mode: host
                    devices: [{source: /dev/kvm}]
                    ports: [{target: 80}]
                    networks: {front: null}
                    runtime: runc
                    """)
                .faults())
        .filteredOn(fault -> !fault.contains("there is no network"))
        .allSatisfy(fault -> assertThat(fault).contains("at compose.yaml:4:26"))
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "services.web.x-tallyman.isolation: contradicts the policy untrusted at compose.yaml:4:26"),
            f -> assertThat(f).contains("services.web.privileged: contradicts"),
            f -> assertThat(f).contains("services.web.cap_add: contradicts"),
            f -> assertThat(f).contains("services.web.read_only: contradicts"),
            f -> assertThat(f).contains("services.web.security_opt[0]: contradicts"),
            f -> assertThat(f).contains("services.web.security_opt[1]: contradicts"),
            f -> assertThat(f).contains("services.web.security_opt[2]: contradicts"),
            f -> assertThat(f).contains("services.web.pid: contradicts"),
            f -> assertThat(f).contains("services.web.ipc: contradicts"),
            f -> assertThat(f).contains("services.web.userns_mode: contradicts"),
            f -> assertThat(f).contains("services.web.devices: contradicts"),
            f -> assertThat(f).contains("services.web.ports: contradicts"),
            f -> assertThat(f).contains("services.web.networks: contradicts"),
            f -> assertThat(f).contains("services.web.runtime: runc: the isolation"));
  }

  @Test
  void aServiceCanOnlyTightenThePolicyOfTheFile() {
    String file =
        """
        x-tallyman: {policy: hardened}
        services:
          a: {image: x}
          b: {image: x, x-tallyman: {policy: untrusted}}
        """;
    assertThat(Compose.of(file).workload("a").getSpec().getSecurity().getReadOnlyRoot()).isTrue();
    assertThat(Compose.of(file).workload("b").getSpec().getIsolation())
        .isEqualTo(Isolation.ISOLATION_SANDBOX);
    assertThat(Compose.of(file.replace("untrusted", "isolated")).faults())
        .containsExactly(
            "compose.yaml:4:38: services.b.x-tallyman.policy: isolated is less tight than hardened, the policy of the whole file at compose.yaml:1:22; a service can only tighten");
  }

  @Test
  void labelsAndSharedNamespacesCanLoosenAPolicyToo() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, pid: "service:b", ipc: "service:b", security_opt: ["label=type:spc_t", "label=level:s0:c1"]}
                      b: {image: x, ipc: shareable}
                    x-tallyman: {policy: untrusted}
                    """)
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("services.a.pid: contradicts"),
            f -> assertThat(f).contains("services.a.ipc: contradicts"),
            f -> assertThat(f).contains("services.a.security_opt[0]: contradicts"),
            f ->
                assertThat(f)
                    .contains(
                        "services.b.ipc: contradicts the policy untrusted at compose.yaml:4:22"));
  }
}
