package dev.tallyman.runtime.oci.containers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.Json;
import dev.tallyman.runtime.oci.http.JsonStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription to an engine's events.
 *
 * <p>Engines send the head of their answer <i>before</i> they subscribe, and nothing tells when
 * they have. So the request asks for all events since a moment before it: the engine's own time,
 * from the {@code Date} of its answer to a ping, in whole seconds rounded down. What happens after
 * the answer's head has arrived is then either replayed (Docker keeps the last 256 events, Podman
 * all) or sent. The price is that events of up to a second before are told again.
 *
 * <p>A thread of its own reads the stream. The lock makes the calls to the listener exclude {@link
 * #close()}, which may also be called by the listener itself.
 */
public final class EventStream implements Subscription {

  private static final Logger log = LoggerFactory.getLogger(EventStream.class);
  private static final EngineCall CALL = EngineCall.of(Verb.EVENTS);

  /** Events that change nothing about a container's state. */
  private static final Set<String> IDLE =
      Set.of(
          "attach", "commit", "copy", "detach", "export", "mount", "resize", "sync", "top",
          "unmount");

  /** Events on the way to a running container; Podman has one more. */
  private static final Set<String> START = Set.of("create", "init", "start");

  private static final Set<String> IDLE_PREFIXES =
      Set.of("exec_", "health_status", "archive-", "extract-");

  private final Engine engine;
  private final String node;
  private final InstanceCache cache;
  private final RuntimeListener listener;
  private final Consumer<EventStream> onEnd;
  private final JsonStream stream;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean ended;

  private EventStream(
      Engine engine,
      String node,
      InstanceCache cache,
      RuntimeListener listener,
      Consumer<EventStream> onEnd,
      JsonStream stream) {
    this.engine = engine;
    this.node = node;
    this.cache = cache;
    this.listener = listener;
    this.onEnd = onEnd;
    this.stream = stream;
  }

  /**
   * Subscribes.
   *
   * @param onEnd is told when it is over, however that came
   */
  public static EventStream open(
      Engine engine,
      String node,
      InstanceCache cache,
      RuntimeListener listener,
      Consumer<EventStream> onEnd) {
    long since = engineSeconds(engine);
    JsonStream stream =
        engine.run(
            CALL,
            engine.deadlines().read(),
            (http, dialect) ->
                http.streamGet(
                    dialect.path("/events?since=" + since + "&filters=" + filter(node))));
    EventStream events = new EventStream(engine, node, cache, listener, onEnd, stream);
    cache.streamOpened();
    return events;
  }

  /** Begins to tell the listener. */
  public void start() {
    Thread.ofVirtual().name("engine-events").start(this::read);
  }

  @Override
  public void close() {
    end(Optional.empty());
  }

  /** Ends the subscription and tells the listener. */
  public void lose(RuntimeFailure cause) {
    end(Optional.of(cause));
  }

  private void read() {
    RuntimeFailure cause;
    try {
      Optional<Json> event = stream.next();
      while (event.isPresent()) {
        handle(event.get());
        event = stream.next();
      }
      cause = engine.errors().of(CALL, new IOException("the engine ended the stream of events"));
    } catch (IOException | RuntimeException broken) {
      cause = engine.errors().of(CALL, broken);
    }
    lose(cause);
  }

  private void handle(Json event) {
    String action = event.at("Action").text();
    Json actor = event.at("Actor");
    String id = actor.at("ID").text();
    if (isIdle(action)) {
      return;
    }
    cache.changed(id);
    Json attributes = actor.at("Attributes");
    String uid = attributes.at(Labels.UID).text();
    if (uid.isEmpty()) {
      uid = uidOf(id);
    } else if (!attributes.at(Labels.NODE).text().equals(node)) {
      uid = "";
    }
    if (!uid.isEmpty()) {
      tell(uid, action);
    }
  }

  /** For an engine that does not put labels into its events. */
  private String uidOf(String id) {
    try {
      return id.isEmpty()
          ? ""
          : new Containers(engine, node)
              .inspect(id, id)
              .filter(reply -> reply.belongsTo(node))
              .map(ContainerReply::uid)
              .orElse("");
    } catch (RuntimeFailure failure) {
      log.debug("an event of container {} is passed over: {}", id, failure.getMessage());
      return "";
    }
  }

  private void tell(String uid, String action) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (START.contains(action)) {
        listener.onStart(uid);
      } else {
        listener.onChange(uid);
      }
    } catch (RuntimeException bug) {
      log.error("the listener failed at an event of workload {}; it goes on", uid, bug);
    } finally {
      lock.unlock();
    }
  }

  private void end(Optional<RuntimeFailure> cause) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      stream.close();
      cache.streamEnded();
      onEnd.accept(this);
      if (cause.isPresent()) {
        engine.wasAway();
        listener.onLost(cause.get());
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isIdle(String action) {
    return IDLE.contains(action) || IDLE_PREFIXES.stream().anyMatch(action::startsWith);
  }

  private static String filter(String node) {
    JsonObject filter = new JsonObject();
    filter.add("type", array("container"));
    filter.add("label", array(Labels.NODE + "=" + node));
    return EngineHttp.encode(filter.toString());
  }

  private static JsonArray array(String only) {
    JsonArray array = new JsonArray();
    array.add(only);
    return array;
  }

  private static long engineSeconds(Engine engine) {
    String date = engine.ping().header("Date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException noDate) {
      throw engine.errors().internal(CALL, "the engine does not tell its time: '" + date + "'");
    }
  }
}
