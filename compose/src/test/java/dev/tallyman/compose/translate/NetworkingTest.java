package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Networking;
import dev.tallyman.proto.v1.Subnet;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkingTest {

  @Test
  void aServiceIsReachedByItsKeyItsContainersNameAndItsAliases() {
    Networking web =
        Compose.of(
                """
                services:
                  Web_1:
                    image: x
                    container_name: www
                    hostname: host
                    domainname: example.test
                    mac_address: 02:42:ac:11:65:43
                    networks:
                      back: {aliases: [api], priority: 10}
                      front: {ipv4_address: 172.28.5.9, ipv6_address: "2001:db8::9", gw_priority: 1}
                      extra: null
                    dns: 1.1.1.1
                    dns_search: [example.test]
                    dns_opt: [use-vc]
                    extra_hosts: ["db=10.0.0.1", "v6=::1", "gw=host-gateway"]
                networks:
                  back: {name: app_back, internal: true, labels: {a: b}}
                  front:
                    name: app_front
                    driver: bridge
                    driver_opts: {com.docker.network.driver.mtu: "1400"}
                    attachable: true
                    enable_ipv6: true
                    ipam: {driver: default, config: [{subnet: 172.28.0.0/16, ip_range: 172.28.5.0/24, gateway: 172.28.5.254}, {subnet: "2001:db8::/64"}]}
                  extra: {external: true, name: shared, ipam: {}}
                """)
            .workload("web-1")
            .getSpec()
            .getNetworking();

    assertThat(web.getMode()).isEqualTo(NetworkMode.NETWORK_MODE_ATTACHED);
    assertThat(web.getNetworksList())
        .extracting(attachment -> attachment.getNetwork().getName())
        .containsExactly("app_front", "app_back", "shared");
    NetworkAttachment front = web.getNetworks(0);
    assertThat(front.getAliasesList()).containsExactly("Web_1", "web-1", "www");
    assertThat(front.getIpv4Address()).isEqualTo("172.28.5.9");
    assertThat(front.getIpv6Address()).isEqualTo("2001:db8::9");
    assertThat(front.getMacAddress()).isEqualTo("02:42:ac:11:65:43");
    assertThat(front.getNetwork())
        .isEqualTo(
            Network.newBuilder()
                .setName("app_front")
                .setDriver("bridge")
                .putDriverOptions("com.docker.network.driver.mtu", "1400")
                .setAttachable(true)
                .setIpv6(true)
                .addSubnets(
                    Subnet.newBuilder()
                        .setSubnet("172.28.0.0/16")
                        .setIpRange("172.28.5.0/24")
                        .setGateway("172.28.5.254"))
                .addSubnets(Subnet.newBuilder().setSubnet("2001:db8::/64"))
                .build());
    assertThat(web.getNetworks(1).getAliasesList()).contains("api");
    assertThat(web.getNetworks(1).getNetwork())
        .isEqualTo(
            Network.newBuilder().setName("app_back").setInternal(true).putLabels("a", "b").build());
    assertThat(web.getNetworks(2).getNetwork())
        .isEqualTo(Network.newBuilder().setName("shared").setExternal(true).build());
    assertThat(web.getDnsServersList()).containsExactly("1.1.1.1");
    assertThat(web.getDnsSearchesList()).containsExactly("example.test");
    assertThat(web.getDnsOptionsList()).containsExactly("use-vc");
    assertThat(web.getDomainName()).isEqualTo("example.test");
    assertThat(web.getExtraHostsList())
        .extracting(entry -> entry.getName() + " " + entry.getAddress())
        .containsExactly("db 10.0.0.1", "v6 ::1", "gw host-gateway");
  }

  @Test
  void hostsMayBeAMapping() {
    assertThat(
            Compose.service("extra_hosts: {db: 10.0.0.1, two: [10.0.0.2, \"[::2]\"]}")
                .web()
                .getNetworking()
                .getExtraHostsList())
        .extracting(entry -> entry.getName() + " " + entry.getAddress())
        .containsExactly("db 10.0.0.1", "two 10.0.0.2", "two ::2");
  }

  @Test
  void modesOfTheNetworkAreTranslated() {
    assertThat(mode("none").getMode()).isEqualTo(NetworkMode.NETWORK_MODE_NONE);
    assertThat(mode("host").getMode()).isEqualTo(NetworkMode.NETWORK_MODE_HOST);
    assertThat(mode("bridge").getMode()).isEqualTo(NetworkMode.NETWORK_MODE_ENGINE);
    Networking shared = mode("service:my.db");
    assertThat(shared.getMode()).isEqualTo(NetworkMode.NETWORK_MODE_WORKLOAD);
    assertThat(shared.getWorkload()).isEqualTo("my-db");
    assertThat(Compose.service("").web().getNetworking().getMode())
        .isEqualTo(NetworkMode.NETWORK_MODE_ENGINE);
  }

  private static Networking mode(String mode) {
    return Compose.of(
            """
            services:
              web: {image: x, network_mode: "%s"}
              my.db: {image: x}
            """
                .formatted(mode))
        .workload("web")
        .getSpec()
        .getNetworking();
  }

  @Test
  void networksThatCannotBeAreToldByName() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, network_mode: "service:bb"}
                      bb: {image: x, scale: 2}
                      c: {image: x, network_mode: "container:other"}
                      d: {image: x, network_mode: "service:dd"}
                      e: {image: x, network_mode: host, networks: {net: {}}}
                      f: {image: x, network_mode: "service:f"}
                      g: {image: x, networks: {nett: {link_local_ips: [169.254.1.1]}}}
                    networks:
                      net: {external: true, driver: bridge}
                      two: {enable_ipv4: false}
                      old: {external: {name: x}}
                      one: {name: two, internal: true}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "2:31: services.a.network_mode: bb has 2 replicas at compose.yaml:3:25"),
            f ->
                assertThat(f)
                    .contains("services.c.network_mode: container:other (expected: service:"),
            f ->
                assertThat(f)
                    .contains("services.d.network_mode: there is no service dd; did you mean"),
            f ->
                assertThat(f)
                    .contains("services.e.network_mode: host and networks: contradict each other"),
            f -> assertThat(f).contains("services.f.network_mode: names the service itself"),
            f ->
                assertThat(f)
                    .contains(
                        "services.g.networks.nett: there is no network nett under networks:; did you mean net?"),
            f -> assertThat(f).contains("link_local_ips: not supported: use ipv4_address"),
            f -> assertThat(f).contains("networks.net: external: true and other keys"),
            f -> assertThat(f).contains("networks.two.enable_ipv4: not supported"),
            f -> assertThat(f).contains("networks.old.external: a mapping (expected: true"),
            f ->
                assertThat(f)
                    .contains("networks.one: describes two in another way than networks.two"));
  }

  @Test
  void aNameOnANetworkIsOneServices() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, networks: {one: {aliases: [db]}, two: {aliases: [db]}}}
                      b: {image: x, networks: {one: {aliases: [db]}}}
                      db: {image: x, networks: {two: null}}
                      c: {image: x, container_name: db, networks: {three: null}}
                    networks: {one: {name: one}, two: {name: two}, three: {name: three}}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:3:44: services.b.networks.one.aliases[0]: the name db on network one is claimed by services.a at compose.yaml:2:44 already; rename one of them",
            "compose.yaml:4:3: services.db: the name db on network two is claimed by services.a at compose.yaml:2:44 already; rename one of them");
  }

  @Test
  void aLinkIsANameOnTheNetworksThatBothShareAndADependency() {
    Compose compose =
        Compose.of(
            """
            services:
              web: {image: x, links: ["db:database", "cache"], networks: {one: null, two: null}}
              db: {image: x, networks: {one: null, three: null}}
              cache: {image: x, networks: {one: null}}
              away: {image: x, networks: {three: null}}
            networks: {one: {name: one}, two: {name: two}, three: {name: three}}
            """);

    List<NetworkAttachment> db = compose.workload("db").getSpec().getNetworking().getNetworksList();
    assertThat(db.get(0).getAliasesList()).containsExactly("db", "database");
    assertThat(db.get(1).getAliasesList()).containsExactly("db");
    assertThat(compose.workload("web").getDependenciesList())
        .extracting(dependency -> dependency.getWorkload() + " " + dependency.getRestart())
        .containsExactly("db true", "cache true");
    assertThat(
            Compose.of(
                    compose
                        .model()
                        .replace("\"cache\"]", "\"away\"]")
                        .replace("two: null}}", "two: null}}"))
                .faults())
        .singleElement()
        .asString()
        .contains("services.web.links[1]: web and away share no network");
  }

  @Test
  void addressesMustFitTheirNetworks() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, networks: {net: {ipv4_address: 10.2.0.1, mac_address: 02-42-ac-11-65-43}}}
                      b: {image: x, networks: {plain: {ipv4_address: 10.1.0.9, ipv6_address: 10.1.0.9}}}
                      c: {image: x, dns: [one], networks: {same: null, same2: null}, extra_hosts: [a=b]}
                      d: {image: x, network_mode: "service:a", dns: [1.1.1.1], extra_hosts: [a=1.1.1.1], hostname: d}
                    networks:
                      net: {ipam: {config: [{subnet: 10.1.0.0/16, gateway: 10.2.0.1, ip_range: 10.1.0.0/15}, {subnet: 10.1.0.0/99}, {}]}}
                      plain: {name: plain}
                      same: {name: one}
                      same2: {name: one}
                      bad: {external: true, name: host}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "a.networks.net.ipv4_address: 10.2.0.1 (expected: an address in a subnet that ipam:"),
            f ->
                assertThat(f)
                    .contains(
                        "a.networks.net.mac_address: 02-42-ac-11-65-43 (expected: a hardware address"),
            f ->
                assertThat(f)
                    .contains(
                        "b.networks.plain.ipv4_address: 10.1.0.9 (expected: an address in a subnet"),
            f ->
                assertThat(f)
                    .contains(
                        "b.networks.plain.ipv6_address: 10.1.0.9 (expected: an IPv6 address)"),
            f -> assertThat(f).contains("services.c: joins the network one twice"),
            f -> assertThat(f).contains("c.dns[0]: one (expected: an IP address)").contains("4:23"),
            f ->
                assertThat(f).contains("c.extra_hosts[0]: a=b (expected: a name and an IP address"),
            f -> assertThat(f).contains("d.dns: is that of the other service"),
            f -> assertThat(f).contains("d.extra_hosts: is that of the other service"),
            f -> assertThat(f).contains("d.hostname: is that of the other service"),
            f ->
                assertThat(f)
                    .contains(
                        "networks.net.ipam.config[0].gateway: 10.2.0.1 (expected: an address within"),
            f ->
                assertThat(f)
                    .contains(
                        "networks.net.ipam.config[0].ip_range: 10.1.0.0/15 (expected: a range within"),
            f ->
                assertThat(f)
                    .contains(
                        "networks.net.ipam.config[1].subnet: 10.1.0.0/99 (expected: a range like"),
            f -> assertThat(f).contains("networks.net.ipam.config[2]: subnet: missing"),
            f -> assertThat(f).contains("networks.bad.name: host (expected: 1 to 128 of"));
  }
}
