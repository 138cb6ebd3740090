package dev.tallyman.transport;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class UnixSocketTest {

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @TempDir private Path folder;
  private Path runFolder;
  private Path socket;
  private Endpoint endpoint;

  @BeforeEach
  void start() {
    runFolder = folder.resolve("run");
    socket = runFolder.resolve("probe.sock");
    endpoint = new Endpoint.UnixSocket(socket);
    logged.start();
    rootLogger().addAppender(logged);
  }

  @AfterEach
  void stop() {
    rootLogger().detachAppender(logged);
  }

  @Test
  void call_arrives_and_nothing_is_warned_of() {
    try (RunningServer server = Servers.start(spec())) {
      assertThat(server.endpoint()).isEqualTo(endpoint);
      assertThat(callOnce()).isEqualTo(SERVING);
    }
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }

  @Test
  void folder_and_socket_are_for_the_owner_alone() throws IOException {
    try (RunningServer _ = Servers.start(spec())) {
      assertThat(mode(runFolder)).isEqualTo("rwx------");
      assertThat(mode(socket)).isEqualTo("rw-------");
    }
  }

  @Test
  void socket_file_is_gone_after_close_and_the_place_is_free_again() {
    Servers.start(spec()).close();
    assertThat(socket).doesNotExist();
    Servers.start(spec()).close();
  }

  @Test
  void dead_socket_of_a_killed_process_is_replaced() throws IOException {
    Files.createDirectories(runFolder);
    bindWithoutGrpc().close();
    assertThat(socket).exists();
    try (RunningServer _ = Servers.start(spec())) {
      assertThat(callOnce()).isEqualTo(SERVING);
    }
  }

  @Test
  void socket_of_a_living_server_is_left_alone() {
    try (RunningServer _ = Servers.start(spec())) {
      assertThatThrownBy(() -> Servers.start(spec()))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining(socket + ": in use by another process");
      assertThat(callOnce()).isEqualTo(SERVING);
    }
  }

  @Test
  void socket_of_another_kind_of_program_that_lives_is_left_alone() throws IOException {
    Files.createDirectories(runFolder);
    try (ServerSocketChannel _ = bindWithoutGrpc()) {
      assertThatThrownBy(() -> Servers.start(spec()))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("in use by another process");
      assertThat(socket).exists();
    }
  }

  @Test
  void file_that_is_no_socket_is_never_deleted() throws IOException {
    Files.createDirectories(runFolder);
    Files.writeString(socket, "precious");
    assertThatThrownBy(() -> Servers.start(spec()))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("something else is there");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void folder_that_others_can_write_is_refused() throws IOException {
    Files.createDirectories(runFolder);
    Files.setPosixFilePermissions(runFolder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Servers.start(spec()))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("has mode rwxrwxrwx")
        .hasMessageContaining("expected: a folder that only its owner can write");
  }

  @Test
  void another_user_is_refused_even_when_the_modes_let_him_in() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to become another user");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
    Files.createDirectories(runFolder);
    try (RunningServer _ = Servers.start(spec())) {
      openToEverybody();
      assertThat(bytesReadAs("65534")).isZero();
      assertThat(bytesReadAs("0")).isPositive();
    }
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("refused a connection of user") && line.contains("root"));
  }

  @Test
  void only_the_same_user_and_root_are_allowed() throws IOException {
    Path mine = Files.createFile(folder.resolve("mine"));
    PeerCheck check = new PeerCheck(endpoint, Files.getOwner(mine));
    var users = folder.getFileSystem().getUserPrincipalLookupService();
    assertThat(check.isAllowed(Files.getOwner(mine))).isTrue();
    assertThat(check.isAllowed(users.lookupPrincipalByName("root"))).isTrue();
    assertThat(check.isAllowed(users.lookupPrincipalByName("4242"))).isFalse();
  }

  @Test
  void nobody_there_is_said_in_one_sentence() {
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    try {
      assertThatThrownBy(() -> Probe.call(channel))
          .satisfies(e ->
              assertThat(Failures.describe(endpoint, e))
                  .startsWith(endpoint + ": ")
                  .contains("No such file")
                  .hasLineCount(1));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void tls_on_a_unix_socket_is_refused() {
    assertThatThrownBy(() ->
            Channels.open(
                new ChannelSpec(
                    endpoint, Optional.of(TlsClient.trustingRuntime()), Optional.empty())))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("TLS is not used on unix sockets");
  }

  private ServerSpec spec() {
    return ServerSpec.of(endpoint, new Probe());
  }

  private Object callOnce() {
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    try {
      return Probe.call(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private ServerSocketChannel bindWithoutGrpc() throws IOException {
    ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return other.bind(UnixDomainSocketAddress.of(socket));
  }

  private void openToEverybody() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(runFolder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  /** Lets a child of that user connect, and returns how many bytes the server greeted it with. */
  private int bytesReadAs(String uid) throws IOException, InterruptedException {
    // In a folder of its own, as the build's may be closed to other users.
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path name = Path.of(Greeted.class.getName().replace('.', '/') + ".class");
    try (InputStream code = Greeted.class.getResourceAsStream("/" + name)) {
      Path copy = classes.resolve(name);
      Files.createDirectories(classes.resolve("dev/tallyman/transport"));
      Files.copy(requireNonNull(code), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    Process child =
        new ProcessBuilder(
                "setpriv",
                "--reuid=" + uid,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes.toString(),
                Greeted.class.getName(),
                socket.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assumeTrue(child.exitValue() < 126, "the other user cannot run this JDK: " + output);
    assertThat(child.exitValue()).as(output).isZero();
    return Integer.parseInt(output.strip());
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Logger rootLogger() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
