package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way from a runtime to its engine and back, on which everything goes wrong that can: nobody
 * answers, the engine hangs, a scripted fault strikes, the time is up, the caller is interrupted,
 * the runtime is closed.
 *
 * <p>The engine's lock guards all state and is never held while waiting.
 */
final class Requests {

  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  private enum Look {
    HOLDS,
    NOT_YET,
    TIME_IS_UP
  }

  /** One call on its way. */
  final class Call {
    private final Client client;
    private final Operation operation;
    private final String subject;
    private final Duration limit;
    private final long deadline;
    private final List<Fault> faults;

    private Call(
        Client client, Operation operation, String subject, Duration limit, List<Fault> faults) {
      this.client = client;
      this.operation = operation;
      this.subject = subject;
      this.limit = limit;
      deadline = time.nanoTime() + limit.toNanos();
      this.faults = faults;
    }

    List<Fault> faults() {
      return faults;
    }

    /**
     * Waits until a condition holds.
     *
     * @param condition called with the lock held
     * @throws RuntimeFailure if the call cannot go on before that
     */
    private void await(BooleanSupplier condition) {
      requireInTime(await(condition, deadline, connections));
    }

    /**
     * Waits until a condition about containers holds.
     *
     * @param condition called with the lock held
     * @throws RuntimeFailure if the call cannot go on before that
     */
    void awaitContainers(BooleanSupplier condition) {
      requireInTime(await(condition, deadline, containers));
    }

    private void requireInTime(boolean holds) {
      if (!holds) {
        throw new RuntimeFailure.TimedOut(
            this + ": no answer within " + limit + "; it may have been done nevertheless");
      }
    }

    /** Waits for a while. */
    void pause(Duration by) {
      long end = time.nanoTime() + by.toNanos();
      if (end <= deadline) {
        var _ = await(() -> false, end, connections);
      } else {
        await(() -> false);
      }
    }

    /** Waits until a condition holds or an instant has come; says whether it holds. */
    private boolean await(BooleanSupplier condition, long until, Set<EngineTime.Gate> waiting) {
      while (true) {
        EngineTime.Gate changed = time.gate();
        switch (lock.get(() -> look(condition, until, waiting, changed))) {
          case HOLDS -> {
            return true;
          }
          case TIME_IS_UP -> {
            return false;
          }
          case NOT_YET -> waitFor(changed, waiting, until);
        }
      }
    }

    private Look look(
        BooleanSupplier condition,
        long until,
        Set<EngineTime.Gate> waiting,
        EngineTime.Gate changed) {
      requireConnection();
      if (condition.getAsBoolean()) {
        return Look.HOLDS;
      }
      if (time.nanoTime() >= until) {
        return Look.TIME_IS_UP;
      }
      waiting.add(changed);
      return Look.NOT_YET;
    }

    private void waitFor(EngineTime.Gate changed, Set<EngineTime.Gate> waiting, long until) {
      try {
        var _ = changed.await(Duration.ofNanos(until - time.nanoTime()));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw cancelled();
      } finally {
        lock.run(() -> waiting.remove(changed));
      }
    }

    private void strike(boolean afterEffect) {
      for (Fault fault : faults) {
        if (fault.isAfterEffect() == afterEffect) {
          strike(fault);
        }
      }
    }

    private void strike(Fault fault) {
      switch (fault.effect()) {
        case Fault.Effect.Fails(Supplier<? extends RuntimeFailure> failure) -> throw failure.get();
        case Fault.Effect.Hangs _ -> await(fault::isReleased);
        case Fault.Effect.Delays(Duration by) -> pause(by);
        case Fault.Effect.TakesEffectLate _, Fault.Effect.Misses _, Fault.Effect.Repeats _ -> {
          // not on the way: see perform, and Fault.distort
        }
      }
    }

