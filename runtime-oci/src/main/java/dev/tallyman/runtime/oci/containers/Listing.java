package dev.tallyman.runtime.oci.containers;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.Surroundings;
import dev.tallyman.runtime.oci.containers.Containers.Listed;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the node's instances: one request, and an inspection for each container that is not known
 * to be as it was, because a list has neither exit codes nor times.
 */
public final class Listing {

  private static final Logger log = LoggerFactory.getLogger(Listing.class);

  /** Engines answer more of them at once no faster. */
  private static final int INSPECTIONS_AT_ONCE = 4;

  private static final int LIST_ATTEMPTS = 5;

  private final Engine engine;
  private final Containers containers;
  private final Observer observer;
  private final InstanceCache cache;

  public Listing(Engine engine, Containers containers, Observer observer, InstanceCache cache) {
    this.engine = engine;
    this.containers = containers;
    this.observer = observer;
    this.cache = cache;
  }

  /** All instances; the whole within the deadline for reading. */
  public List<Instance> list() {
    return engine.run(EngineCall.of(Verb.LIST), engine.deadlines().read(), this::listNow);
  }

  /** Learns the ids of all instances and nothing more, in one request. */
  public void learnIds() {
    engine.run(
        EngineCall.of(Verb.LIST),
        engine.deadlines().read(),
        (http, dialect) -> {
          List<Listed> all = onePerUid(listSettled(http, dialect));
          cache.seen(all);
          return all;
        });
  }

  private List<Instance> listNow(EngineHttp http, Dialect dialect)
      throws IOException, EngineRefusal, InterruptedException {
    List<Listed> all = onePerUid(listSettled(http, dialect));
    cache.seen(all);
    List<Instance> instances = new ArrayList<>(all.size());
    List<Callable<Optional<Instance>>> missing = new ArrayList<>();
    for (Listed listed : all) {
      cache
          .unchanged(listed)
          .ifPresentOrElse(instances::add, () -> missing.add(() -> inspect(http, dialect, listed)));
    }
    instances.addAll(runAll(missing));
    return List.copyOf(instances);
  }

  /**
   * Podman fails a whole list, with status 500, when a container is removed while it makes it: then
   * the next one is right. When Podman was killed in the middle of a removal, no list is right
   * until that is finished.
   */
  private List<Listed> listSettled(EngineHttp http, Dialect dialect)
      throws IOException, EngineRefusal, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return containers.listNow(http, dialect);
      } catch (EngineRefusal refusal) {
        if (refusal.status() != 500 || attempt == LIST_ATTEMPTS) {
          throw refusal;
        }
        log.debug("A list failed and is made again: {}", refusal.getMessage());
        if (attempt == LIST_ATTEMPTS - 2) {
          containers.finishRemovals(http, dialect);
        }
      }
    }
  }

  private Optional<Instance> inspect(EngineHttp http, Dialect dialect, Listed listed)
      throws IOException, EngineRefusal {
    InstanceCache.Mark mark = cache.begin(listed.id());
    try {
      ContainerReply reply = Containers.inspectNow(http, dialect, listed.id());
      Instance instance = observer.read(reply);
      cache.finish(listed.id(), mark, reply.status().word(), instance);
      return Optional.of(instance);
    } catch (EngineRefusal refusal) {
      if (refusal.status() == 404 || isGone(refusal)) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  /** Podman says 500 of a container that goes while it is inspected. */
  private static boolean isGone(EngineRefusal refusal) {
    return refusal.status() == 500
        && String.valueOf(refusal.getMessage()).contains("no such container");
  }

  private static List<Instance> runAll(List<Callable<Optional<Instance>>> inspections)
      throws IOException, EngineRefusal, InterruptedException {
    if (inspections.isEmpty()) {
      return List.of();
    }
    List<Instance> found = new ArrayList<>(inspections.size());
    try (var threads =
        Executors.newFixedThreadPool(
            INSPECTIONS_AT_ONCE, Thread.ofVirtual().name("engine-inspect").factory())) {
      for (Future<Optional<Instance>> inspection : threads.invokeAll(inspections)) {
        inspection.get().ifPresent(found::add);
      }
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case IOException broken -> throw broken;
        case EngineRefusal refusal -> throw refusal;
        case null, default -> throw new IllegalStateException("inspecting containers", failure);
      }
    }
    return found;
  }

  /**
   * A copy of a container (Docker's {@code commit} keeps the labels in the image) carries the uid
   * of the original. The one with the name that belongs to its labels is the instance; the others
   * are left alone.
   */
  public static List<Listed> onePerUid(List<Listed> all) {
    Map<String, Listed> byUid = new LinkedHashMap<>();
    for (Listed listed : all) {
      byUid.merge(
          listed.uid(),
          listed,
          (first, second) -> {
            Listed instance = hasItsName(second) ? second : first;
            log.warn(
                "containers {} and {} both carry the uid {}; {} counts, the other is left alone",
                first.name(),
                second.name(),
                listed.uid(),
                instance.name());
            return instance;
          });
    }
    Collection<Listed> instances = byUid.values();
    return List.copyOf(instances);
  }

  private static boolean hasItsName(Listed listed) {
    InstanceSpec named =
        new InstanceSpec(
            listed.uid(),
            listed.stack(),
            listed.workload(),
            Map.of(),
            "",
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Isolation.CONTAINER,
            Limits.NONE,
            List.of(),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty(),
            "",
            List.of(),
            Map.of(),
            Surroundings.DEFAULT);
    return named.instanceName().equals(listed.name());
  }
}
