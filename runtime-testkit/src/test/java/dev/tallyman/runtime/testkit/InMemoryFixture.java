package dev.tallyman.runtime.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The contract's second hand at an in-memory engine in real time. */
class InMemoryFixture implements RuntimeFixture {

  private static final String IMAGE = "test/app:1";
  private static final String PULLABLE = "test/pullable:1";
  private static final String DENIED = "test/denied:1";
  private static final int OUTPUT_KEPT = 4 << 10;

  private final InMemoryEngine engine = new InMemoryEngine(EngineTime.real());

  InMemoryFixture() {
    engine.addImage(IMAGE);
    engine.registry().offers(PULLABLE, 1000, Duration.ofMillis(10)).denies(DENIED);
    engine.offer(EnumSet.complementOf(EnumSet.of(Capability.ISOLATION_MICROVM)));
  }

  InMemoryEngine engine() {
    return engine;
  }

  @Override
  public ContainerRuntime connect(String node, Deadlines deadlines) {
    return new InMemoryRuntime("memory", node, engine, deadlines);
  }

  @Override
  public Invocation invocation(Program program) {
    List<String> command = List.of(program.toString());
    engine.programs().ofCommand(command, behaviour(program));
    if (program instanceof Program.Writes writes) {
      engine.output().ofCommand(command, writes.lines().toArray(Output.Line[]::new));
    }
    return new Invocation(IMAGE, command, List.of());
  }

  @Override
  public List<String> execution(Execution execution) {
    List<String> command = List.of(execution.toString());
    engine.commands().ofCommand(command, outcome(execution));
    return command;
  }

  private static Commands.Outcome outcome(Execution execution) {
    return switch (execution) {
      case Execution.Says(String word, int exitCode) ->
          Commands.Outcome.exits(exitCode, word + "\n");
      case Execution.SaysMuch(char letter, int times, int exitCode) ->
          Commands.Outcome.exits(
              exitCode, String.valueOf(letter).repeat(Math.min(times, OUTPUT_KEPT)));
      case Execution.Sleeps(Duration duration) -> Commands.Outcome.exits(0, "").after(duration);
      case Execution.NoSuchCommand _ -> Commands.Outcome.exits(127, "not found");
    };
  }

  @Override
  public FileView fileIn(Instance instance, String path) {
    return engine.peekFiles(instance.uid()).stream()
        .filter(file -> file.target().equals(path))
        .map(file ->
            new FileView(
                new String(file.content().bytes(), UTF_8), file.mode(), file.uid(), file.gid()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String allThatTheEngineSaysOf(Instance instance) {
    return engine.peekSpec(instance.uid()) + " " + engine.peekLabels(instance.uid());
  }

  @Override
  public int filesInMemory(String uid) {
    return engine.peekFiles(uid).size();
  }

  @Override
  public void loseMemory() {
    engine.loseFiles();
  }

  @Override
  public void addForeignAsset(Kind kind, String name, Map<String, String> labels) {
    engine.addForeignAsset(kind, name, labels);
  }

  @Override
  public Optional<Map<String, String>> assetLabels(Kind kind, String name) {
    return engine.peekAsset(kind, name);
  }

  @Override
  public void removeAsset(Kind kind, String name) {
    engine.removeAssetBehindOurBack(kind, name);
  }

  private static Behaviour behaviour(Program program) {
    return switch (program) {
      case Program.Writes(var _, OptionalInt exitCode) ->
          exitCode.isPresent()
              ? Behaviour.exitsWith(exitCode.getAsInt()).after(Duration.ofMillis(5))
              : Behaviour.runsForever();
      case Program.RunsForever _ -> Behaviour.runsForever();
      case Program.ExitsWith(int exitCode) ->
          Behaviour.exitsWith(exitCode).after(Duration.ofMillis(5));
      case Program.EndsAfter(Duration lifetime, int exitCode) ->
          Behaviour.exitsWith(exitCode).after(lifetime);
      case Program.IgnoresTerm _ -> Behaviour.runsForever().ignoringSignals();
      case Program.Handles(String signal, int exitCode) ->
          Behaviour.runsForever().onSignal(signal, Duration.ofMillis(5), exitCode);
      case Program.ShellWithoutCommand _ -> Behaviour.exitsWith(127).after(Duration.ofMillis(5));
      case Program.NoSuchCommand _ -> Behaviour.cannotStart("exec: no such file");
    };
  }

  @Override
  public String missingImage() {
    return "test/missing:1";
  }

  @Override
  public Optional<String> pullableImage() {
    engine.removeImage(PULLABLE);
    return Optional.of(PULLABLE);
  }

  @Override
  public Optional<String> deniedImage() {
    return Optional.of(DENIED);
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(5);
  }

  /** A client that dies between create and start. */
  @Override
  public void abandonLaunch(String node, InstanceSpec spec) {
    Fault death =
        engine
            .on(Operation.START)
            .ofUid(spec.uid())
            .times(1)
            .fail(() -> new RuntimeFailure.Unavailable("the client died", null));
    try (ContainerRuntime runtime = new InMemoryRuntime("memory", node, engine, deadlines())) {
      var _ = runtime.launch(spec);
      throw new AssertionError("the client did not die");
    } catch (RuntimeFailure.Unavailable _) {
      death.cancel();
    }
  }

  @Override
  public void awaitReady(Instance instance) {
    // simulated processes are ready when they are started
  }

  @Override
  public ProcessView lookInto(Instance instance) {
    InstanceSpec spec = engine.peekSpec(instance.uid()).orElseThrow();
    return new ProcessView(
        Stream.concat(spec.command().stream(), spec.args().stream()).toList(),
        spec.effectiveEnv(),
        spec.workingDir().orElse("/"),
        spec.user().orElse("0:0"));
  }

  @Override
  public EngineView inspect(Instance instance) {
    return new EngineView(
        engine.peekLabels(instance.uid()),
        engine.peekSpec(instance.uid()).orElseThrow().limits(),
        engine.peekIsolation(instance.uid()).orElse(Isolation.CONTAINER));
  }

  @Override
  public String addForeign(String name, Map<String, String> labels) {
    return engine.addForeign(name, labels);
  }

  @Override
  public boolean isForeignRunning(String id) {
    return engine.isAlive(id);
  }

  @Override
  public void removeForeign(String id) {
    engine.removeById(id);
  }

  @Override
  public void hang() {
    engine.freeze();
  }

  @Override
  public void resume() {
    engine.thaw();
  }

  @Override
  public void goAway() {
    engine.goAway();
  }

  @Override
  public void comeBack() {
    engine.comeBack();
  }
}
