package dev.tallyman.bench;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.machine.Machine;
import dev.tallyman.bench.report.Report;
import dev.tallyman.bench.report.Table;
import dev.tallyman.bench.scenario.Bench;
import dev.tallyman.bench.scenario.Cli;
import dev.tallyman.bench.scenario.Converge;
import dev.tallyman.bench.scenario.Feed;
import dev.tallyman.bench.scenario.Idle;
import dev.tallyman.bench.scenario.Load;
import dev.tallyman.bench.scenario.PlanCost;
import dev.tallyman.bench.scenario.Probes;
import dev.tallyman.bench.scenario.React;
import dev.tallyman.bench.scenario.Scale;
import dev.tallyman.bench.scenario.Scenario;
import dev.tallyman.bench.scenario.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs scenarios, prints a table and writes a file. {@code bench/run} starts it. */
@Command(
    name = "bench/run",
    description = "Measures Tallyman, prints a table and writes bench/results/<time>.json.",
    sortOptions = false)
public final class Main implements Callable<Integer> {

  /** All scenarios, in the order in which they are run. */
  private static final List<Scenario> SCENARIOS =
      List.of(
          new PlanCost(),
          new Feed(),
          new Start(),
          new Cli(),
          new Converge(),
          new React(),
          new Probes(),
          new Idle(),
          new Load());

  private static final Duration PATIENCE_AT_END = Duration.ofMinutes(1);
  private static final List<String> ENGINES = List.of("docker", "podman");
  private static final DateTimeFormatter FILE_NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Option(names = "--project", required = true, hidden = true)
  private Path project = Path.of(".");

  @Option(names = "--scale", description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private Scale scale = Scale.NORMAL;

  @Option(names = "--list", description = "Print the scenarios and end.")
  private boolean list;

  @Parameters(paramLabel = "scenario", description = "What to measure; all of them without any.")
  private List<String> names = new ArrayList<>();

  private Main() {}

  /** Ends with 0 when everything was measured, whether or not goals are kept. */
  public static void main(String... arguments) {
    System.exit(
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, _, _) -> {
              System.err.println("bench: " + failure.getMessage());
              return 1;
            })
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (list) {
      SCENARIOS.forEach(s -> System.out.println(s.name() + "\t" + s.needs() + "\t" + s.summary()));
      return 0;
    }
    List<Scenario> chosen = chosen();
    Instant began = Clock.systemUTC().instant();
    List<BenchEngine> engines =
        chosen.stream().anyMatch(s -> s.needs() == Scenario.Needs.ENGINES) ? engines() : List.of();
    Path folder = Files.createTempDirectory("tmb");
    CountDownLatch ended = interruptedByShutdown(folder);
    try {
      Report report = new Report(began, facts(engines, folder));
      Bench bench = new Bench(project, folder, scale, engines, report, System.err);
      int failed = 0;
      try {
        for (Scenario scenario : chosen) {
          failed += run(scenario, bench) ? 0 : 1;
        }
      } catch (InterruptedException _) {
        report.note("Interrupted: what follows was not measured.");
        failed++;
      }
      finish(report, began);
      return failed == 0 ? 0 : 1;
    } finally {
      try {
        // They were empty, so that all that is left there is ours.
        for (BenchEngine engine : engines) {
          engine.clear();
        }
        Bench.delete(folder);
      } finally {
        ended.countDown();
      }
    }
  }

  /**
   * A signal ends a scenario in good order: it takes down what it has started, and what was
   * measured by then is written.
   *
   * @return to be counted down when that is done
   */
  private static CountDownLatch interruptedByShutdown(Path folder) {
    Thread measuring = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              if (ended.getCount() > 0) {
                measuring.interrupt();
              }
              try {
                if (!ended.await(PATIENCE_AT_END.toSeconds(), TimeUnit.SECONDS)) {
                  // JMH does not hear of it, and its benchmarks are processes of their own.
                  ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
                  Bench.delete(folder);
                }
              } catch (IOException e) {
                System.err.println("bench: " + folder + " is left: " + e.getMessage());
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            }));
    return ended;
  }

  /** One that fails does not keep the others from being measured. */
  private static boolean run(Scenario scenario, Bench bench) throws InterruptedException {
    bench.say(scenario.name() + ": " + scenario.summary() + "; load average " + Machine.load());
    try {
      scenario.run(bench);
      return true;
    } catch (IOException | RuntimeException e) {
      bench.report().note("Scenario " + scenario.name() + " failed: " + e.getMessage());
      bench.say(scenario.name() + " FAILED: " + e.getMessage());
      return false;
    }
  }

  private void finish(Report report, Instant began) throws IOException {
    report.note("Load average at the end: " + Machine.load());
    Table.lines(report.findings()).forEach(System.out::println);
    report.notes().forEach(System.out::println);
    Path file = project.resolve("bench/results").resolve(FILE_NAME.format(began) + ".json");
    report.write(file);
    System.out.println("All samples: " + file);
  }

  private List<Scenario> chosen() {
    Map<String, Scenario> byName =
        SCENARIOS.stream().collect(Collectors.toMap(Scenario::name, Function.identity()));
    List<String> unknown = names.stream().filter(name -> !byName.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "scenario: %s (expected: %s)"
              .formatted(
                  String.join(", ", unknown),
                  SCENARIOS.stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }
    return names.isEmpty() ? SCENARIOS : names.stream().map(byName::get).toList();
  }

  /** The engines that {@code bench/run} has started. */
  private static List<BenchEngine> engines() throws IOException {
    List<BenchEngine> engines = new ArrayList<>();
    for (String name : ENGINES) {
      String variable = "TALLYMAN_BENCH_" + name.toUpperCase(Locale.ROOT);
      Optional<String> socket = Optional.ofNullable(System.getenv(variable));
      if (socket.isPresent() && !socket.get().isEmpty()) {
        BenchEngine engine =
            new BenchEngine(
                name,
                Path.of(socket.get().replaceFirst("^unix://", "")),
                Optional.ofNullable(System.getenv("TALLYMAN_BENCH_IMAGE")).orElseThrow(),
                Long.parseLong(Optional.ofNullable(System.getenv(variable + "_PID")).orElse("0")));
        engine.requireEmpty();
        engines.add(engine);
      }
    }
    if (engines.isEmpty()) {
      throw new IllegalStateException("no engine is there (bench/run starts private ones)");
    }
    return engines;
  }

  private Map<String, String> facts(List<BenchEngine> engines, Path folder)
      throws IOException, InterruptedException {
    Map<String, String> facts = Machine.facts(project);
    facts.put("scale", scale.name());
    for (BenchEngine engine : engines) {
      facts.put(engine.name(), engine.version());
    }
    facts.put(
        "docker-compose", Machine.version(List.of("docker-compose", "version", "--short"), folder));
    facts.put("podman-client", Machine.version(List.of("podman", "--version"), folder));
    return facts;
  }
}
