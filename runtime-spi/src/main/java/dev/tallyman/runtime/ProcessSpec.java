package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The surroundings of an instance's process.
 *
 * @param traits what is done for it
 * @param ulimits bounds of the kernel per process
 * @param sysctls kernel settings of its namespaces
 * @param devices devices of the host
 * @param shmBytes size of {@code /dev/shm}; 0 for the engine's choice
 * @param pidNamespace whose processes it sees
 * @param ipcNamespace whose shared memory it sees
 * @param logging where its output goes; empty for the engine's choice
 * @param platform {@code os/architecture[/variant]} of the image; empty for the engine's own
 * @param ociRuntime name of the OCI runtime at the engine; empty as the isolation says
 * @param annotations for the OCI runtime
 */
public record ProcessSpec(
    Set<Trait> traits,
    List<Ulimit> ulimits,
    Map<String, String> sysctls,
    List<Device> devices,
    long shmBytes,
    Namespace pidNamespace,
    Namespace ipcNamespace,
    Optional<Logging> logging,
    Optional<String> platform,
    Optional<String> ociRuntime,
    Map<String, String> annotations) {

  /** Nothing special. */
  public static final ProcessSpec DEFAULT =
      new ProcessSpec(
          Set.of(),
          List.of(),
          Map.of(),
          List.of(),
          0,
          new Own(),
          new Own(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  /** What is done for a process. */
  public enum Trait {
    /** An init process reaps zombies and passes signals on. */
    INIT,
    /** It has a terminal. */
    TTY,
    /** Its standard input stays open. */
    STDIN_OPEN
  }

  /** Whose namespace an instance is in. */
  public sealed interface Namespace {}

  /** Its own, or what the engine gives where nothing is asked for. */
  public record Own() implements Namespace {}

  /** The host's. */
  public record OfHost() implements Namespace {}

  /**
   * That of the instance of another workload of the same stack, which must run.
   *
   * @param workload name of that workload ({@link Labels#WORKLOAD})
   */
  public record OfWorkload(String workload) implements Namespace {
    public OfWorkload {
      requireNonNull(workload, "workload");
    }
  }

  /**
   * What the engine calls so: {@code private}, {@code shareable} or {@code none}.
   *
   * @param word the engine's word
   */
  public record Named(String word) implements Namespace {
    public Named {
      requireNonNull(word, "word");
    }
  }

  /**
   * A bound of the kernel per process.
   *
   * @param name such as {@code nofile}
   * @param soft -1 for none
   * @param hard -1 for none
   */
  public record Ulimit(String name, long soft, long hard) {
    public Ulimit {
      requireNonNull(name, "name");
    }
  }

  /**
   * A device of the host.
   *
   * @param source path of the host, or a CDI name {@code vendor.com/class=name}
   * @param target path inside
   * @param permissions of {@code rwm}
   */
  public record Device(String source, String target, String permissions) {
    public Device {
      requireNonNull(source, "source");
      requireNonNull(target, "target");
      requireNonNull(permissions, "permissions");
    }
  }

  /** Where an engine puts an instance's output. */
  public record Logging(String driver, Map<String, String> options) {
    public Logging {
      requireNonNull(driver, "driver");
      options = Collections.unmodifiableMap(new TreeMap<>(options));
    }
  }

  public ProcessSpec {
    traits = Set.copyOf(traits);
    ulimits = List.copyOf(ulimits);
    sysctls = Collections.unmodifiableMap(new TreeMap<>(sysctls));
    devices = List.copyOf(devices);
    requireNonNull(pidNamespace, "pidNamespace");
    requireNonNull(ipcNamespace, "ipcNamespace");
    requireNonNull(logging, "logging");
    requireNonNull(platform, "platform");
    requireNonNull(ociRuntime, "ociRuntime");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }
}