    private void requireConnection() {
      if (client.isClosed()) {
        throw new RuntimeFailure.Unavailable(
            this + ": runtime '" + client.runtime() + "' is closed", null);
      }
      if (down) {
        throw new RuntimeFailure.Unavailable(
            this + ": nobody answers at the in-memory engine of '" + client.runtime() + "'", null);
      }
    }

    private RuntimeFailure cancelled() {
      return new RuntimeFailure.Cancelled(this + ": interrupted; it may have been done");
    }

    @Override
    public String toString() {
      return operation + (subject.isEmpty() ? "" : " of " + subject);
    }
  }

  private final EngineLock lock;
  private final EngineTime time;
  private final Audit audit;

  /** Who waits for nothing but time, a script's release and the connection. */
  private final Set<EngineTime.Gate> connections = new LinkedHashSet<>();

  /** Who waits for a container as well. */
  private final Set<EngineTime.Gate> containers = new LinkedHashSet<>();

  private boolean down;
  private boolean frozen;

  Requests(EngineLock lock, EngineTime time, Audit audit) {
    this.lock = lock;
    this.time = time;
    this.audit = audit;
  }

  /** Begins a call. */
  Call begin(Client client, Operation operation, String subject, Duration limit, Fault.Book book) {
    audit.called(operation, subject);
    return lock.get(
        () -> new Call(client, operation, subject, limit, book.striking(operation, subject)));
  }

  /** Does something at the engine. */
  <T> T perform(Call call, Supplier<T> effect) {
    return perform(call, effect, result -> result);
  }

  /**
   * Does something at the engine.
   *
   * @param effect what the engine does, with the lock held
   * @param completion what belongs to the call after that; may wait
   */
  <T, R> R perform(Call call, Supplier<T> effect, Function<T, R> completion) {
    arrive(call);
    for (Fault fault : call.faults) {
      if (fault.effect() instanceof Fault.Effect.TakesEffectLate(Duration after)) {
        time.schedule(after, () -> performUnasked(effect));
        call.await(() -> false);
      }
    }
    T result =
        lock.get(() -> {
          call.requireConnection();
          return effect.get();
        });
    R answer = completion.apply(result);
    call.strike(true);
    return answer;
  }

  /** Does something that consists of further calls. */
  <T> T compose(Call call, Supplier<T> body) {
    arrive(call);
    T answer = body.get();
    call.strike(true);
    return answer;
  }

  /** Waits within a call that has a deadline for each of its steps. */
  void step(Client client, Operation operation, String subject, Duration limit, Duration needs) {
    new Call(client, operation, subject, limit, List.of()).pause(needs);
  }

  /** A call that may wait for ever. */
  Call endless(Client client, Operation operation, String subject) {
    return new Call(client, operation, subject, FOR_EVER, List.of());
  }

  /** Lets nobody through. Called with the lock held. */
  void goDown() {
    down = true;
    frozen = false;
    changed();
  }

  void comeUp() {
    down = false;
    changed();
  }

  boolean isDown() {
    return down;
  }

  /** Makes all calls hang. Called with the lock held. */
  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
    changed();
  }

  /** Lets all who wait look again. Called with the lock held. */
  void changed() {
    wake(connections);
    wake(containers);
  }

  /** Lets those look again who wait for a container. Called with the lock held. */
  void containersChanged() {
    wake(containers);
  }

  private static void wake(Set<EngineTime.Gate> waiting) {
    List<EngineTime.Gate> gates = new ArrayList<>(waiting);
    waiting.clear();
    gates.forEach(EngineTime.Gate::open);
  }

  private void arrive(Call call) {
    if (Thread.currentThread().isInterrupted()) {
      throw call.cancelled();
    }
    call.await(() -> !frozen);
    call.strike(false);
    call.await(() -> !frozen);
  }

  private <T> void performUnasked(Supplier<T> effect) {
    try {
      lock.run(() -> {
        if (!down) {
          var _ = effect.get();
        }
      });
    } catch (RuntimeFailure _) {
      // whoever asked has gone
    }
  }
}
