package dev.tallyman.runtime.apple;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.apple.cli.CreateCall;
import dev.tallyman.runtime.apple.cli.CreateOptions;
import dev.tallyman.runtime.apple.cli.Marks;
import dev.tallyman.runtime.apple.events.Poller;
import dev.tallyman.runtime.apple.shim.Folders;
import dev.tallyman.runtime.apple.system.SystemStarter;
import dev.tallyman.runtime.testkit.Execution;
import dev.tallyman.runtime.testkit.Program;
import dev.tallyman.runtime.testkit.RuntimeFixture;
import dev.tallyman.runtime.testkit.ShellImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The double for the contract. */
final class DoubleFixture implements RuntimeFixture, AutoCloseable {

  private static final Pattern USER = Pattern.compile("(Uid|Gid):\\s+(\\d+)");

  private static final String NO_NAMESPACES =
      "every instance is a machine of its own, which shares no namespace with another";
  private static final String ONE_MACHINE_PER_VOLUME =
      "a volume is a disk that one virtual machine can have at a time; the rest of the test is in"
          + " AppleRuntimeTest";

  private static final Map<String, String> DEVIATIONS =
      Map.of(
          "whoSharesANamespaceNeedsARunningInstanceToShareItWith",
          NO_NAMESPACES,
          "anInstanceThatSharesANamespaceOfAnEarlierInstanceIsReplaced",
          NO_NAMESPACES,
          "anIsolationIsProvedOrRefused",
          "whatever separation is asked for, a micro-VM is given; see AppleRuntimeTest",
          "boundsAreInForceOrRefused",
          "a machine has whole processors and 200 MiB at least; see AppleRuntimeTest",
          "anAssetIsMadeWhenItIsFirstNeededAndOutlivesItsInstances",
          ONE_MACHINE_PER_VOLUME,
          "launchesAtTheSameTimeMakeOneAsset",
          ONE_MACHINE_PER_VOLUME,
          "linesComeInOrderAndOnTheirStreamsAlsoAfterTheEnd",
          "the engine keeps no times of lines; their order is tested in LogsTest",
          "theErrorOutputIsToldApart",
          "the engine keeps both outputs in one file");

  private final FakeApple apple;
  private final Path state;
  private final AtomicInteger pullable = new AtomicInteger();

  DoubleFixture(FakeApple apple, Path state) {
    this.apple = apple;
    this.state = state;
  }

  FakeApple apple() {
    return apple;
  }

  Path state(String node) {
    return state.resolve(node);
  }

  @Override
  public ContainerRuntime connect(String node, Deadlines deadlines) {
    return new AppleRuntime(
        "apple",
        node,
        new AppleSettings(
            apple.command().toString(),
            Optional.empty(),
            SystemStarter.Permission.MAY_NOT_START,
            state(node),
            new Poller.Pace(Duration.ofMillis(100), Duration.ofMillis(500))),
        deadlines,
        InstantSource.system(),
        new Random(),
        System.getenv());
  }

  @Override
  public Map<String, String> deviations() {
    return DEVIATIONS;
  }

  @Override
  public Capacity capacity() {
    return new Capacity(
        12, "each call of the double is a Python process, and each instance has a waiting one");
  }

  @Override
  public Invocation invocation(Program program) {
    return new ShellImage(FakeApple.IMAGE).invocation(program);
  }

  @Override
  public List<String> execution(Execution execution) {
    return ShellImage.execution(execution);
  }

  @Override
  public String missingImage() {
    return "registry.example/missing:1";
  }

  @Override
  public Optional<String> pullableImage() {
    String image = "registry.example/pullable:" + pullable.incrementAndGet();
    var _ = apple.tell("image", image, "--busybox");
    return Optional.of(image);
  }

  @Override
  public Optional<String> deniedImage() {
    String image = "registry.example/denied:1";
    var _ = apple.tell("image", image, "--busybox", "--login");
    return Optional.of(image);
  }

  @Override
  public void abandonLaunch(String node, InstanceSpec spec) {
    CreateCall call =
        CreateOptions.of(
            spec,
            node,
            new CreateOptions.Ready(
                "%012x".formatted(new Random().nextLong() & 0xffffffffffffL),
                spec.ports(),
                Map.of(),
                Optional.empty(),
                Map.of()));
    List<String> words = new ArrayList<>(List.of("create", "--name=" + call.name()));
    words.addAll(call.options());
    call.environment().forEach((key, value) -> words.add("--env=" + key + "=" + value));
    words.add(call.image());
    words.addAll(call.arguments());
    var _ = apple.client(words.toArray(String[]::new));
  }

  @Override
  public void awaitReady(Instance instance) {
    await("program of " + instance.name())
        .atMost(patience())
        .pollInterval(Duration.ofMillis(20))
        .until(() -> hasChild(instance));
  }

  /** The programs that run begin their first child when their signal handlers are in place. */
  private boolean hasChild(Instance instance) {
    Path process = process(instance);
    Path children = process.resolve("task").resolve(process.getFileName()).resolve("children");
    try {
      return Files.readString(children).length() > 0;
    } catch (IOException gone) {
      return false;
    }
  }

