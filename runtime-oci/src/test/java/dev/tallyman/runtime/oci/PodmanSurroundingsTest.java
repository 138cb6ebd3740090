package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.ProcessSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The surroundings of instances on a real Podman, and what only Podman does. */
final class PodmanSurroundingsTest extends SurroundingsTest {

  @Override
  TestEngine engine() {
    return TestEngine.podman();
  }

  @Test
  void whatPodmanWouldIgnoreIsRefusedByName() {
    assertRefused(
        spec("sleep 1000")
            .process(Wanted.logging(new ProcessSpec.Logging("json-file", Map.of("max-file", "3")))),
        "max-file");
    assertRefused(
        spec("sleep 1000")
            .networking(
                new Networking(
                    new Networking.Engine(),
                    Optional.empty(),
                    Optional.of("d.example"),
                    Networking.Dns.DEFAULT,
                    List.of(new Networking.HostEntry("gw", Networking.HostEntry.HOST_GATEWAY)))),
        "domain-name, extra-hosts/host-gateway");
    NetworkSpec odd =
        new NetworkSpec(
            "odd-" + Long.toHexString(System.nanoTime()),
            Ownership.STACK,
            Optional.empty(),
            Map.of("com.example.odd", "1"),
            Set.of(),
            List.of(),
            Map.of());
    assertRefused(spec("sleep 1000").network(Wanted.attached(odd, "a")), "com.example.odd");
    assertThat(runtime.assets().list()).isEmpty();
  }
}
