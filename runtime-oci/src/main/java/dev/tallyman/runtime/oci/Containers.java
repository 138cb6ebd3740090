package dev.tallyman.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.EngineCall.Verb;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's verbs for containers, one request each. Containers are addressed by the engine's id
 * or by name; {@code subject} is what people call them.
 */
final class Containers {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);

  private final Engine engine;
  private final String node;

  /**
   * @param node name of the node whose containers are seen
   */
  Containers(Engine engine, String node) {
    this.engine = engine;
    this.node = node;
  }

  /** A container as a list shows it. */
  record Listed(String id, String name, String uid, String stack, String workload, String word) {}

  /**
   * Creates a container.
   *
   * @param ociRuntime the registered OCI runtime to use; empty for the engine's default
   * @return its id
   */
  String create(InstanceSpec spec, Optional<String> ociRuntime) {
    String name = spec.instanceName();
    JsonObject body = ContainerRequest.of(spec, node, ociRuntime);
    Json answer =
        change(
            new EngineCall(Verb.CREATE, name),
            (http, dialect) ->
                http.post(dialect.path("/containers/create?name=" + EngineHttp.encode(name)), body)
                    .body());
    for (Json warning : answer.at("Warnings").items()) {
      log.warn("{}: created {} with a warning: {}", engine.title(), name, warning.text());
    }
    String id = answer.at("Id").text();
    return id.isEmpty() ? name : id;
  }

  /** Starts it; one that runs is left as it is. */
  void start(String id, String subject) {
    change(
        new EngineCall(Verb.START, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/start")));
  }

  /** Stops it and waits for its end; one that does not run is left as it is. */
  void stop(String id, String subject, Duration grace) {
    long seconds = ContainerRequest.seconds(grace);
    engine.run(
        new EngineCall(Verb.STOP, subject),
        engine.deadlines().change().plusSeconds(seconds),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/stop?t=" + seconds)));
  }

  void kill(String id, String subject) {
    change(
        new EngineCall(Verb.KILL, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/kill?signal=SIGKILL")));
  }

  void unpause(String id, String subject) {
    change(
        new EngineCall(Verb.STOP, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/unpause")));
  }

  /** Removes it, killing it if it runs, with its anonymous volumes. */
  void remove(String id, String subject) {
    change(
        new EngineCall(Verb.REMOVE, subject),
        (http, dialect) ->
            switch (dialect.kind()) {
              case DOCKER -> http.delete(dialect.path("/containers/" + id + "?force=1&v=1"));
              case PODMAN -> libpodRemove(http, dialect, id);
            });
  }

  /**
   * Podman waits for a running container's own stop timeout before it kills it; only its own API
   * can be told not to. That one reports failures in an answer of status 200.
   */
  private static EngineHttp.Answer libpodRemove(EngineHttp http, Dialect dialect, String id)
      throws IOException, EngineRefusal {
    EngineHttp.Answer answer =
        http.delete(dialect.libpodPath("/containers/" + id + "?force=true&v=true&timeout=0"));
    for (Json report : answer.body().items()) {
      Json failure = report.at("Err");
      if (failure.isPresent()) {
        throw new EngineRefusal(
            500, failure.text().isEmpty() ? failure.toString() : failure.text());
      }
    }
    return answer;
  }

  /** Removes it unless it runs or is paused. */
  void removeIdle(String id, String subject) {
    change(
        new EngineCall(Verb.REMOVE, subject),
        (http, dialect) -> http.delete(dialect.path("/containers/" + id + "?v=1")));
  }

  /**
   * Waits until it does not run, or is gone.
   *
   * @param condition {@code not-running} or {@code removed}
   */
  void await(String id, String subject, String condition) {
    change(
        new EngineCall(Verb.STOP, subject),
        (http, dialect) ->
            http.post(dialect.path("/containers/" + id + "/wait?condition=" + condition)));
  }

  /** What the engine says of it; empty if there is none of that id or name. */
  Optional<ContainerReply> inspect(String idOrName, String subject) {
    try {
      return Optional.of(
          engine.run(
              new EngineCall(Verb.INSPECT, subject),
              engine.deadlines().read(),
              (http, dialect) -> inspectNow(http, dialect, idOrName)));
    } catch (RuntimeFailure.InstanceNotFound none) {
      return Optional.empty();
    }
  }

  /** The same for use inside a request. */
  static ContainerReply inspectNow(EngineHttp http, Dialect dialect, String idOrName)
      throws IOException, EngineRefusal {
    return ContainerReply.of(
        http.get(dialect.path("/containers/" + EngineHttp.encode(idOrName) + "/json")).object());
  }

  /** The OCI runtime that Podman runs a container with, which only its own API tells. */
  String libpodRuntime(String id, String subject) {
    return engine.run(
        new EngineCall(Verb.INSPECT, subject),
        engine.deadlines().read(),
        (http, dialect) ->
            EngineFacts.baseName(
                http.get(dialect.libpodPath("/containers/" + id + "/json"))
                    .body()
                    .at("OCIRuntime")
                    .text()));
  }

  /** The node's containers with the uid, in any state. */
  List<Listed> withUid(String uid) {
    return engine.run(
        new EngineCall(Verb.LIST, ""),
        engine.deadlines().read(),
        (http, dialect) ->
            listNow(http, dialect, List.of(Labels.NODE + "=" + node, Labels.UID + "=" + uid)));
  }

  /** The node's containers in any state; for use inside a request. */
  List<Listed> listNow(EngineHttp http, Dialect dialect) throws IOException, EngineRefusal {
    return listNow(http, dialect, List.of(Labels.NODE + "=" + node));
  }

  private List<Listed> listNow(EngineHttp http, Dialect dialect, List<String> labels)
      throws IOException, EngineRefusal {
    List<Json> answer =
        http.get(dialect.path("/containers/json?all=1&filters=" + labelFilter(labels))).list();
    List<Listed> found = new ArrayList<>();
    for (Json container : answer) {
      Json label = container.at("Labels");
      String uid = label.at(Labels.UID).text();
      // The engine filters; an engine that ignored the filter must not hand over others'
      // containers.
      if (!uid.isEmpty() && label.at(Labels.NODE).text().equals(node)) {
        String name = container.at("Names").at(0).text();
        found.add(
            new Listed(
                container.at("Id").text(),
                name.startsWith("/") ? name.substring(1) : name,
                uid,
                label.at(Labels.STACK).text(),
                label.at(Labels.WORKLOAD).text(),
                container.at("State").text()));
      }
    }
    return found;
  }

  static String labelFilter(List<String> labels) {
    JsonArray wanted = new JsonArray();
    labels.forEach(wanted::add);
    JsonObject filter = new JsonObject();
    filter.add("label", wanted);
    return EngineHttp.encode(filter.toString());
  }

  private <T> T change(EngineCall call, Engine.Work<T> work) {
    return engine.run(call, engine.deadlines().change(), work);
  }
}