  @Override
  public ProcessView lookInto(Instance instance) {
    Map<String, String> environment = new HashMap<>();
    for (String entry : zeroEnded(instance, "environ")) {
      int equals = entry.indexOf('=');
      environment.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    try {
      Matcher user = USER.matcher(Files.readString(process(instance).resolve("status")));
      List<String> ids = user.results().map(result -> result.group(2)).toList();
      return new ProcessView(
          zeroEnded(instance, "cmdline"),
          environment,
          workingDir(instance),
          ids.get(0) + ":" + ids.get(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As seen from its own root, which the host sees as a folder. */
  private String workingDir(Instance instance) throws IOException {
    Path root = Files.readSymbolicLink(process(instance).resolve("root"));
    Path folder = Files.readSymbolicLink(process(instance).resolve("cwd"));
    return "/" + root.relativize(folder);
  }

  private List<String> zeroEnded(Instance instance, String file) {
    try {
      String text =
          new String(Files.readAllBytes(process(instance).resolve(file)), StandardCharsets.UTF_8);
      return text.isEmpty()
          ? List.of()
          : Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path process(Instance instance) {
    return Path.of("/proc", truth(instance).get("pid").getAsString());
  }

  JsonObject truth(Instance instance) {
    return apple.truth(instance.name()).orElseThrow();
  }

  @Override
  public EngineView inspect(Instance instance) {
    Map<String, String> labels = new LinkedHashMap<>();
    JsonObject config = truth(instance).getAsJsonObject("config");
    config
        .getAsJsonObject("labels")
        .entrySet()
        .forEach(entry -> labels.put(entry.getKey(), entry.getValue().getAsString()));
    JsonObject resources = config.getAsJsonObject("resources");
    return new EngineView(
        Marks.decode(labels),
        new Limits(
            resources.get("cpus").getAsLong() * 1000,
            resources.get("memoryInBytes").getAsLong(),
            0),
        Isolation.MICROVM);
  }

  @Override
  public FileView fileIn(Instance instance, String path) {
    Path file = process(instance).resolve("root").resolve(path.substring(1));
    try {
      return new FileView(
          Files.readString(file),
          (int) Files.getAttribute(file, "unix:mode") & 0777,
          (int) Files.getAttribute(file, "unix:uid"),
          (int) Files.getAttribute(file, "unix:gid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String allThatTheEngineSaysOf(Instance instance) {
    return apple.client("inspect", instance.name()) + truth(instance);
  }

  @Override
  public int filesInMemory(String uid) {
    int count = 0;
    for (String node : names(state)) {
      count += names(state.resolve(node).resolve("files").resolve(uid)).size();
    }
    return count;
  }

  private static List<String> names(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : List.of(names);
  }

  @Override
  public void loseMemory() {
    names(state).forEach(node -> Folders.remove(state.resolve(node).resolve("files")));
  }

  @Override
  public void addForeignAsset(Kind kind, String name, Map<String, String> labels) {
    List<String> words = new ArrayList<>(List.of(word(kind), "create"));
    labels.forEach((key, value) -> words.add("--label=" + key + "=" + value));
    words.add(name);
    var _ = apple.client(words.toArray(String[]::new));
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case NETWORK -> "network";
      case VOLUME -> "volume";
    };
  }

  @Override
  public Optional<Map<String, String>> assetLabels(Kind kind, String name) {
    FakeApple.Answer answer = apple.tryClient(word(kind), "inspect", name);
    if (answer.code() != 0 || answer.output().strip().equals("[]")) {
      return Optional.empty();
    }
    JsonObject found =
        com.google.gson.JsonParser.parseString(answer.output())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    JsonObject configuration =
        found.has("configuration")
            ? found.getAsJsonObject("configuration")
            : found.has("config") ? found.getAsJsonObject("config") : found;
    Map<String, String> labels = new HashMap<>();
    configuration
        .getAsJsonObject("labels")
        .entrySet()
        .forEach(entry -> labels.put(entry.getKey(), entry.getValue().getAsString()));
    return Optional.of(Marks.decode(labels));
  }

  @Override
  public void removeAsset(Kind kind, String name) {
    if (assetLabels(kind, name).isPresent()) {
      var _ = apple.client(word(kind), "delete", name);
    }
  }

  @Override
  public String addForeign(String name, Map<String, String> labels) {
    List<String> words = new ArrayList<>(List.of("run", "--detach", "--name=" + name));
    labels.forEach((key, value) -> words.add("--label=" + key + "=" + Marks.encode(value)));
    words.addAll(List.of(FakeApple.IMAGE, "/bin/sh", "-c", ShellImage.FOREVER));
    var _ = apple.client(words.toArray(String[]::new));
    return name;
  }

  @Override
  public boolean isForeignRunning(String id) {
    return apple.truth(id).filter(found -> found.get("alive").getAsBoolean()).isPresent();
  }

  @Override
  public void removeForeign(String id) {
    var _ = apple.client("delete", "--force", id);
  }

  @Override
  public void hang() {
    var _ = apple.tell("server", "hung");
  }

  @Override
  public void resume() {
    var _ = apple.tell("server", "up");
  }

  @Override
  public void goAway() {
    var _ = apple.tell("server", "down");
  }

  @Override
  public void comeBack() {
    var _ = apple.tell("server", "up");
  }

  @Override
  public void close() {
    apple.close();
  }
}
