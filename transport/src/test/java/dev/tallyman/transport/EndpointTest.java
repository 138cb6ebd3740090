package dev.tallyman.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:/run/tallyman/agent.sock",
        "localhost:7400",
        "127.0.0.1:0",
        "[::1]:7400",
        "[fe80::1%1]:7400",
        "node-1.example.org:65535"
      })
  void text_form_survives_a_round_trip(String text) {
    assertThat(Endpoint.parse(text)).hasToString(text);
  }

  @Test
  void unix_path_may_be_written_with_slashes_of_a_url() {
    assertThat(Endpoint.parse("unix:///run/a.sock"))
        .isEqualTo(new Endpoint.UnixSocket(Path.of("/run/a.sock")));
  }

  @ParameterizedTest
  @CsvSource({
    "unix:/run/a.sock, true",
    "localhost:1, true",
    "LOCALHOST:1, true",
    "127.9.9.9:1, true",
    "[::1]:1, true",
    "[::ffff:127.0.0.1]:1, true",
    "0.0.0.0:1, false",
    "[::]:1, false",
    "10.0.0.1:1, false",
    "localhost.example.org:1, false",
    "example.org:1, false"
  })
  void only_unix_sockets_and_loopback_are_local(String text, boolean local) {
    assertThat(Endpoint.parse(text).isLocal()).isEqualTo(local);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|endpoint: \"\" (expected: unix:/path/to/socket, host:port or [IPv6 address]:port)",
        "localhost|endpoint: \"localhost\" (expected: unix:/path/to/socket, host:port",
        "http://localhost:1|endpoint: \"http://localhost:1\" (expected: unix:/path",
        "localhost:65536|port: 65536 (expected: 0 to 65535)",
        "a b:1|host: \"a b\" (expected: a host name or an address)",
        "[::zz]:1|host: \"::zz\" (expected: a host name or an address)",
        "[example.org]:1|endpoint: \"[example.org]:1\" (expected: unix:/path",
        "unix:run/a.sock|unix socket: run/a.sock (expected: an absolute path",
      })
  void refuses_other_text_and_says_what_is_expected(String text, String message) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refuses_a_socket_path_that_the_system_cannot_bind() {
    assertThatThrownBy(() -> Endpoint.parse("unix:/" + "x".repeat(120)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("121 bytes (expected: at most");
  }
}
