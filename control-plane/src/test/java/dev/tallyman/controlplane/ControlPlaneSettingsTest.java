package dev.tallyman.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.config.Layers;
import dev.tallyman.config.Settings;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TlsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneSettingsTest {

  @TempDir private Path folder;

  @Test
  void file_with_every_setting_becomes_the_configuration() throws IOException {
    assertThat(
            config(
                """
                listen: ["unix:/run/t/cp.sock", "0.0.0.0:7400"]
                data-dir: /var/lib/t
                tls: {certificate: /etc/t/cert.pem, key: /etc/t/key.pem}
                tokens: {file: /etc/t/tokens.yaml}
                lease: {duration: 20s}
                """))
        .returns(Path.of("/var/lib/t"), ControlPlaneConfig::storeFolder)
        .returns(Duration.ofSeconds(20), ControlPlaneConfig::leaseDuration)
        .returns("1.2", ControlPlaneConfig::version)
        .satisfies(config -> {
          assertThat(config.listen())
              .containsExactly(
                  Endpoint.parse("unix:/run/t/cp.sock"), Endpoint.parse("0.0.0.0:7400"));
          assertThat(config.tls())
              .contains(new TlsServer(Path.of("/etc/t/cert.pem"), Path.of("/etc/t/key.pem")));
          assertThat(config.tokensFile()).contains(Path.of("/etc/t/tokens.yaml"));
        });
  }

  @Test
  void defaults_serve_this_user_alone() {
    ControlPlaneConfig config =
        ControlPlaneSettings.config(ControlPlaneSettings.SCHEMA.read(Layers.none()), "1.2");
    assertThat(config.listen()).singleElement().isInstanceOf(Endpoint.UnixSocket.class);
    assertThat(config.leaseDuration()).isEqualTo(Duration.ofSeconds(40));
    assertThat(config.tls()).isEmpty();
    assertThat(config.tokensFile()).isEmpty();
  }

  @Test
  void port_for_the_world_without_tls_and_tokens_is_refused() {
    assertThatThrownBy(() -> config("listen: [\"0.0.0.0:7400\", \"127.0.0.1:7400\"]"))
        .isInstanceOf(FaultsException.class)
        .hasMessageContaining("listen: 0.0.0.0:7400 (expected: a unix socket or loopback address")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() ->
            config(
                """
                listen: ["0.0.0.0:7400"]
                tls: {certificate: /c, key: /k}
                """))
        .hasMessageContaining("listen: 0.0.0.0:7400");
  }

  @Test
  void settings_that_do_not_go_together_are_all_named() {
    assertThatThrownBy(() ->
            config(
                """
                listen: []
                tls: {certificate: /c}
                """))
        .hasMessageContaining("listen: [] (expected: at least one endpoint)")
        .hasMessageContaining("tls.certificate: comes alone (expected: tls.key with it)");
    assertThatThrownBy(() -> config("tls: {key: /k}")).hasMessageContaining("tls.key: comes alone");
  }

  @Test
  void bad_endpoint_and_lease_are_refused() {
    assertThatThrownBy(() -> config("listen: [\"http://x\"]"))
        .hasMessageContaining("http://x (expected: unix:/path/to/socket, host:port");
    assertThatThrownBy(() -> config("lease: {duration: 1s}"))
        .hasMessageContaining("lease.duration");
  }

  private ControlPlaneConfig config(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("cp.yaml"), yaml);
    Settings settings = ControlPlaneSettings.SCHEMA.read(Layers.none().withFile(file));
    return ControlPlaneSettings.config(settings, "1.2");
  }
}
