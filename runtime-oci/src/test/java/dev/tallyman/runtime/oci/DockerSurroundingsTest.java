package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.Networking;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The surroundings of instances on a real Docker, and what only Docker does. */
final class DockerSurroundingsTest extends SurroundingsTest {

  @Override
  TestEngine engine() {
    return TestEngine.docker();
  }

  @Test
  void anInitProcessIsPutInFront() {
    Instance instance = launch(spec("sleep 1000").process(Wanted.initProcess()));

    assertThat(says(instance, "cat /proc/1/cmdline")).contains("init");
  }

  @Test
  void theHostHasAnAddressAndTheInstanceADomain() {
    Instance instance =
        launch(
            spec("sleep 1000")
                .networking(
                    new Networking(
                        new Networking.Engine(),
                        Optional.of("h"),
                        Optional.of("d.example"),
                        Networking.Dns.DEFAULT,
                        List.of(
                            new Networking.HostEntry("gw", Networking.HostEntry.HOST_GATEWAY)))));

    assertThat(says(instance, "cat /etc/hosts"))
        .contains("h.d.example")
        .containsPattern("10\\.[0-9.]+\\s+gw");
  }
}
