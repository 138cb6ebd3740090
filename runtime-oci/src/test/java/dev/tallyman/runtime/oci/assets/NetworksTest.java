package dev.tallyman.runtime.oci.assets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.NetworkSpec.Subnet;
import dev.tallyman.runtime.NetworkSpec.Trait;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NetworksTest {

  private static final String FOUND =
      """
      {"Name": "n", "Driver": "bridge", "Internal": false, "EnableIPv6": false,
       "IPAM": {"Config": [{"Subnet": "10.1.0.0/24", "Gateway": "10.1.0.1"}]},
       "Options": {"mtu": "1400"}, "Labels": {}}
      """;

  @Test
  void whatASpecLeavesOpenIsAsTheEngineChose() {
    assertThat(difference(Optional.empty(), Map.of(), Set.of(), List.of())).isEmpty();
    assertThat(
            difference(
                Optional.of("bridge"),
                Map.of("mtu", "1400"),
                Set.of(Trait.ATTACHABLE),
                List.of("10.1.0.0/24")))
        .isEmpty();
  }

  @Test
  void eachDifferenceIsNamedWithWhatIsExpected() {
    assertThat(
            difference(
                    Optional.of("macvlan"),
                    Map.of("mtu", "9000", "vlan", "7"),
                    Set.of(Trait.INTERNAL, Trait.IPV6),
                    List.of("10.2.0.0/24"))
                .orElseThrow())
        .contains("driver: bridge (expected: macvlan)")
        .contains("option mtu: '1400' (expected: '9000')")
        .contains("option vlan: '' (expected: '7')")
        .contains("internal: false (expected: true)")
        .contains("ipv6: false (expected: true)")
        .contains("subnets: [10.1.0.0/24] (expected: [10.2.0.0/24])");
  }

  private static Optional<String> difference(
      Optional<String> driver,
      Map<String, String> options,
      Set<Trait> traits,
      List<String> subnets) {
    try {
      return Networks.difference(
          new NetworkSpec(
              "n",
              Ownership.STACK,
              driver,
              options,
              traits,
              subnets.stream()
                  .map(range -> new Subnet(range, Optional.empty(), Optional.empty()))
                  .toList(),
              Map.of()),
          Json.parse(FOUND));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
