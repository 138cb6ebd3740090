package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Does harm while somebody goes on to change what is wanted, and takes the harm back. */
final class Striker {

  private static final Duration SOON = Duration.ofMinutes(2);

  /** Longer than a lease and what follows it. */
  private static final int LONGEST_PARTITION_MILLIS = 9_000;

  private static final int LONGEST_PEACE_MILLIS = 1500;
  private static final int LONGEST_TROUBLE_MILLIS = 3000;

  private final Scene scene;
  private final TestEngine engine;
  private final Daemons both;
  private final Wanted wanted;
  private final Look look;
  private final Random random;
  private int kills;

  Striker(Scene scene, TestEngine engine, Daemons both, Wanted wanted, Look look, Random random) {
    this.scene = scene;
    this.engine = engine;
    this.both = both;
    this.wanted = wanted;
    this.look = look;
    this.random = random;
  }

  /** How many processes were ended with SIGKILL so far. */
  int kills() {
    return kills;
  }

  /** Does one kind of harm and takes it back; the node is ready then, and no more than that. */
  void strike(Fault fault) {
    switch (fault) {
      case AGENT_KILLED -> {
        killAgent();
        both.startAgent();
      }
      case CONTROL_PLANE_KILLED -> {
        killControlPlane();
        both.startControlPlane();
      }
      case BOTH_KILLED -> {
        killAgent();
        killControlPlane();
        both.startAgent();
        both.startControlPlane();
      }
      case ENGINE_KILLED -> {
        killEngine();
        trouble();
        engine.comeBack();
      }
      case ENGINE_AND_AGENT_KILLED -> {
        killEngine();
        killAgent();
        both.startAgent();
        trouble();
        engine.comeBack();
      }
      case STORE_EMPTIED -> emptyStore();
      case PARTITION -> {
        enclosure().cutNetwork();
        change();
        pause(LONGEST_PARTITION_MILLIS);
        enclosure().healNetwork();
      }
      case PARTITION_AND_AGENT_KILLED -> {
        enclosure().cutNetwork();
        trouble();
        killAgent();
        both.startAgent();
        pause(LONGEST_PARTITION_MILLIS);
        enclosure().healNetwork();
      }
      case DISK_FULL -> {
        enclosure().fillDisk();
        trouble();
        enclosure().freeDisk();
      }
      case DISK_FULL_AND_AGENT_KILLED -> {
        enclosure().fillDisk();
        trouble();
        killAgent();
        both.startAgent();
        pause(LONGEST_TROUBLE_MILLIS);
        enclosure().freeDisk();
        superviseAgent();
      }
      case STATE_DELETED -> {
        killAgent();
        deleteState();
        both.startAgent();
      }
      case STATE_DELETED_UNDER_THE_AGENT -> {
        deleteState();
        change();
        // The one that lost it must manage, too, and leave the next one what it needs.
        look.awaitExactlyWhatIsWanted();
        killAgent();
        both.startAgent();
      }
    }
    await().atMost(SOON).until(both::isReady);
  }

  /** Lets the node work for a moment, whichever: a power cut may choose any. */
  void peace() {
    pause(LONGEST_PEACE_MILLIS);
  }

  /** What is wanted changes. */
  void change() {
    ask(wanted.next());
  }

  /** The control plane is told what is wanted now. */
  void ask(Wanted.Change change) {
    both.apply(change.apply());
    if (!change.delete().isEmpty()) {
      both.delete(change.delete());
    }
  }

  void killAgent() {
    both.killAgent();
    kills++;
  }

  private void killControlPlane() {
    both.killControlPlane();
    kills++;
  }

  private void killEngine() {
    if (engine.endsContainersWhenItReturns()) {
      // While it launches, Docker may lose sight of a process for ever (docs/architecture.md).
      look.awaitExactlyWhatIsWanted();
      wanted.engineEndedItsContainers();
    }
    engine.kill();
    kills++;
  }

  private void trouble() {
    change();
    pause(LONGEST_TROUBLE_MILLIS);
  }

  private void pause(int longestMillis) {
    try {
      Thread.sleep(random.nextInt(longestMillis));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts the agent again if it could not start, as any supervisor would. */
  private void superviseAgent() {
    if (!both.agentRuns()) {
      both.startAgent();
    }
  }

  private void deleteState() {
    // The agent may be writing there.
    await()
        .atMost(SOON)
        .until(() -> {
          Command.run("rm", "-rf", both.stateDir().toString());
          return true;
        });
  }

  private void emptyStore() {
    look.awaitExactlyWhatIsWanted();
    final Set<String> before = look.running();
    killControlPlane();
    Command.run("rm", "-rf", both.dataDir().toString());
    both.startControlPlane();
    String store = awaitRefusedStore("");
    if (random.nextBoolean()) {
      killAgent();
      both.startAgent();
      store = awaitRefusedStore("");
    }
    ask(wanted.again());
    pause(LONGEST_PEACE_MILLIS);
    assertThat(look.running()).as("what runs while the store is refused").isEqualTo(before);
    assertThat(both.agentLog()).contains("The node keeps running what it has");
    accept(store);
    assertThat(awaitRefusedStore(store)).isEmpty();
  }

  /** Waits until the store that the node refuses is another one than this, or none. */
  private String awaitRefusedStore(String former) {
    return await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(this::refusedStore, store -> !store.equals(former));
  }

  private String refusedStore() {
    ManagedChannel channel = node();
    try {
      return calls(channel).getNode(GetNodeRequest.getDefaultInstance()).getFeedsList().stream()
          .filter(feed -> feed.getName().equals("control-plane"))
          .map(FeedView::getRefusedStoreId)
          .findFirst()
          .orElse("");
    } finally {
      var _ = channel.shutdownNow();
    }
  }

  private void accept(String store) {
    ManagedChannel channel = node();
    try {
      var _ =
          calls(channel)
              .acceptFeed(
                  AcceptFeedRequest.newBuilder()
                      .setFeed("control-plane")
                      .setStoreId(store)
                      .build());
    } finally {
      var _ = channel.shutdownNow();
    }
  }

  private ManagedChannel node() {
    return Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(both.nodeSocket())));
  }

  private static NodeGrpc.NodeBlockingStub calls(ManagedChannel channel) {
    return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private Enclosure enclosure() {
    return scene.enclosure().orElseThrow();
  }
}
