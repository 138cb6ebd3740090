package dev.tallyman.runtime.oci;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.files.MemoryFiles;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import dev.tallyman.runtime.oci.request.ContainerRequest;
import dev.tallyman.runtime.oci.request.Resolved;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real engine for the contract, with a hand of its own at the engine's API. */
final class EngineFixture implements RuntimeFixture, AutoCloseable {

  private static final String V = "/v1.41";
  private static final Dialect DIALECT = new Dialect(Dialect.Kind.DOCKER, "20.10", "1.41");
  private static final Pattern USER = Pattern.compile("(Uid|Gid):\\s+(\\d+)");

  private final TestEngine engine;
  private final EnginePower power;
  private final Path dockerConfig;
  private final Path memory;
  private final EngineHttp http;
  private final LoopbackRegistry registry = new LoopbackRegistry(Optional.empty());
  private final List<String> pulled = new ArrayList<>();
  private final long defaultPids;

  /**
   * @param folder for sockets and files
   */
  EngineFixture(TestEngine engine, Path folder) {
    this.engine = engine;
    this.power = EnginePower.of(engine, folder);
    this.dockerConfig = folder;
    this.memory =
        MemoryFiles.directory(
            System.getenv(),
            System.getProperty("user.name", ""),
            "test-" + Long.toHexString(System.nanoTime()));
    this.http = new EngineHttp(engine.socket());
    String plain = addForeign("plain-" + System.nanoTime(), Map.of());
    this.defaultPids =
        json("/containers/" + plain + "/json").at("HostConfig").at("PidsLimit").number().orElse(0);
    removeForeign(plain);
  }

  @Override
  public ContainerRuntime connect(String node, Deadlines deadlines) {
    return new OciRuntime(
        engine.kind(),
        node,
        power.socket(),
        deadlines,
        InstantSource.system(),
        dockerConfig,
        memory);
  }

  @Override
  public Invocation invocation(Program program) {
    return new ShellImage(engine.image()).invocation(program);
  }

  @Override
  public List<String> execution(Execution execution) {
    return ShellImage.execution(execution);
  }

  @Override
  public FileView fileIn(Instance instance, String path) {
    Path root = processFolder(instance).resolve("root");
    assumeTrue(
        Files.isReadable(root), "skipped: this user cannot look into the engine's processes");
    Path file = root.resolve(path.substring(1));
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
    String all = json("/containers/" + instance.id() + "/json").toString();
    return engine.kind().equals("podman")
        ? all
            + attempt(() -> http.get("/v4.0.0/libpod/containers/" + instance.id() + "/json")).body()
        : all;
  }

  @Override
  public int filesInMemory(String uid) {
    String[] names = memory.resolve(uid).toFile().list();
    // The name of who wrote them stands beside them; alone it is one that was left.
    return names == null ? 0 : Math.max(1, names.length - 1);
  }

  @Override
  public void loseMemory() {
    forget(memory);
  }

