package dev.tallyman.runtime.apple.cli;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.PortBinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A container as {@code list} tells of it.
 *
 * @param name its name, which is its id
 * @param labels its labels, decoded
 * @param image the reference that it was made from, as its spec had it if we made it
 * @param phase what it does
 * @param startedAt when it was last started, in whole seconds from 1.0 on; kept when it has ended
 *     and forgotten when the system service is started anew
 * @param exitCode from a version that tells one; none does so until 1.2
 * @param endedAt likewise
 * @param ports what it publishes, running or not
 * @param links its place in each network; none unless it runs
 * @param volumes names of the volumes that it mounts
 * @param stopSignal its image's, from 1.0 on; empty if it was not told
 */
public record Container(
    String name,
    Map<String, String> labels,
    String image,
    Phase phase,
    Optional<Instant> startedAt,
    OptionalInt exitCode,
    Optional<Instant> endedAt,
    List<PortBinding> ports,
    Map<String, Link> links,
    Set<String> volumes,
    String stopSignal) {

  /** What a container does. */
  public sealed interface Phase {

    /** Its virtual machine runs, or is being ended. */
    record Running() implements Phase {}

    /** It was created, or has ended, or the system service lost sight of it. */
    record Stopped() implements Phase {}

    /**
     * A word that no known version says.
     *
     * @param word as it was said
     */
    record Unknown(String word) implements Phase {}
  }

  /**
   * A place in a network.
   *
   * @param address of the container
   * @param gateway the host's address there; empty if it was not told
   */
  public record Link(String address, String gateway) {}

  public Container {
    requireNonNull(name, "name");
    labels = Map.copyOf(labels);
    requireNonNull(image, "image");
    requireNonNull(phase, "phase");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(exitCode, "exitCode");
    requireNonNull(endedAt, "endedAt");
    ports = List.copyOf(ports);
    links = Map.copyOf(links);
    volumes = Set.copyOf(volumes);
    requireNonNull(stopSignal, "stopSignal");
  }

  /** Whether a node owns it. Without a uid nobody of ours made it. */
  public boolean belongsTo(String node) {
    return node.equals(labels.get(Labels.NODE)) && !label(Labels.UID).isEmpty();
  }

  /** The uid of its workload; empty if it is not ours. */
  public String uid() {
    return label(Labels.UID);
  }

  /** A label's value; empty if it has no such label. */
  public String label(String key) {
    return labels.getOrDefault(key, "");
  }

  /** What tells it apart from others that had its name; its name if somebody else made it. */
  public String incarnation() {
    String mark = label(Marks.INCARNATION);
    return Marks.isIncarnation(mark) ? mark : "name-" + name;
  }

  /** The signal that it ends upon. */
  public String signalToStop() {
    String wanted = label(Marks.STOP_SIGNAL);
    return !wanted.isEmpty() ? wanted : stopSignal.isEmpty() ? "SIGTERM" : stopSignal;
  }

  /** The name that tells it apart from others that have its name, now and earlier. */
  public String id() {
    return name + "@" + incarnation();
  }

  /** Whether its virtual machine runs. */
  public boolean runs() {
    return phase instanceof Phase.Running;
  }
}
