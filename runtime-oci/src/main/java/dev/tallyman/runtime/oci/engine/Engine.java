package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineHttp.Answer;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine at its socket. Runs requests under deadlines and turns what goes wrong into {@link
 * RuntimeFailure}; remembers what the engine is and can do, and forgets that whenever nobody
 * answered, because another version may come back.
 */
public final class Engine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private static final EngineCall PING = EngineCall.of(Verb.PING);
  private static final EngineCall INFO = EngineCall.of(Verb.INFO);

  private final String title;
  private final Deadlines deadlines;
  private final EngineErrors errors;
  private final EngineCalls calls;
  private final EngineHttp http;
  private final AtomicLong life = new AtomicLong();
  private final Remembered<Dialect> dialect;
  private final Remembered<EngineFacts> facts;

  /**
   * An engine that may not be there yet.
   *
   * @param name the runtime's name, for people
   */
  public Engine(String name, Path socket, Deadlines deadlines) {
    this.title = name + " (" + socket + ")";
    this.deadlines = deadlines;
    errors = new EngineErrors(title);
    calls = new EngineCalls(errors);
    http = new EngineHttp(socket);
    dialect = new Remembered<>(() -> recognise(ask(deadlines.read())));
    facts =
        new Remembered<>(() ->
            run(
                INFO,
                deadlines.read(),
                (connection, spoken) ->
                    EngineFacts.of(
                        spoken,
                        connection.get(spoken.path("/info")).object(),
                        ownInfo(connection, spoken))));
  }

  /** What Podman does not say in Docker's words. */
  private static Json ownInfo(EngineHttp http, Dialect dialect) throws IOException {
    return switch (dialect.kind()) {
      case DOCKER -> Json.missing();
      case PODMAN -> {
        try {
          yield http.get(dialect.libpodPath("/info")).body();
        } catch (EngineRefusal unknown) {
          yield Json.missing();
        }
      }
    };
  }

  /** What is done with an engine; blocks. */
  @FunctionalInterface
  public interface Work<T> {
    T apply(EngineHttp http, Dialect dialect)
        throws IOException, EngineRefusal, InterruptedException;
  }

  /** Runs a request; ends within the time given, apart from asking what engine it is. */
  public <T> T run(EngineCall call, Duration patience, Work<T> work) {
    return run(call, Deadline.in(patience), work);
  }

  /** The same with a deadline that the work can move. */
  public <T> T run(EngineCall call, Deadline deadline, Work<T> work) {
    try {
      Dialect spoken = calls.await(call, Deadline.in(deadlines.read()), dialect.get());
      return calls.run(call, deadline, () -> work.apply(http, spoken));
    } catch (RuntimeFailure.Unavailable away) {
      wasAway();
      throw away;
    }
  }

  /**
   * Runs a request on the calling thread for as long as it takes. An interrupt of the thread ends
   * it at once.
   */
  public <T> T runUnbounded(EngineCall call, Work<T> work) {
    try {
      Dialect spoken = calls.await(call, Deadline.in(deadlines.read()), dialect.get());
      return work.apply(http, spoken);
    } catch (InterruptedIOException | InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw errors.cancelled(call);
    } catch (IOException | EngineRefusal failure) {
      RuntimeFailure meaning = errors.of(call, failure);
      if (meaning instanceof RuntimeFailure.Unavailable) {
        wasAway();
      }
      throw meaning;
    }
  }

  /** Asks for a sign of life, and sees by it whether the engine is still the same. */
  public Answer ping() {
    return ask(deadlines.probe());
  }

  /** What the engine is and can do. */
  public EngineFacts facts() {
    return calls.await(INFO, Deadline.in(deadlines.read()), facts.get());
  }

  /** The kind of engine and the API spoken with it. */
  public Dialect dialect() {
    return calls.await(PING, Deadline.in(deadlines.read()), dialect.get());
  }

  /** Rises whenever the engine was away: what was known of it before may not hold any more. */
  public long life() {
    return life.get();
  }

  /** Forgets what the engine said of itself. */
  public void wasAway() {
    life.incrementAndGet();
    dialect.forget();
    facts.forget();
  }

  public EngineErrors errors() {
    return errors;
  }

  public Deadlines deadlines() {
    return deadlines;
  }

  /** The engine for people. */
  public String title() {
    return title;
  }

  @Override
  public void close() {
    calls.close();
  }

  private Answer ask(Duration patience) {
    try {
      Answer answer = calls.run(PING, Deadline.in(patience), () -> http.get("/_ping"));
      recognise(answer);
      return answer;
    } catch (RuntimeFailure.Unavailable away) {
      wasAway();
      throw away;
    }
  }

  private Dialect recognise(Answer ping) {
    Dialect now;
    try {
      now = Dialect.of(ping);
    } catch (Dialect.Unusable reason) {
      throw errors.unusable(PING, String.valueOf(reason.getMessage()));
    }
    if (!dialect.known().equals(Optional.of(now))) {
      log.info("{}: {} answers; speaking version {} of its API", title, now.title(), now.api());
      facts.forget();
      dialect.remember(now);
    }
    return now;
  }
}
