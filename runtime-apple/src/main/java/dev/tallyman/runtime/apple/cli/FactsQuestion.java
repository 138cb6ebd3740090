package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.command.Finished;
import dev.tallyman.runtime.apple.command.SharedAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the command what it is and can do: four calls at once, the first time and after nobody
 * answered.
 */
final class FactsQuestion {

  private static final Logger log = LoggerFactory.getLogger(FactsQuestion.class);

  private final Looker looker;
  private final Refusals refusals;
  private final Deadlines deadlines;
  private final Runnable whenDown;
  private final SharedAnswer<Facts> question = new SharedAnswer<>(this::ask);
  private volatile Optional<Facts> known = Optional.empty();

  /** Makes a call that only looks. */
  interface Looker {
    Finished look(Verb verb, Duration deadline, String... words);
  }

  /**
   * @param whenDown called when the system service says that it does not run
   */
  FactsQuestion(Looker looker, Refusals refusals, Deadlines deadlines, Runnable whenDown) {
    this.looker = looker;
    this.refusals = refusals;
    this.deadlines = deadlines;
    this.whenDown = whenDown;
  }

  Facts get() {
    Optional<Facts> remembered = known;
    if (remembered.isPresent()) {
      return remembered.get();
    }
    try {
      return question.fresh(deadlines.read());
    } catch (InterruptedException e) {
      throw refusals.cancelled(Verb.LOOK, "");
    } catch (TimeoutException e) {
      throw refusals.timedOut(
          Verb.LOOK, "", "no answer within " + deadlines.read().toMillis() + " ms");
    }
  }

  void forget() {
    known = Optional.empty();
  }

  Version version() {
    return client(look("--version"));
  }

  void ping() {
    var _ = status(deadlines.probe());
  }

  private Facts ask() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Finished> version = threads.submit(() -> look("--version"));
      Future<Finished> create = threads.submit(() -> look("create", "--help"));
      Future<Finished> network = threads.submit(() -> look("network", "create", "--help"));
      Future<Finished> status = threads.submit(() -> status(deadlines.read()));
      Version client = client(version.get());
      String said = status.get().output();
      Facts facts =
          new Facts(
              client,
              FactsReply.server(said),
              FactsReply.appRoot(said),
              FactsReply.flags(require(create.get()).output()),
              network.get().isSuccess() ? FactsReply.flags(network.get().output()) : Set.of());
      if (!facts.isOfOnePiece()) {
        log.warn(
            "Apple's container is version {} and its system service is still {}: after an upgrade"
                + " run 'container system stop' and 'container system start'",
            facts.client(),
            facts.server().map(Version::toString).orElse(""));
      }
      known = Optional.of(facts);
      return facts;
    } catch (InterruptedException e) {
      throw refusals.cancelled(Verb.LOOK, "");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeFailure failure
          ? failure
          : refusals.internal(Verb.LOOK, "", String.valueOf(e.getCause()));
    }
  }

  private Finished look(String... words) {
    return looker.look(Verb.LOOK, deadlines.read(), words);
  }

  private Finished require(Finished end) {
    if (!end.isSuccess()) {
      throw refusals.of(Verb.LOOK, "", end);
    }
    return end;
  }

  private Version client(Finished end) {
    String said = require(end).output().strip();
    Version version =
        Version.in(said)
            .orElseThrow(() -> refusals.unavailable(Verb.LOOK, "version: '" + said + "'"));
    if (!version.isAtLeast(Version.OLDEST)) {
      throw refusals.unavailable(
          Verb.LOOK,
          "version: %s (expected: %s or later, better 1.0: before that a failed start destroys the"
                  .formatted(version, Version.OLDEST)
              + " container, and starts hang); upgrade Apple's container");
    }
    return version;
  }

  /** The status of the system service, which runs. */
  private Finished status(Duration deadline) {
    Finished end = looker.look(Verb.LOOK, deadline, "system", "status", "--format=json");
    if (!end.isSuccess() || !FactsReply.isRunning(end.output())) {
      forget();
      whenDown.run();
      throw refusals.unavailable(
          Verb.LOOK,
          "the system service of Apple's container does not run (it says: "
              + FactsReply.word(end.output())
              + "); start it with 'container system start'");
    }
    return end;
  }
}
