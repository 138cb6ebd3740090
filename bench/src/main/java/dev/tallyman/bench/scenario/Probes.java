package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.machine.ProcessCost;
import dev.tallyman.bench.node.BenchNode;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import dev.tallyman.bench.scenario.Bench.Contender;
import dev.tallyman.proto.v1.HttpCheck;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.TcpCheck;
import dev.tallyman.proto.v1.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What 200 probes a second cost the agent's process, beside the same agent without any. Who is
 * probed is on this host's loopback, in the benchmark's own process.
 */
public final class Probes implements Scenario {

  private static final int WORKLOADS = 20;
  private static final double PROBES_PER_SECOND = 200;
  private static final com.google.protobuf.Duration INTERVAL =
      com.google.protobuf.Duration.newBuilder().setNanos(100_000_000).build();
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Until what probes run is compiled: an agent that runs for years is measured, not its start. */
  private static final Duration WARM_UP = Duration.ofSeconds(60);

  private static final double PERCENT = 100;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Goal GOAL = new Goal(Goal.Statistic.MEDIAN, 5);

  @Override
  public String name() {
    return "probes";
  }

  @Override
  public String summary() {
    return "processor time of the agent for 200 probes a second, tcp and http";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    BenchEngine engine = bench.engines().getFirst();
    List<Workload> plain = Loads.sleepers(WORKLOADS, engine.image(), Net.HOST);
    try (ProbeTarget target = new ProbeTarget();
        BenchNode node =
            BenchNode.start(bench.project(), bench.newFolder("probes"), engine.socket(), "")) {
      List<Workload> tcp = Loads.probed(plain, tcp(target.port()));
      List<Workload> http = Loads.probed(plain, http(target.port()));
      warmUp(node, tcp);
      warmUp(node, http);
      List<Double> rates = new ArrayList<>();
      List<Contender> contenders =
          List.of(
              Bench.contender("none", () -> idle(bench, node, plain)),
              Bench.contender("tcp", () -> probing(bench, node, tcp, target::connections, rates)),
              Bench.contender("http", () -> probing(bench, node, http, target::requests, rates)));
      List<Series> series =
          bench.alternate(bench.scale().of(3, 5, 10), Unit.PERCENT_OF_A_CORE, contenders);
      Series none = series.getFirst();
      for (Series probed : series.subList(1, series.size())) {
        bench.report().add(Finding.beside(name(), "200/s, agent", probed, none, GOAL));
      }
      bench
          .report()
          .add(Finding.alone(name(), "probes a second", new Series("seen", Unit.COUNT, rates)));
      node.remove(plain);
    } finally {
      engine.clear();
    }
  }

  private static void warmUp(BenchNode node, List<Workload> workloads) throws InterruptedException {
    double _ = node.run(workloads);
    Thread.sleep(WARM_UP);
  }

  private static double idle(Bench bench, BenchNode node, List<Workload> workloads)
      throws InterruptedException {
    double _ = node.run(workloads);
    Thread.sleep(SETTLE);
    return window(bench, node);
  }

  /** The share of a core, as it would be at exactly 200 probes a second. */
  private static double probing(
      Bench bench, BenchNode node, List<Workload> workloads, LongSupplier seen, List<Double> rates)
      throws InterruptedException {
    double _ = node.run(workloads);
    Thread.sleep(SETTLE);
    long before = seen.getAsLong();
    long began = System.nanoTime();
    double percent = window(bench, node);
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    double rate = (seen.getAsLong() - before) / seconds;
    rates.add(rate);
    return percent * PROBES_PER_SECOND / rate;
  }

  private static double window(Bench bench, BenchNode node) throws InterruptedException {
    long began = System.nanoTime();
    double cpu = ProcessCost.cpuSeconds(node.agentPid());
    Thread.sleep(Duration.ofSeconds(bench.scale().of(5, 10, 30)));
    double used = ProcessCost.cpuSeconds(node.agentPid()) - cpu;
    return PERCENT * used / ((System.nanoTime() - began) / NANOS_PER_SECOND);
  }

  private static Probe tcp(int port) {
    return Probe.newBuilder()
        .setTcp(TcpCheck.newBuilder().setPort(port))
        .setInterval(INTERVAL)
        .build();
  }

  private static Probe http(int port) {
    return Probe.newBuilder()
        .setHttp(HttpCheck.newBuilder().setPort(port))
        .setInterval(INTERVAL)
        .build();
  }
}
