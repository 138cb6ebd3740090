package dev.tallyman.runtime.oci;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EnginePlaces.Host;
import dev.tallyman.runtime.oci.EnginePlaces.Naming;
import dev.tallyman.runtime.oci.EnginePlaces.Place;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineFacts;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Finds the engines of a host that can be used, and says of each place why not.
 *
 * <p>The order is fixed: what was configured, {@code DOCKER_HOST}, {@code CONTAINER_HOST}, Podman
 * (of root, of the user, its machine), Docker (of root, of the user, Desktop), OrbStack, Colima,
 * Rancher Desktop, Lima. All places are probed at once, each for as long as {@link
 * Deadlines#probe()} allows to a sign of life; an engine that is reached by two sockets counts
 * once, at its first place.
 */
public final class EngineDetection {

  private static final String UNIX = "unix://";

  private final Host host;
  private final Deadlines deadlines;

  /**
   * An engine that somebody configured.
   *
   * @param name the runtime's name
   * @param address its socket, as a path or with {@code unix://}
   */
  public record Configured(String name, String address) {
    public Configured {
      requireNonNull(name, "name");
      requireNonNull(address, "address");
    }
  }

  /** Detection on this host, with its environment and its user's home. */
  public EngineDetection(Deadlines deadlines) {
    this(Host.current(), deadlines);
  }

  EngineDetection(Host host, Deadlines deadlines) {
    this.host = host;
    this.deadlines = deadlines;
  }

  /**
   * Looks at all places, which takes no longer than the slowest of them.
   *
   * @param configured engines that come first, in this order
   * @return all candidates in order, usable or not
   */
  public List<EngineCandidate> detect(List<Configured> configured) {
    List<Place> places = new ArrayList<>();
    configured.forEach(engine ->
        places.add(new Place(engine.name(), engine.address(), "configuration", Naming.PLACE)));
    places.addAll(EnginePlaces.of(host));
    return judge(places, probeAll(places));
  }

  /** Only the configured ones. */
  public List<EngineCandidate> probe(List<Configured> configured) {
    List<Place> places =
        configured.stream()
            .map(e -> new Place(e.name(), e.address(), "configuration", Naming.PLACE))
            .toList();
    return judge(places, probeAll(places));
  }

  /** What was found at a place. */
  private sealed interface Probe {
    record Found(Path socket, EngineFacts facts) implements Probe {}

    record Nothing(String reason) implements Probe {}
  }

  private List<Probe> probeAll(List<Place> places) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Probe>> probes =
          places.stream().map(place -> threads.submit(() -> probe(place))).toList();
      List<Probe> results = new ArrayList<>();
      for (Future<Probe> probe : probes) {
        results.add(probe.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RuntimeFailure.Cancelled("detection of engines: cancelled");
    } catch (ExecutionException e) {
      throw new RuntimeFailure.Internal("detection of engines: " + e.getCause(), e);
    }
  }

  private Probe probe(Place place) {
    Path socket;
    try {
      socket = socketOf(place.address());
    } catch (IllegalArgumentException e) {
      return new Probe.Nothing(String.valueOf(e.getMessage()));
    }
    if (!Files.exists(socket)) {
      return new Probe.Nothing("no such file");
    }
    try (Engine engine = new Engine(place.name(), socket, deadlines)) {
      engine.ping();
      return new Probe.Found(socket, engine.facts());
    } catch (RuntimeFailure failure) {
      return new Probe.Nothing(String.valueOf(failure.getMessage()));
    }
  }

  /** Engines that were found before count; names become unique. */
  private static List<EngineCandidate> judge(List<Place> places, List<Probe> probes) {
    List<EngineCandidate> candidates = new ArrayList<>();
    Map<String, String> firstAddress = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      candidates.add(
          switch (probes.get(i)) {
            case Probe.Nothing nothing -> unusable(place, nothing.reason());
            case Probe.Found found -> {
              String earlier = firstAddress.putIfAbsent(found.facts().identity(), place.address());
              yield earlier == null
                  ? new EngineCandidate(
                      uniqueName(names, place, found),
                      place.address(),
                      place.source(),
                      new Verdict.Usable(found.socket(), found.facts().info()))
                  : unusable(place, "the same engine as " + earlier);
            }
          });
    }
    return List.copyOf(candidates);
  }

  private static String uniqueName(Set<String> names, Place place, Probe.Found found) {
    String wanted =
        switch (place.naming()) {
          case PLACE -> place.name();
          case ENGINE -> found.facts().info().kind();
        };
    String name = wanted;
    for (int number = 2; !names.add(name); number++) {
      name = wanted + "-" + number;
    }
    return name;
  }

  private static EngineCandidate unusable(Place place, String reason) {
    return new EngineCandidate(
        place.name(), place.address(), place.source(), new Verdict.Unusable(reason));
  }

  /** Only unix sockets: nobody else on the network may speak to an engine that we trust. */
  private static Path socketOf(String address) {
    int scheme = address.indexOf("://");
    if (scheme >= 0 && !address.startsWith(UNIX)) {
      throw new IllegalArgumentException(
          "%s:// is not supported (expected: unix://, a socket of this host)"
              .formatted(address.substring(0, scheme)));
    }
    String path = scheme >= 0 ? address.substring(UNIX.length()) : address;
    try {
      Path socket = Path.of(path);
      if (!socket.isAbsolute()) {
        throw new IllegalArgumentException("'" + path + "' (expected: an absolute path)");
      }
      return socket;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + path + "' is not a path: " + e.getReason(), e);
    }
  }
}
