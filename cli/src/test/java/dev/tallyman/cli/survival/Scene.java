package dev.tallyman.cli.survival;

import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.oci.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A control plane and an agent as processes at a real engine, and the test's own look at that
 * engine. Closing it leaves nothing of them, whatever became of them.
 */
final class Scene implements AutoCloseable {

  static final String STACK = "survival";

  private static final Duration SOON = Duration.ofMinutes(2);

  private final String node;
  private Optional<Daemons> daemons = Optional.empty();
  private Optional<OciRuntime> runtime = Optional.empty();
  private Optional<Path> folder = Optional.empty();
  private Optional<Enclosure> enclosure = Optional.empty();
  private Optional<String> unenclosed = Optional.empty();

  /** A scene on a node of its own, whose name begins so. */
  Scene(String name) {
    this.node = name + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** The engine as the node sees it. */
  OciRuntime runtime() {
    return runtime.orElseThrow();
  }

  /** A folder that goes with the scene. */
  Path folder() {
    return folder.orElseThrow();
  }

  /** Starts both on this host, and waits until the node is ready. */
  Daemons start(String engine, String... more) {
    return start(TestEngine.of(engine), Optional.empty(), more);
  }

  /** Starts both in an enclosure if that can be made here, and waits until the node is ready. */
  Daemons startEnclosed(TestEngine engine) {
    try {
      enclosure = Optional.of(Enclosure.open(Files.createDirectory(Daemons.diskOf(makeFolder()))));
    } catch (Enclosure.Impossible e) {
      unenclosed = Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return start(engine, enclosure);
  }

  /** The enclosure, if there is one. */
  Optional<Enclosure> enclosure() {
    return enclosure;
  }

  /** Why there is no enclosure. */
  Optional<String> unenclosed() {
    return unenclosed;
  }

  /** The node's name. */
  String node() {
    return node;
  }

  private Path makeFolder() {
    if (folder.isEmpty()) {
      try {
        // A short path: sockets are in it.
        folder = Optional.of(Files.createTempDirectory("tm"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return folder.get();
  }

  private Daemons start(TestEngine engine, Optional<Enclosure> around, String... more) {
    Path own = makeFolder();
    runtime =
        Optional.of(
            new OciRuntime(
                engine.kind(), node, engine.socket(), Deadlines.DEFAULT, Clock.systemUTC(), own));
    Daemons both = new Daemons(own, node, engine.socket(), around);
    daemons = Optional.of(both);
    both.startControlPlane();
    both.startAgent(more);
    await().atMost(SOON).until(both::isReady);
    return both;
  }

  /** A workload of the image that the engines' tests have, which is stopped by SIGKILL. */
  static Workload workload(String name, RestartMode mode, String script) {
    String image =
        Optional.ofNullable(System.getenv("TALLYMAN_TEST_IMAGE"))
            .orElse("localhost/tallyman-test:1");
    return Workload.newBuilder()
        .setName(name)
        .setStack(STACK)
        .setSpec(
            WorkloadSpec.newBuilder()
                .setImage(image)
                .setPullPolicy(PullPolicy.PULL_POLICY_NEVER)
                .addAllCommand(List.of("sh", "-c", script))
                .setStopGracePeriod(com.google.protobuf.Duration.getDefaultInstance())
                .setRestart(RestartPolicy.newBuilder().setMode(mode)))
        .build();
  }

  @Override
  public void close() throws IOException {
    daemons.ifPresent(Daemons::close);
    runtime.ifPresent(r -> {
      r.list().forEach(instance -> r.remove(instance.uid()));
      r.assets().list().forEach(r.assets()::remove);
      r.close();
    });
    enclosure.ifPresent(Enclosure::close);
    if (folder.isPresent()) {
      try (var paths = Files.walk(folder.get())) {
        paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }
}
