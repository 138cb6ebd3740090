package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void portsListenOnAllAddressesUnlessOneIsNamed() {
    assertThat(
            Compose.service(
                    """
                    ports:
                      - {mode: ingress, target: 80, published: "8080", protocol: tcp, name: web, app_protocol: http}
                      - {mode: host, target: 53, published: "53", protocol: udp, host_ip: 127.0.0.1}
                      - {target: 443}
                      - {target: 444, published: "0", host_ip: "::1"}
                    """)
                .web()
                .getPortsList())
        .containsExactly(
            port(80, 8080, "0.0.0.0", PortProtocol.PORT_PROTOCOL_TCP),
            port(53, 53, "127.0.0.1", PortProtocol.PORT_PROTOCOL_UDP),
            port(443, 0, "0.0.0.0", PortProtocol.PORT_PROTOCOL_TCP),
            port(444, 0, "::1", PortProtocol.PORT_PROTOCOL_TCP));
  }

  private static Port port(int inside, int outside, String address, PortProtocol protocol) {
    return Port.newBuilder()
        .setContainerPort(inside)
        .setHostPort(outside)
        .setHostIp(address)
        .setProtocol(protocol)
        .build();
  }

  @Test
  void aRangeGivesEachReplicaItsOwnPort() {
    Compose compose = Compose.service("scale: 2\nports: [{target: 80, published: 8000-8003}]");

    assertThat(compose.stack().workloads())
        .extracting(workload -> workload.getSpec().getPorts(0).getHostPort())
        .containsExactly(8000, 8001);
    assertThat(compose.warnings())
        .singleElement()
        .asString()
        .contains("published: 8000-8003: only 2 of these ports is used");
    assertThat(Compose.service("scale: 5\nports: [{target: 80, published: 8000-8003}]").faults())
        .singleElement()
        .asString()
        .contains("8000-8003 for 5 replicas (compose.yaml:4:12)");
  }

  @Test
  void aPortOfTheHostIsPublishedOnce() {
    assertThat(
            Compose.of(
                    """
                    services:
                      a: {image: x, ports: [{target: 80, published: "80"}]}
                      b: {image: x, ports: [{target: 81, published: "80", host_ip: 127.0.0.1}]}
                      c: {image: x, ports: [{target: 82, published: "80", protocol: udp}]}
                      d: {image: x, ports: [{target: 83, published: "80", host_ip: "::"}]}
                      e: {image: x, ports: [{target: 84, published: "80", host_ip: "::1"}]}
                      f: {image: x, ports: [{target: 84, published: "81", host_ip: 127.0.0.1}]}
                      g: {image: x, ports: [{target: 84, published: "81", host_ip: 127.0.0.2}]}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:3:49: services.b.ports[0].published: port 80 of the host is published by services.a.ports[0].published at compose.yaml:2:49 already",
            "compose.yaml:6:49: services.e.ports[0].published: port 80 of the host is published by services.d.ports[0].published at compose.yaml:5:49 already");
  }

  @Test
  void portsThatCannotBeAreToldByName() {
    assertThat(
            Compose.service(
                    """
                    ports:
                      - {target: 70000}
                      - {published: "80"}
                      - {target: 80, protocol: sctp}
                      - {target: 80, published: http}
                      - {target: 80, published: "9-8"}
                      - {target: 80, host_ip: localhost}
                      - {target: 80, mode: mesh}
                    """)
                .faults())
        .satisfiesExactly(
            f -> assertThat(f).contains("ports[0].target: 70000 (expected: a number, 1 to 65535)"),
            f -> assertThat(f).contains("ports[1]: target: missing"),
            f -> assertThat(f).contains("ports[2].protocol: sctp (expected: tcp or udp"),
            f -> assertThat(f).contains("ports[3].published: http (expected: a port"),
            f -> assertThat(f).contains("ports[4].published: 9-8 (expected: a port"),
            f -> assertThat(f).contains("ports[5].host_ip: localhost (expected: an IPv4"),
            f -> assertThat(f).contains("ports[6].mode: mesh (expected: host, ingress"));
  }

  @Test
  void nothingIsPublishedWithoutANetworkOfItsOwn() {
    assertThat(Compose.service("network_mode: host\nports: [{target: 80}]").faults())
        .containsExactly(
            "compose.yaml:5:13: services.web.ports[0]: no port can be published with network_mode: host at compose.yaml:4:19;"
                + " each of its ports is the host's already: remove ports:");
    assertThat(Compose.service("network_mode: bridge\nports: [{target: 80}]").web().getPortsList())
        .hasSize(1);
  }
}
