package dev.tallyman.bench.engine;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An engine, asked directly: what the bare loop does, and what puts things in order between rounds.
 * Its HTTP is the agent's own, so that what is compared is the work and not the client. Safe for
 * any threads.
 *
 * @param name {@code docker} or {@code podman}
 * @param image the image of all containers; it is there already
 * @param pid the engine's daemon
 */
public record BenchEngine(String name, Path socket, String image, long pid) {

  private static final String API = "/v1.41";
  private static final String LABEL = "tallyman-bench";
  private static final int CLEANERS = 8;

  /** The network of a container. */
  public enum Net {
    NONE("none"),
    BRIDGE("bridge"),
    HOST("host");

    private final String word;

    Net(String word) {
      this.word = word;
    }

    /** As the engine's API and Compose files say it. */
    public String word() {
      return word;
    }
  }

  public BenchEngine {
    requireNonNull(name, "name");
    requireNonNull(socket, "socket");
    requireNonNull(image, "image");
  }

  /** The engine's kind, version and API version. */
  public String version() throws IOException {
    Json version = get(API + "/version");
    return version.at("Version").text() + ", API " + version.at("ApiVersion").text();
  }

  /**
   * Creates and starts so many containers with nothing but the two requests for each, so many at a
   * time; returns when the last start has been answered.
   */
  public void launch(int count, Net net, int atOnce) throws IOException, InterruptedException {
    forEach(
        numbers(count),
        atOnce,
        number -> {
          String name = "bare-" + number;
          Json created = post(API + "/containers/create?name=" + name, body(net));
          String id = created.at("Id").text();
          post(API + "/containers/" + id + "/start", new JsonObject());
        });
  }

  /**
   * Creates and starts containers that the engine itself starts again when they end.
   *
   * @return their ids
   */
  public List<String> launchRestarting(int count, Net net)
      throws IOException, InterruptedException {
    List<String> ids = Collections.synchronizedList(new ArrayList<>());
    forEach(
        numbers(count),
        CLEANERS,
        number -> {
          JsonObject body = body(net);
          JsonObject policy = new JsonObject();
          policy.addProperty("Name", "always");
          body.getAsJsonObject("HostConfig").add("RestartPolicy", policy);
          String id = post(API + "/containers/create?name=always-" + number, body).at("Id").text();
          post(API + "/containers/" + id + "/start", new JsonObject());
          ids.add(id);
        });
    return List.copyOf(ids);
  }

  private JsonObject body(Net net) {
    JsonObject labels = new JsonObject();
    labels.addProperty(LABEL, "bare");
    JsonObject host = new JsonObject();
    host.addProperty("NetworkMode", net.word());
    JsonObject body = new JsonObject();
    body.addProperty("Image", image);
    JsonArray command = new JsonArray();
    List.of("sleep", "3600").forEach(command::add);
    body.add("Entrypoint", command);
    body.addProperty("StopTimeout", 0);
    body.add("Labels", labels);
    body.add("HostConfig", host);
    return body;
  }

  /** How many containers run. */
  public int running() throws IOException {
    return list("").size();
  }

  /** The process of a container, by the container's id or name. */
  public long pidOf(String container) throws IOException {
    return get(API + "/containers/" + container + "/json").at("State").at("Pid").number().orElse(0);
  }

  /** Ids of the containers that run. */
  public List<String> ids() throws IOException {
    return list("").stream().map(container -> container.at("Id").text()).toList();
  }

  /**
   * Makes sure that the engine is nobody else's: {@link #clear} removes everything.
   *
   * @throws IllegalStateException if it has containers
   */
  public void requireEmpty() throws IOException {
    int there = list("?all=true").size();
    if (there > 0) {
      throw new IllegalStateException(
          "engine %s at %s has %d containers (expected: none; benchmarks need engines of their own)"
              .formatted(name, socket, there));
    }
  }

  /** Removes every container of the engine, and every network that is not the engine's own. */
  public void clear() throws IOException, InterruptedException {
    List<String> all =
        list("?all=true").stream().map(container -> container.at("Id").text()).toList();
    forEach(all, CLEANERS, id -> delete(API + "/containers/" + id + "?force=true&v=true"));
    for (Json network : get(API + "/networks").items()) {
      String networkName = network.at("Name").text();
      if (!List.of("bridge", "host", "none", "podman").contains(networkName)) {
        delete(API + "/networks/" + EngineHttp.encode(networkName));
      }
    }
  }

  private List<Json> list(String query) throws IOException {
    return get(API + "/containers/json" + query).items();
  }

  private static List<String> numbers(int count) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  /** One request for one thing. */
  private interface Step {
    void on(String what) throws IOException;
  }

  private static void forEach(List<String> all, int atOnce, Step step)
      throws IOException, InterruptedException {
    try (ExecutorService workers = Executors.newFixedThreadPool(atOnce)) {
      List<Future<Object>> ends =
          workers.invokeAll(
              all.stream()
                  .<Callable<Object>>map(one ->
                      () -> {
                        step.on(one);
                        return one;
                      })
                  .toList());
      for (Future<Object> end : ends) {
        var _ = end.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private Json get(String path) throws IOException {
    try {
      return new EngineHttp(socket).get(path).body();
    } catch (EngineRefusal e) {
      throw new IOException(name + " refuses GET " + path + ": " + e.getMessage(), e);
    }
  }

  private Json post(String path, JsonObject body) throws IOException {
    try {
      return new EngineHttp(socket).post(path, body).body();
    } catch (EngineRefusal e) {
      throw new IOException(name + " refuses POST " + path + ": " + e.getMessage(), e);
    }
  }

  private void delete(String path) throws IOException {
    try {
      var _ = new EngineHttp(socket).delete(path);
    } catch (EngineRefusal e) {
      // Gone already, or about to be.
      if (e.status() != 404 && e.status() != 409) {
        throw new IOException(name + " refuses DELETE " + path + ": " + e.getMessage(), e);
      }
    }
  }

  /** The environment in which command-line clients talk to this engine. */
  public Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "unix://" + socket, "CONTAINER_HOST", "unix://" + socket);
  }
}
