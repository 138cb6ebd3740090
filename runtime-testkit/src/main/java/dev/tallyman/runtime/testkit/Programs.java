package dev.tallyman.runtime.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which instance behaves how. The most particular entry counts: the workload's uid, the workload's
 * name, the command, the image; what has none runs until it is stopped.
 *
 * <p>Several behaviours in one entry are taken in turn: the uid's first start takes the first, its
 * second start the second, and all later ones the last. Any thread may use this at any time; an
 * entry counts from the next start on.
 */
public final class Programs {

  private final EngineLock lock;
  private final Map<String, List<Behaviour>> byUid = new HashMap<>();
  private final Map<String, List<Behaviour>> byWorkload = new HashMap<>();
  private final Map<List<String>, List<Behaviour>> byCommand = new HashMap<>();
  private final Map<String, List<Behaviour>> byImage = new HashMap<>();

  Programs(EngineLock lock) {
    this.lock = lock;
  }

  /** The behaviour of one workload, by its uid. */
  public Programs ofUid(String uid, Behaviour... inTurn) {
    return put(byUid, uid, inTurn);
  }

  /** The behaviour of the workloads of a name. */
  public Programs ofWorkload(String workload, Behaviour... inTurn) {
    return put(byWorkload, workload, inTurn);
  }

  /** The behaviour of a command line: the spec's command and args in one list. */
  public Programs ofCommand(List<String> commandLine, Behaviour... inTurn) {
    return put(byCommand, List.copyOf(commandLine), inTurn);
  }

  /** The behaviour of an image. */
  public Programs ofImage(String image, Behaviour... inTurn) {
    return put(byImage, image, inTurn);
  }

  /** What a container does at a start; called with the lock held. */
  Behaviour of(Container container, int startsBefore) {
    return container
        .spec()
        .map(spec -> {
          List<String> commandLine =
              Stream.concat(spec.command().stream(), spec.args().stream()).toList();
          return Stream.of(
                  Optional.ofNullable(byUid.get(spec.uid())),
                  Optional.ofNullable(byWorkload.get(spec.workload())),
                  Optional.ofNullable(byCommand.get(commandLine)),
                  Optional.ofNullable(byImage.get(spec.image())))
              .flatMap(Optional::stream)
              .findFirst()
              .map(inTurn -> inTurn.get(Math.min(startsBefore, inTurn.size() - 1)))
              .orElseGet(Behaviour::runsForever);
        })
        .orElseGet(Behaviour::runsForever);
  }

  private <K> Programs put(Map<K, List<Behaviour>> map, K key, Behaviour... inTurn) {
    if (inTurn.length == 0) {
      throw new IllegalArgumentException("behaviours of " + key + ": none (expected: 1 or more)");
    }
    lock.run(() -> map.put(key, List.of(inTurn)));
    return this;
  }
}
