package dev.tallyman.agent.actuate;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what was made for stacks and is not used any more. One thing at a time, on a thread of
 * its own. Engines refuse to remove a network that is in use, so that a stack which comes back in
 * that moment loses nothing.
 */
public final class Housekeeping implements Housekeeper, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  /** An engine lets go of an endpoint a moment after its container is gone. */
  private static final int TRIES = 5;

  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Something that was removed. */
  public record Removed(String runtime, Asset asset) {}

  private final Supplier<Map<String, ContainerRuntime>> runtimes;
  private final Set<String> live = ConcurrentHashMap.newKeySet();
  private final ExecutorService work =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("housekeeping").factory());

  /** Housekeeping at the runtimes that are connected, by name. */
  public Housekeeping(Supplier<Map<String, ContainerRuntime>> runtimes) {
    this.runtimes = runtimes;
  }

  @Override
  public void stackBegan(String stack) {
    live.add(stack);
  }

  @Override
  public void stackEnded(String stack) {
    live.remove(stack);
    later(() -> runtimes.get().keySet().forEach(name -> tidy(name, stack::equals)));
  }

  @Override
  public void sweep(String runtime) {
    later(() -> tidy(runtime, _ -> true));
  }

  private void later(Runnable task) {
    try {
      work.execute(task);
    } catch (RejectedExecutionException _) {
      log.debug("The agent ends; what is left of stacks is removed after its next start");
    }
  }

  private void tidy(String name, Predicate<String> stacks) {
    removeNetworks(name, stacks);
    tidyFiles(name);
  }

  private void removeNetworks(String name, Predicate<String> stacks) {
    for (int attempt = 1; attempt <= TRIES && !Thread.currentThread().isInterrupted(); attempt++) {
      try {
        Optional<ContainerRuntime> runtime = Optional.ofNullable(runtimes.get().get(name));
        if (runtime.isPresent()) {
          remove(name, runtime.get(), asset -> isLeft(asset, stacks));
        }
        return;
      } catch (RuntimeFailure.Cancelled _) {
        return;
      } catch (RuntimeFailure failure) {
        if (attempt == TRIES) {
          log.warn(
              "Networks of stacks that are gone stay at runtime {} until the agent's next start: {}",
              name,
              failure.getMessage());
        } else if (!pause()) {
          return;
        }
      }
    }
  }

  private void tidyFiles(String name) {
    try {
      Optional.ofNullable(runtimes.get().get(name)).ifPresent(ContainerRuntime::tidy);
    } catch (RuntimeFailure failure) {
      log.debug(
          "What launches that were cut off left at runtime {} stays until it is listed anew: {}",
          name,
          failure.getMessage());
    }
  }

  private boolean isLeft(Asset asset, Predicate<String> stacks) {
    return asset.kind() == Kind.NETWORK
        && stacks.test(asset.stack())
        && !live.contains(asset.stack());
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Removes what was made for a stack and is left of it, on the calling thread.
   *
   * @param kinds what to remove
   * @return what was there and is not any more
   * @throws IllegalStateException if the stack has workloads or instances
   * @throws RuntimeFailure as {@link dev.tallyman.runtime.StackAssets} does
   */
  public List<Removed> remove(String stack, Set<Kind> kinds) {
    if (live.contains(stack)) {
      throw new IllegalStateException(
          "stack: " + stack + " (expected: one without workloads and instances)");
    }
    List<Removed> removed = new ArrayList<>();
    runtimes
        .get()
        .forEach((name, runtime) ->
            removed.addAll(
                remove(
                    name,
                    runtime,
                    asset -> asset.stack().equals(stack) && kinds.contains(asset.kind()))));
    return List.copyOf(removed);
  }

  private static List<Removed> remove(
      String name, ContainerRuntime runtime, Predicate<Asset> which) {
    List<Removed> removed = new ArrayList<>();
    for (Asset asset : runtime.assets().list()) {
      if (which.test(asset)) {
        runtime.assets().remove(asset);
        log.info(
            "{} {} of stack {} was removed at runtime {}",
            asset.kind(),
            asset.name(),
            asset.stack(),
            name);
        removed.add(new Removed(name, asset));
      }
    }
    return removed;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    work.shutdownNow();
  }
}
