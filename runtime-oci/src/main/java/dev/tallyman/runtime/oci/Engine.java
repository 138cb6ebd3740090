package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.EngineCall.Verb;
import dev.tallyman.runtime.oci.EngineHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine at its socket. Runs requests under deadlines and turns what goes wrong into {@link
 * RuntimeFailure}; remembers what the engine is and can do, and forgets that whenever nobody
 * answered, because another version may come back.
 */
final class Engine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private static final EngineCall PING = EngineCall.of(Verb.PING);
  private static final EngineCall INFO = EngineCall.of(Verb.INFO);

  private final String title;
  private final Deadlines deadlines;
  private final EngineErrors errors;
  private final EngineCalls calls;
  private final EngineHttp http;
  private final Remembered<Dialect> dialect;
  private final Remembered<EngineFacts> facts;

  /**
   * @param name the runtime's name, for people
   */
  Engine(String name, Path socket, Deadlines deadlines) {
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
                    EngineFacts.of(spoken, connection.get(spoken.path("/info")).object())));
  }

  /** What is done with an engine; blocks. */
  @FunctionalInterface
  interface Work<T> {
    T apply(EngineHttp http, Dialect dialect)
        throws IOException, EngineRefusal, InterruptedException;
  }

  /** Runs a request; ends within the time given, apart from asking what engine it is. */
  <T> T run(EngineCall call, Duration patience, Work<T> work) {
    return run(call, Deadline.in(patience), work);
  }

  /** The same with a deadline that the work can move. */
  <T> T run(EngineCall call, Deadline deadline, Work<T> work) {
    try {
      Dialect spoken = calls.await(call, Deadline.in(deadlines.read()), dialect.get());
      return calls.run(call, deadline, () -> work.apply(http, spoken));
    } catch (RuntimeFailure.Unavailable away) {
      wasAway();
      throw away;
    }
  }

  /** Asks for a sign of life, and sees by it whether the engine is still the same. */
  Answer ping() {
    return ask(deadlines.probe());
  }

  /** What the engine is and can do. */
  EngineFacts facts() {
    return calls.await(INFO, Deadline.in(deadlines.read()), facts.get());
  }

  /** The kind of engine and the API spoken with it. */
  Dialect dialect() {
    return calls.await(PING, Deadline.in(deadlines.read()), dialect.get());
  }

  /** Forgets what the engine said of itself. */
  void wasAway() {
    dialect.forget();
    facts.forget();
  }

  EngineErrors errors() {
    return errors;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  /** The engine for people. */
  String title() {
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
