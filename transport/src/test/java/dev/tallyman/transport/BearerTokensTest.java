package dev.tallyman.transport;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokensTest {

  @TempDir private Path folder;
  private Path tokenFile;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    tokenFile = folder.resolve("token");
    write("alpha-token\n");
    Map<TokenHash, String> known =
        Map.of(TokenHash.of("alpha-token"), "alpha", TokenHash.of("beta-token"), "beta");
    server =
        Servers.start(
            ServerSpec.of(new Endpoint.UnixSocket(folder.resolve("s.sock")), new Probe())
                .withInterceptors(
                    List.of(
                        new BearerTokens<>(
                            Probe.CALLER, hash -> Optional.ofNullable(known.get(hash))))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void known_token_reaches_the_service_as_its_principal() {
    withToken(channel -> {
      assertThat(Probe.call(channel)).isEqualTo(SERVING);
      assertFails(channel, "who", Status.Code.ABORTED, "you are alpha");
    });
  }

  @Test
  void token_is_read_again_for_each_call() {
    withToken(channel -> {
      assertFails(channel, "who", Status.Code.ABORTED, "you are alpha");
      write("beta-token");
      assertFails(channel, "who", Status.Code.ABORTED, "you are beta");
    });
  }

  @Test
  void unknown_or_missing_token_is_refused() {
    withToken(channel -> {
      write("gamma-token");
      assertFails(channel, "", Status.Code.UNAUTHENTICATED, "the bearer token is not known here");
    });
    ManagedChannel without = Channels.open(ChannelSpec.plain(server.endpoint()));
    try {
      assertFails(without, "", Status.Code.UNAUTHENTICATED, "no bearer token");
    } finally {
      without.shutdownNow();
    }
  }

  @Test
  void file_that_becomes_unusable_fails_the_call_and_says_why() {
    withToken(channel -> {
      Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-r-----"));
      assertFails(
          channel,
          "",
          Status.Code.UNAUTHENTICATED,
          "token file " + tokenFile + ": mode is rw-r----- (expected: rw-------");
      Files.delete(tokenFile);
      assertFails(channel, "", Status.Code.UNAUTHENTICATED, tokenFile + ": no such file");
    });
  }

  @Test
  void unusable_file_is_refused_when_the_channel_is_opened() throws IOException {
    write("");
    assertThatThrownBy(this::open).hasMessageContaining(tokenFile + ": empty");
    write("two words");
    assertThatThrownBy(this::open)
        .hasMessageContaining(tokenFile + ": not a token")
        .hasMessageNotContaining("two words");
    write("x".repeat(5000));
    assertThatThrownBy(this::open).hasMessageContaining("larger than 4096 bytes");
  }

  @Test
  void hash_is_written_as_sha256sum_writes_it_and_never_shown() {
    TokenHash hash = TokenHash.of("abc");
    // FIPS 180-2, appendix B.1.
    assertThat(hash.toHex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(TokenHash.parseHex(hash.toHex())).isEqualTo(hash).hasSameHashCodeAs(hash);
    assertThat(TokenHash.of("abd")).isNotEqualTo(hash);
    assertThat(hash.toString()).doesNotContain("ba78");
    assertThatThrownBy(() -> TokenHash.parseHex("my-plain-token"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("14 characters (expected: the 64 hexadecimal digits")
        .hasMessageNotContaining("my-plain-token");
  }

  private void write(String token) throws IOException {
    Files.writeString(tokenFile, token);
    Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-------"));
  }

  private ManagedChannel open() {
    return Channels.open(
        new ChannelSpec(server.endpoint(), Optional.empty(), Optional.of(tokenFile)));
  }

  private void withToken(Use use) {
    ManagedChannel channel = open();
    try {
      use.with(channel);
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertFails(
      ManagedChannel channel, String service, Status.Code code, String message) {
    assertThatThrownBy(() -> Probe.call(channel, service))
        .satisfies(e -> {
          assertThat(Status.fromThrowable(e).getCode()).isEqualTo(code);
          assertThat(e).hasMessageContaining(message);
        });
  }

  private interface Use {
    void with(ManagedChannel channel) throws IOException;
  }
}
