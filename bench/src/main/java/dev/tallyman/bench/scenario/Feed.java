package dev.tallyman.bench.scenario;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.inprocess.FeedServer;
import dev.tallyman.bench.inprocess.Loop;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.NodeMessage;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.transport.Channels;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Desired state over gRPC to the actions that follow from it: many workloads at once, and one
 * change among them. Beside a client that reads the same messages and does nothing with them.
 */
public final class Feed implements Scenario {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int WARM_UPS = 5;
  private static final int DELTAS = 5;
  private static final Duration CALM = Duration.ofMillis(100);
  private static final int PATIENCE_SECONDS = 60;
  private static final String RUNTIME = "docker";
  private static final Goal THOUSAND = new Goal(Goal.Statistic.MEDIAN, 200);
  private static final Goal DELTA = new Goal(Goal.Statistic.MEDIAN, 5);
  private static final RuntimeInfo ENGINE =
      new RuntimeInfo(
          "docker", "20.10.24", "1.41", "linux", "amd64", 4, 8L << 30, Set.of(Capability.values()));

  @Override
  public String name() {
    return "feed";
  }

  @Override
  public String summary() {
    return "1 000 and 10 000 workloads over gRPC to planned, and one delta to its action";
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    measure(bench, 1_000, THOUSAND);
    measure(bench, 10_000);
  }

  private void measure(Bench bench, int count, Goal... goals)
      throws IOException, InterruptedException {
    // With those that come one by one it is as many as are said, and as a node takes.
    List<Workload> workloads = workloads(count - DELTAS);
    Path folder = bench.newFolder("feed");
    try (FeedServer server = new FeedServer(folder.resolve("f/s"), _ -> {})) {
      for (int i = 0; i < WARM_UPS; i++) {
        double _ = planned(server, workloads, new ArrayList<>());
        double _ = read(server, workloads);
      }
      List<Double> deltas = new ArrayList<>();
      List<Series> series =
          bench.alternate(
              bench.scale().of(3, 10, 30),
              Unit.MILLISECONDS,
              List.of(
                  Bench.contender("planned", () -> planned(server, workloads, deltas)),
                  Bench.contender("bare reader", () -> read(server, workloads))));
      String setting = Integer.toString(count);
      bench.report().add(Finding.beside(name(), setting, series.get(0), series.get(1), goals));
      bench
          .report()
          .add(
              Finding.alone(
                  name(),
                  setting + " there",
                  new Series("one delta to its action", Unit.MILLISECONDS, deltas),
                  DELTA));
    }
  }

  private static List<Workload> workloads(int count) {
    List<Workload> workloads = new ArrayList<>();
    for (Workload sleeper : Loads.sleepers(count, "app:1", Net.NONE)) {
      workloads.add(sleeper.toBuilder().setUid("uid-" + workloads.size()).setGeneration(1).build());
    }
    return workloads;
  }

  /** From the first byte sent to the last action begun; then a few workloads more, one by one. */
  private static double planned(FeedServer server, List<Workload> workloads, List<Double> deltas)
      throws InterruptedException {
    Awaited awaited = new Awaited(workloads.size());
    Inbox inbox = new Inbox();
    try (Loop loop = new Loop(inbox, awaited, (_, _) -> {}, new Forgetting(), Telemetry.NONE)) {
      inbox.post(new Message.RuntimeUp(RUNTIME, ENGINE));
      inbox.post(new Message.Listed(RUNTIME, List.of(), new Ticks().next()));
      var _ = loop.connect(server.channel());
      FeedServer.Link link = server.awaitNode();
      long began = System.nanoTime();
      link.snapshot(workloads);
      awaited.await();
      double millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
      for (int i = 0; i < DELTAS; i++) {
        // What the snapshot set off besides must not stand in the way of the change.
        Thread.sleep(CALM);
        awaited.expect(1);
        String name = "more-" + i;
        Workload more = workloads.getFirst().toBuilder().setUid(name).setName(name).build();
        began = System.nanoTime();
        link.delta(List.of(more));
        awaited.await();
        deltas.add((System.nanoTime() - began) / NANOS_PER_MILLI);
      }
      return millis;
    }
  }

  private static double read(FeedServer server, List<Workload> workloads)
      throws InterruptedException {
    ManagedChannel channel = Channels.open(server.channel());
    try {
      CountDownLatch left = new CountDownLatch(workloads.size());
      StreamObserver<NodeMessage> out =
          ControlPlaneGrpc.newStub(channel)
              .sync(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ControlMessage message) {
                      for (int i = message.getSnapshot().getWorkloadsCount(); i > 0; i--) {
                        left.countDown();
                      }
                    }

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onCompleted() {}
                  });
      out.onNext(NodeMessage.newBuilder().setHello(Hello.getDefaultInstance()).build());
      FeedServer.Link link = server.awaitNode();
      long began = System.nanoTime();
      link.snapshot(workloads);
      await(left);
      return (System.nanoTime() - began) / NANOS_PER_MILLI;
    } finally {
      var _ = channel.shutdownNow();
    }
  }

  private static void await(CountDownLatch left) throws InterruptedException {
    if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(left.getCount() + " did not come within a minute");
    }
  }

  /** Waits for actions, which it does not carry out. */
  private static final class Awaited implements Actuator {
    private final AtomicReference<CountDownLatch> left;

    Awaited(int actions) {
      left = new AtomicReference<>(new CountDownLatch(actions));
    }

    void expect(int actions) {
      left.set(new CountDownLatch(actions));
    }

    void await() throws InterruptedException {
      Feed.await(left.get());
    }

    @Override
    public void begin(long actionId, Action action) {
      left.get().countDown();
    }

    @Override
    public void cancel(String uid, long actionId) {}
  }

  private static final class Forgetting implements Persistence {
    @Override
    public void history(long sequence, HistoryChange change) {}

    @Override
    public void desired(DesiredChange change) {}
  }
}
