package dev.tallyman.transport;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTest {

  // Made once: each costs the start of a Java process.
  @TempDir private static Path certificates;
  private static TestCertificate loopback;
  private static TestCertificate another;
  private static TestCertificate named;
  private static TestCertificate expired;

  @TempDir private Path folder;

  @BeforeAll
  static void makeCertificates() throws Exception {
    loopback = TestCertificate.forLoopback(certificates.resolve("loopback"));
    another = TestCertificate.forLoopback(certificates.resolve("another"));
    named = TestCertificate.forName(certificates.resolve("named"), "control.example.org");
    expired = TestCertificate.expired(certificates.resolve("expired"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "localhost:0"})
  void loopback_may_be_plain_and_port_0_becomes_a_real_one(String text) {
    try (RunningServer server = Servers.start(ServerSpec.of(Endpoint.parse(text), new Probe()))) {
      assertThat(server.endpoint().toString()).doesNotEndWith(":0");
      assertThat(call(ChannelSpec.plain(server.endpoint()))).isEqualTo(SERVING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:0", "[::]:0", "10.9.8.7:0", "example.org:0"})
  void listening_to_the_world_without_tls_is_refused(String text) {
    assertRefused(
        () -> Servers.start(ServerSpec.of(Endpoint.parse(text), new Probe())),
        text + ": listening without TLS is refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:1", "10.9.8.7:1", "example.org:1"})
  void plaintext_to_another_host_is_refused(String text) {
    assertRefused(
        () -> Channels.open(ChannelSpec.plain(Endpoint.parse(text))),
        text + ": plaintext to another host is refused");
  }

  @Test
  void tls_carries_calls_for_a_client_that_trusts_the_certificate() {
    // All addresses: what TLS makes possible.
    try (RunningServer server = Servers.start(tlsSpec("0.0.0.0:0", loopback))) {
      Endpoint endpoint = new Endpoint.HostPort("127.0.0.1", port(server));
      assertThat(call(trusting(endpoint, loopback))).isEqualTo(SERVING);
      Endpoint byName = new Endpoint.HostPort("localhost", port(server));
      assertThat(call(trusting(byName, loopback))).isEqualTo(SERVING);
    }
  }

  @Test
  void server_with_a_certificate_of_somebody_else_is_not_believed() {
    try (RunningServer server = Servers.start(tlsSpec("127.0.0.1:0", another))) {
      assertThat(failure(trusting(server.endpoint(), loopback)))
          .contains("TLS handshake failed: ")
          .contains(server.endpoint().toString());
    }
  }

  @Test
  void certificate_for_another_name_is_not_believed_unless_that_name_is_asked_for()
      throws Exception {
    try (RunningServer server = Servers.start(tlsSpec("127.0.0.1:0", named))) {
      assertThat(failure(trusting(server.endpoint(), named)))
          .contains("TLS handshake failed")
          .contains("127.0.0.1");
      TlsClient byName =
          new TlsClient(Optional.of(named.certificate()), Optional.of("control.example.org"));
      assertThat(call(new ChannelSpec(server.endpoint(), Optional.of(byName), Optional.empty())))
          .isEqualTo(SERVING);
    }
  }

  @Test
  void plain_client_does_not_get_through_to_a_tls_server_and_is_told_why() {
    try (RunningServer server = Servers.start(tlsSpec("127.0.0.1:0", loopback))) {
      assertThat(failure(ChannelSpec.plain(server.endpoint())))
          .isEqualTo(
              server.endpoint()
                  + ": closed the connection before it was of use (it may expect TLS, or none)");
    }
  }

  @Test
  void bad_certificates_and_keys_are_refused_by_name_before_listening() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello");
    Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-------"));
    Path missing = folder.resolve("missing");
    Path open = Files.copy(loopback.key(), folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

    assertRefused(() -> tls(expired.certificate(), expired.key()), "NotAfter");
    assertRefused(() -> tls(missing, loopback.key()), missing + ": no such file");
    assertRefused(() -> tls(text, loopback.key()), text + ": ");
    assertRefused(() -> tls(loopback.certificate(), text), text + ": ");
    assertRefused(() -> tls(loopback.certificate(), missing), missing + ": no such file");
    assertRefused(
        () -> tls(loopback.certificate(), open), "mode is rw-r--r-- (expected: rw-------");
    assertRefused(
        () ->
            Channels.open(
                new ChannelSpec(
                    Endpoint.parse("127.0.0.1:1"),
                    Optional.of(TlsClient.trusting(text)),
                    Optional.empty())),
        text + ": ");
  }

  @Test
  void port_in_use_is_said_so() {
    try (RunningServer server =
        Servers.start(ServerSpec.of(Endpoint.parse("127.0.0.1:0"), new Probe()))) {
      assertRefused(
          () -> Servers.start(ServerSpec.of(server.endpoint(), new Probe())),
          server.endpoint() + ": cannot listen: Address already in use");
    }
  }

  private static void tls(Path certificate, Path key) {
    Servers.start(
            ServerSpec.of(Endpoint.parse("127.0.0.1:0"), new Probe())
                .withTls(new TlsServer(certificate, key)))
        .close();
  }

  private static ServerSpec tlsSpec(String endpoint, TestCertificate certificate) {
    return ServerSpec.of(Endpoint.parse(endpoint), new Probe()).withTls(certificate.server());
  }

  private static ChannelSpec trusting(Endpoint endpoint, TestCertificate certificate) {
    return new ChannelSpec(
        endpoint, Optional.of(TlsClient.trusting(certificate.certificate())), Optional.empty());
  }

  private static int port(RunningServer server) {
    return ((Endpoint.HostPort) server.endpoint()).port();
  }

  private static Object call(ChannelSpec spec) {
    ManagedChannel channel = Channels.open(spec);
    try {
      return Probe.call(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static String failure(ChannelSpec spec) {
    try {
      return "it worked: " + call(spec);
    } catch (RuntimeException e) {
      return Failures.describe(spec.endpoint(), e);
    }
  }

  private static void assertRefused(ThrowingCallable what, String message) {
    assertThatThrownBy(what)
        .isInstanceOf(TransportException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("io.netty");
  }
}
