package dev.tallyman.runtime.oci.containers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.engine.EngineFacts;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import dev.tallyman.runtime.oci.request.ContainerRequest;
import dev.tallyman.runtime.oci.request.NetworkFields;
import dev.tallyman.runtime.oci.request.Resolved;
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
public final class Containers {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);

  private final Engine engine;
  private final String node;

  /**
   * The containers of one node at an engine.
   *
   * @param node name of the node whose containers are seen
   */
  public Containers(Engine engine, String node) {
    this.engine = engine;
    this.node = node;
  }

  /** A container as a list shows it. */
  public record Listed(
      String id, String name, String uid, String stack, String workload, String word) {}

  /**
   * Creates a container.
   *
   * @return its id, and what the engine warns of
   */
  public Created create(InstanceSpec spec, Resolved resolved) {
    String name = spec.instanceName();
    JsonObject body = ContainerRequest.of(spec, node, resolved);
    Json answer =
        change(
            new EngineCall(Verb.CREATE, name),
            (http, dialect) ->
                http.post(dialect.path("/containers/create?name=" + EngineHttp.encode(name)), body)
                    .body());
    List<String> warnings = answer.at("Warnings").items().stream().map(Json::text).toList();
    warnings.forEach(
        warning -> log.warn("{}: created {} with a warning: {}", engine.title(), name, warning));
    String id = answer.at("Id").text();
    return new Created(id.isEmpty() ? name : id, warnings);
  }

  /** A container that was just created. */
  public record Created(String id, List<String> warnings) {}

  /** Connects it to one more network. */
  public void connect(String id, Attachment attachment, String subject) {
    change(
        new EngineCall(Verb.CONNECT, subject + " to network " + attachment.network().name()),
        (http, dialect) -> {
          JsonObject body = new JsonObject();
          body.addProperty("Container", id);
          body.add("EndpointConfig", NetworkFields.endpoint(attachment, dialect));
          String network = EngineHttp.encode(attachment.network().name());
          return http.post(dialect.path("/networks/" + network + "/connect"), body);
        });
  }

  /** Starts it; one that runs is left as it is. */
  public void start(String id, String subject) {
    change(
        new EngineCall(Verb.START, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/start")));
  }

  /** Stops it and waits for its end; one that does not run is left as it is. */
  public void stop(String id, String subject, Duration grace) {
    long seconds = ContainerRequest.seconds(grace);
    engine.run(
        new EngineCall(Verb.STOP, subject),
        engine.deadlines().change().plusSeconds(seconds),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/stop?t=" + seconds)));
  }

  public void kill(String id, String subject) {
    change(
        new EngineCall(Verb.KILL, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/kill?signal=SIGKILL")));
  }

  public void unpause(String id, String subject) {
    change(
        new EngineCall(Verb.STOP, subject),
        (http, dialect) -> http.post(dialect.path("/containers/" + id + "/unpause")));
  }

  /** Removes it, killing it if it runs, with its anonymous volumes. */
  public void remove(String id, String subject) {
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
    String path = dialect.libpodPath("/containers/" + id + "?force=true&volumes=true&timeout=0");
    EngineHttp.Answer answer;
    try {
      answer = http.delete(path);
    } catch (EngineRefusal refusal) {
      if (!refusal.text().contains("has dependent containers")) {
        throw refusal;
      }
      // Those that share its namespaces have nothing to live in any more. Docker lets them be;
      // Podman removes all or none.
      log.info("{}", refusal.text());
      answer = http.delete(path + "&depend=true");
    }
    for (Json report : answer.body().items()) {
      Json failure = report.at("Err");
      if (failure.isPresent()) {
        throw new EngineRefusal(
            500, failure.text().isEmpty() ? failure.toString() : failure.text());
      }
    }
    return answer;
  }

  /**
   * Finishes the removals of the node's containers that Podman had begun when it was killed. What
   * such a container was made of is gone in part, so that neither its inspection nor any list by
   * Docker's API works; Podman's own list does. For use inside a request.
   */
  void finishRemovals(EngineHttp http, Dialect dialect) throws IOException, EngineRefusal {
    switch (dialect.kind()) {
      case DOCKER -> {}
      case PODMAN -> {
        String filter = labelFilter(List.of(Labels.NODE + "=" + node));
        for (Json container :
            http.get(dialect.libpodPath("/containers/json?all=true&filters=" + filter)).list()) {
          if (container.at("State").text().equals("removing")
              && container.at("Labels").at(Labels.NODE).text().equals(node)) {
            String id = container.at("Id").text();
            finishRemoval(http, dialect, id);
          }
        }
      }
    }
  }

  private static void finishRemoval(EngineHttp http, Dialect dialect, String id)
      throws IOException {
    try {
      var _ = libpodRemove(http, dialect, id);
      log.info("Podman was ended while it removed container {}; that is finished now", id);
    } catch (EngineRefusal refusal) {
      // Somebody may be removing it just now; if not, the next list tries again.
      log.debug("The removal of container {} was not finished: {}", id, refusal.getMessage());
    }
  }

  /** Removes it unless it runs or is paused. */
  public void removeIdle(String id, String subject) {
    change(
        new EngineCall(Verb.REMOVE, subject),
        (http, dialect) -> http.delete(dialect.path("/containers/" + id + "?v=1")));
  }

  /**
   * Waits until it does not run, or is gone.
   *
   * @param condition {@code not-running} or {@code removed}
   */
  public void await(String id, String subject, String condition) {
    change(
        new EngineCall(Verb.STOP, subject),
        (http, dialect) ->
            http.post(dialect.path("/containers/" + id + "/wait?condition=" + condition)));
  }

  /** What the engine says of it; empty if there is none of that id or name. */
  public Optional<ContainerReply> inspect(String idOrName, String subject) {
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
  public static ContainerReply inspectNow(EngineHttp http, Dialect dialect, String idOrName)
      throws IOException, EngineRefusal {
    return ContainerReply.of(
        http.get(dialect.path("/containers/" + EngineHttp.encode(idOrName) + "/json")).object());
  }

  /** Whether the engine says that a container has a process, whatever it says of its state. */
  public boolean hasProcess(String id, String subject) {
    try {
      return engine.run(
          new EngineCall(Verb.INSPECT, subject),
          engine.deadlines().read(),
          (http, dialect) ->
              http.get(dialect.path("/containers/" + id + "/json"))
                      .object()
                      .at("State")
                      .at("Pid")
                      .number()
                      .orElse(0)
                  > 0);
    } catch (RuntimeFailure.InstanceNotFound gone) {
      return false;
    }
  }

  /** The OCI runtime that Podman runs a container with, which only its own API tells. */
  public String libpodRuntime(String id, String subject) {
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
  public List<Listed> withUid(String uid) {
    return engine.run(
        new EngineCall(Verb.LIST, ""),
        engine.deadlines().read(),
        (http, dialect) ->
            listNow(http, dialect, List.of(Labels.NODE + "=" + node, Labels.UID + "=" + uid)));
  }

  /** The node's running containers of a workload's name. */
  public List<Listed> running(String stack, String workload) {
    return engine
        .run(
            new EngineCall(Verb.LIST, ""),
            engine.deadlines().read(),
            (http, dialect) ->
                listNow(
                    http,
                    dialect,
                    List.of(
                        Labels.NODE + "=" + node,
                        Labels.STACK + "=" + stack,
                        Labels.WORKLOAD + "=" + workload)))
        .stream()
        .filter(listed -> listed.stack().equals(stack) && listed.workload().equals(workload))
        .filter(listed -> listed.word().equals("running"))
        .toList();
  }

  /** The node's containers in any state; for use inside a request. */
  public List<Listed> listNow(EngineHttp http, Dialect dialect) throws IOException, EngineRefusal {
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

  public static String labelFilter(List<String> labels) {
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