  private static void forget(Path folder) {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void addForeignAsset(Kind kind, String name, Map<String, String> labels) {
    JsonObject marks = new JsonObject();
    labels.forEach(marks::addProperty);
    JsonObject body = new JsonObject();
    body.addProperty("Name", name);
    body.add("Labels", marks);
    attempt(() -> http.post(V + "/" + plural(kind) + "/create", body));
  }

  @Override
  public Optional<Map<String, String>> assetLabels(Kind kind, String name) {
    try {
      Map<String, String> labels = new HashMap<>();
      http.get(V + "/" + plural(kind) + "/" + name)
          .body()
          .at("Labels")
          .fields()
          .forEach((key, value) -> labels.put(key, value.text()));
      return Optional.of(labels);
    } catch (EngineRefusal refusal) {
      if (refusal.status() == 404) {
        return Optional.empty();
      }
      throw new AssertionError(refusal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void removeAsset(Kind kind, String name) {
    if (assetLabels(kind, name).isPresent()) {
      attempt(() -> http.delete(V + "/" + plural(kind) + "/" + name));
    }
  }

  private static String plural(Kind kind) {
    return switch (kind) {
      case NETWORK -> "networks";
      case VOLUME -> "volumes";
    };
  }

  @Override
  public String missingImage() {
    return registry.address() + "/missing:1";
  }

  @Override
  public Optional<String> pullableImage() {
    String image = registry.image();
    pulled.add(image);
    return Optional.of(image);
  }

  @Override
  public Optional<String> deniedImage() {
    return Optional.of(registry.deniedImage());
  }

  @Override
  public void abandonLaunch(String node, InstanceSpec spec) {
    attempt(() ->
        http.post(
            V + "/containers/create?name=" + spec.instanceName(),
            ContainerRequest.of(spec, node, Resolved.plain(DIALECT, Optional.empty()))));
  }

  @Override
  public void awaitReady(Instance instance) {
    await("program of " + instance.name())
        .atMost(patience())
        .pollInterval(Duration.ofMillis(20))
        .until(() -> hasChild(instance));
  }

  @Override
  public ProcessView lookInto(Instance instance) {
    assumeTrue(
        Files.isReadable(processFolder(instance).resolve("environ")),
        "skipped: this user cannot look into the engine's processes from here");
    Map<String, String> environment = new HashMap<>();
    zeroEnded(instance, "environ")
        .forEach(entry -> {
          int equals = entry.indexOf('=');
          environment.put(entry.substring(0, equals), entry.substring(equals + 1));
        });
    Matcher user =
        USER.matcher(
            new String(processFile(instance, "status").orElseThrow(), StandardCharsets.UTF_8));
    List<String> ids = user.results().map(result -> result.group(2)).toList();
    try {
      return new ProcessView(
          zeroEnded(instance, "cmdline"),
          environment,
          Files.readSymbolicLink(processFolder(instance).resolve("cwd")).toString(),
          ids.get(0) + ":" + ids.get(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public EngineView inspect(Instance instance) {
    Json inspection = json("/containers/" + instance.id() + "/json");
    Map<String, String> labels = new HashMap<>();
    inspection
        .at("Config")
        .at("Labels")
        .fields()
        .forEach((key, value) -> labels.put(key, value.text()));
    Json host = inspection.at("HostConfig");
    long pids = host.at("PidsLimit").number().orElse(0);
    return new EngineView(
        labels,
        new Limits(
            host.at("NanoCpus").number().orElse(0) / 1_000_000,
            host.at("Memory").number().orElse(0),
            pids == defaultPids ? 0 : Math.max(0, pids)),
        isolation(instance, host));
  }

  private Isolation isolation(Instance instance, Json hostConfig) {
    String runtime =
        engine.kind().equals("podman")
            ? attempt(() -> http.get("/v4.0.0/libpod/containers/" + instance.id() + "/json"))
                .body()
                .at("OCIRuntime")
                .text()
            : hostConfig.at("Runtime").text();
    if (runtime.contains("runsc")) {
      return Isolation.SANDBOX;
    }
    return runtime.contains("kata") || runtime.contains("krun")
        ? Isolation.MICROVM
        : Isolation.CONTAINER;
  }

  @Override
  public String addForeign(String name, Map<String, String> labels) {
    JsonObject marks = new JsonObject();
    labels.forEach(marks::addProperty);
    JsonArray command = new JsonArray();
    List.of("/bin/sh", "-c", ShellImage.FOREVER).forEach(command::add);
    JsonObject body = new JsonObject();
    body.addProperty("Image", engine.image());
    body.add("Cmd", command);
    body.add("Labels", marks);
    String id =
        attempt(() -> http.post(V + "/containers/create?name=" + name, body))
            .body()
            .at("Id")
            .text();
    attempt(() -> http.post(V + "/containers/" + id + "/start"));
    return id;
  }

  @Override
  public boolean isForeignRunning(String id) {
    return json("/containers/" + id + "/json").at("State").at("Running").isTrue();
  }

  @Override
  public void removeForeign(String id) {
    attempt(() -> http.delete(V + "/containers/" + id + "?force=1&v=1"));
  }

  @Override
  public void hang() {
    power.hang();
  }

  @Override
  public void resume() {
    power.resume();
  }

  @Override
  public void goAway() {
    power.goAway();
  }

  @Override
  public void comeBack() {
    power.comeBack();
  }

  @Override
  public void close() {
    for (String image : pulled) {
      try {
        http.delete(V + "/images/" + EngineHttp.encode(image) + "?force=1");
      } catch (IOException | EngineRefusal notPulled) {
        // A test may ask for an image and not pull it.
      }
    }
    registry.close();
    forget(memory);
    power.close();
  }

  /** The programs that run begin their first child when their signal handlers are in place. */
  private boolean hasChild(Instance instance) {
    Path folder = processFolder(instance);
    return processFile(instance, "task/" + folder.getFileName() + "/children")
        .filter(children -> children.length > 0)
        .isPresent();
  }

  private List<String> zeroEnded(Instance instance, String file) {
    String text = new String(processFile(instance, file).orElseThrow(), StandardCharsets.UTF_8);
    return Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
  }

  private Optional<byte[]> processFile(Instance instance, String file) {
    try {
      return Optional.of(Files.readAllBytes(processFolder(instance).resolve(file)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private Path processFolder(Instance instance) {
    long pid =
        json("/containers/" + instance.id() + "/json").at("State").at("Pid").number().orElse(0);
    return Path.of("/proc", Long.toString(pid));
  }

  private Json json(String path) {
    return attempt(() -> http.get(V + path)).body();
  }

  private interface Request {
    EngineHttp.Answer send() throws IOException, EngineRefusal;
  }

  private static EngineHttp.Answer attempt(Request request) {
    try {
      return request.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EngineRefusal e) {
      throw new AssertionError("the engine refused: " + e.status() + " " + e.text(), e);
    }
  }
}
