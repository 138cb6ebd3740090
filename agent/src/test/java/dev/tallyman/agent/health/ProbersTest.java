package dev.tallyman.agent.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Health.State;
import dev.tallyman.agent.model.Probe;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.Probes.ImageCheck;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.testkit.Commands;
import dev.tallyman.runtime.testkit.EngineTime;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.InMemoryRuntime;
import dev.tallyman.runtime.testkit.Operation;
import dev.tallyman.runtime.testkit.SpecBuilder;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real probes of real sockets of this host, and of commands inside in-memory instances. */
class ProbersTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final InMemoryEngine engine = new InMemoryEngine(EngineTime.real());
  private final InMemoryRuntime runtime =
      new InMemoryRuntime("docker", "node-a", engine, Deadlines.DEFAULT);
  private final Inbox inbox = new Inbox();
  private final Probers probers =
      new Probers(
          name -> name.equals("docker") ? Optional.of(runtime) : Optional.empty(),
          inbox,
          InstantSource.system());
  private final List<Health> heard = new ArrayList<>();

  @BeforeEach
  void anInstance() {
    engine.addImage("app:1");
    var _ = runtime.launch(SpecBuilder.spec("u1", "app:1").build());
  }

  @AfterEach
  void end() {
    probers.close();
    runtime.close();
  }

  @Test
  void whatHasNoProbeCanBeUsedAtOnce() {
    probers.begin(subject(probes(none(), none(), none(), ImageCheck.USE), List.of()));

    awaitState(State.NOT_PROBED);
  }

  @Test
  void aCommandMakesItHealthyAndUnhealthy() {
    engine
        .commands()
        .ofUid(
            "u1",
            Commands.Outcome.exits(1, "not yet"),
            Commands.Outcome.exits(0, ""),
            Commands.Outcome.exits(1, "disk full"));
    probers.begin(subject(readiness(exec(), 2), List.of()));

    awaitState(State.HEALTHY);
    awaitState(State.UNHEALTHY);
    assertThat(heard.stream().map(Health::state))
        .containsExactly(State.STARTING, State.HEALTHY, State.UNHEALTHY);
    assertThat(heard.getLast().message()).contains("ended with code 1: disk full");
  }

  @Test
  void theImagesOwnCheckIsUsedWhereThereIsNoOtherAndNotWhereItIsSwitchedOff() {
    engine.healthCheck(
        "app:1",
        new ImageHealthCheck(
            List.of("check"),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ZERO,
            1));
    engine.commands().ofUid("u1", Commands.Outcome.exits(7, "no"));
    probers.begin(subject(probes(none(), none(), none(), ImageCheck.USE), List.of()));
    awaitState(State.UNHEALTHY);

    heard.clear();
    probers.begin(subject(probes(none(), none(), none(), ImageCheck.IGNORE), List.of()));
    awaitState(State.NOT_PROBED);
  }

  @Test
  void livenessIsAskedOnlyAfterTheStartupProbeHasSucceeded() {
    engine
        .commands()
        .ofUid(
            "u1",
            Commands.Outcome.exits(1, ""),
            Commands.Outcome.exits(1, ""),
            Commands.Outcome.exits(0, ""),
            Commands.Outcome.exits(1, "stuck"));
    probers.begin(
        subject(
            probes(
                Optional.of(probe(exec(), 1)),
                none(),
                Optional.of(probe(exec(), 5)),
                ImageCheck.IGNORE),
            List.of()));

    awaitState(State.DEAD);
    assertThat(heard.stream().map(Health::state)).startsWith(State.STARTING);
    assertThat(heard.getLast().message()).contains("liveness probe failed").contains("stuck");
  }

  @Test
  void aStartupProbeThatNeverSucceedsMeansDeath() {
    engine.commands().ofUid("u1", Commands.Outcome.exits(1, "no"));
    probers.begin(
        subject(
            probes(none(), none(), Optional.of(probe(exec(), 2)), ImageCheck.IGNORE), List.of()));

    awaitState(State.DEAD);
    assertThat(heard.getLast().message()).contains("startup probe failed");
  }

  @Test
  void aPortIsAskedWhereTheHostReachesIt() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK)) {
      PortBinding published =
          new PortBinding(80, server.getLocalPort(), "127.0.0.1", PortBinding.Protocol.TCP);
      probers.begin(subject(readiness(new Probe.Tcp(80), 1), List.of(published)));

      awaitState(State.HEALTHY);
      assertThat(heard.getLast().message()).contains("its published port " + server.getLocalPort());
    }
    awaitState(State.UNHEALTHY);
    assertThat(heard.getLast().message()).endsWith(": Connection refused.");
  }

  @Test
  void aPortThatTheHostDoesNotReachIsAskedFromInside() {
    engine.commands().ofUid("u1", Commands.Outcome.exits(0, ""));
    probers.begin(subject(readiness(new Probe.Tcp(80), 1), List.of()));

    awaitState(State.HEALTHY);
    assertThat(heard.getLast().message()).contains("nc inside");
  }

  @Test
  void aStatusOf200To399IsSuccess() throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 10);
    server.createContext(
        "/ready",
        exchange -> {
          boolean right =
              "yes".equals(exchange.getRequestHeaders().getFirst("X-Probe"))
                  && "shop.example".equals(exchange.getRequestHeaders().getFirst("Host"));
          exchange.sendResponseHeaders(right ? status.get() : 400, -1);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      Probe.Http check =
          new Probe.Http(
              port, "/ready", Probe.Scheme.HTTP, Map.of("X-Probe", "yes", "host", "shop.example"));
      probers.begin(hostSubject(readiness(check, 1)));
      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("status 503");

      status.set(302);
      awaitState(State.HEALTHY);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aCertificateOfAnyNameIsGoodEnough(@TempDir Path folder) throws Exception {
    HttpsServer server = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder.resolve("key.p12"))));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      Probe.Http check =
          new Probe.Http(server.getAddress().getPort(), "/", Probe.Scheme.HTTPS, Map.of());
      probers.begin(hostSubject(readiness(check, 1)));
      awaitState(State.HEALTHY);
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext selfSigned(Path file) throws Exception {
    String password = "changeit";
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "probe",
                "-keyalg",
                "EC",
                "-dname",
                "CN=somebody.else",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), password.toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void anAnswerThatNeverEndsIsLateAtTheTimeout() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK)) {
      Thread drip =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket peer = server.accept()) {
                  while (!peer.isClosed()) {
                    peer.getOutputStream().write('H');
                    Thread.sleep(10);
                  }
                } catch (IOException | InterruptedException _) {
                  // The probe has closed the connection.
                }
              });
      Probe.Http check = new Probe.Http(server.getLocalPort(), "/", Probe.Scheme.HTTP, Map.of());
      Probe slow =
          new Probe(
              check,
              Duration.ZERO,
              Duration.ofHours(1),
              Duration.ofMillis(300),
              1,
              1,
              Duration.ZERO,
              Duration.ofHours(1));
      probers.begin(hostSubject(probes(none(), Optional.of(slow), none(), ImageCheck.IGNORE)));

      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("no answer within 300 ms");
      drip.join(Duration.ofSeconds(30));
      assertThat(drip.isAlive()).isFalse();
    }
  }

  @Test
  void whatDoesNotSpeakHttpIsSaidSo() throws Exception {
    try (ServerSocket server = saying("SSH-2.0-OpenSSH\r\n\r\n")) {
      probers.begin(hostSubject(readiness(get(server, Probe.Scheme.HTTP), 1)));

      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("not an answer in HTTP");
    }
  }

  @Test
  void whatDoesNotSpeakTlsIsSaidSo() throws Exception {
    try (ServerSocket server = saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      probers.begin(hostSubject(readiness(get(server, Probe.Scheme.HTTPS), 1)));

      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("not an SSL/TLS record");
    }
  }

  @Test
  void aServerThatEndsItsLinesAsItLikesIsUnderstood() throws Exception {
    try (ServerSocket server = saying("HTTP/1.0 200 OK\nX Odd: y\nContent-Length: 2\n\nok")) {
      probers.begin(hostSubject(readiness(get(server, Probe.Scheme.HTTP), 1)));

      awaitState(State.HEALTHY);
    }
  }

  @Test
  void whoHangsUpIsSaidSo() throws Exception {
    try (ServerSocket server = saying("")) {
      probers.begin(hostSubject(readiness(get(server, Probe.Scheme.HTTP), 1)));

      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("closed without an answer");
    }
  }

  @Test
  void anAnswerThatIsNotTheLastIsWaitedOut() throws Exception {
    try (ServerSocket server =
        saying("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n")) {
      probers.begin(hostSubject(readiness(get(server, Probe.Scheme.HTTP), 1)));

      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("status 503");
    }
  }

  /** Says this to each who comes, once it has said something, and hangs up. */
  private static ServerSocket saying(String words) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, LOOPBACK);
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket peer = server.accept()) {
              int _ = peer.getInputStream().read(new byte[4096]);
              peer.getOutputStream().write(words.getBytes(US_ASCII));
            } catch (IOException _) {
              // The probe has closed the connection, or the test the server.
            }
          }
        });
    return server;
  }

  private static Probe.Http get(ServerSocket server, Probe.Scheme scheme) {
    return new Probe.Http(server.getLocalPort(), "/", scheme, Map.of());
  }

  @Test
  void manyInstancesOfOneImageThatStartTogetherAskForItOnce() {
    Probes ofImage = probes(none(), none(), none(), ImageCheck.USE);
    try (Probers together =
        new Probers(_ -> Optional.of(runtime), inbox, InstantSource.fixed(Instant.EPOCH))) {
      together.begin(subject(ofImage, List.of()));
      awaitState(State.NOT_PROBED);
      heard.clear();
      together.begin(subject(ofImage, List.of()));
      awaitState(State.NOT_PROBED);
    }

    assertThat(engine.audit().calls(Operation.IMAGE)).isEqualTo(1);
  }

  @Test
  void grpcHealthIsAskedByService() throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("shop", ServingStatus.NOT_SERVING);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
            .addService(health.getHealthService())
            .build()
            .start();
    try {
      probers.begin(hostSubject(readiness(new Probe.Grpc(server.getPort(), "shop"), 1)));
      awaitState(State.UNHEALTHY);
      assertThat(heard.getLast().message()).contains("NOT_SERVING");

      health.setStatus("shop", ServingStatus.SERVING);
      awaitState(State.HEALTHY);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aCommandThatHangsFailsAtItsTimeoutAndDelaysNobodyElse() {
    engine.commands().ofUid("u1", Commands.Outcome.exits(0, "").after(Duration.ofHours(1)));
    probers.begin(subject(readiness(exec(), 1), List.of()));

    awaitState(State.UNHEALTHY);
    assertThat(heard.getLast().message()).contains("did not end within");
  }

  @Test
  void nothingIsSaidAfterTheEnd() {
    engine.commands().ofUid("u1", Commands.Outcome.exits(0, ""));
    probers.begin(subject(readiness(exec(), 1), List.of()));
    awaitState(State.HEALTHY);
    engine.commands().ofUid("u1", Commands.Outcome.exits(1, ""));

    probers.end("u1");
    probers.begin(subject(probes(none(), none(), none(), ImageCheck.IGNORE), List.of()));
    heard.clear();
    awaitState(State.NOT_PROBED);
    assertThat(heard).hasSize(1);
  }

  // ---- what is probed

  private static Optional<Probe> none() {
    return Optional.empty();
  }

  private static Probe.Check exec() {
    return new Probe.Exec(List.of("check"));
  }

  private static Probes readiness(Probe.Check check, int failures) {
    return probes(none(), Optional.of(probe(check, failures)), none(), ImageCheck.IGNORE);
  }

  private static Probes probes(
      Optional<Probe> liveness,
      Optional<Probe> readiness,
      Optional<Probe> startup,
      ImageCheck image) {
    return new Probes(liveness, readiness, startup, image);
  }

  private static Probe probe(Probe.Check check, int failures) {
    return new Probe(
        check,
        Duration.ZERO,
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        1,
        failures,
        Duration.ZERO,
        Duration.ofMillis(100));
  }

  private static Prober.Subject subject(Probes probes, List<PortBinding> ports) {
    return new Prober.Subject(
        "u1", "docker", "id-1", Instant.now(), "app:1", probes, Prober.Place.OWN, Map.of(), ports);
  }

  private static Prober.Subject hostSubject(Probes probes) {
    return new Prober.Subject(
        "u1",
        "docker",
        "id-1",
        Instant.now(),
        "app:1",
        probes,
        Prober.Place.HOST,
        Map.of(),
        List.of());
  }

  private void awaitState(State state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          for (Message message : inbox.take(Duration.ofMillis(20))) {
            if (message instanceof Message.HealthChanged changed) {
              heard.add(changed.health());
            }
          }
          return !heard.isEmpty() && heard.getLast().state() == state;
        });
  }
}
