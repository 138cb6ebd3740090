package dev.tallyman.runtime.oci.request;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.oci.engine.Dialect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must be known besides a spec to ask for its container.
 *
 * @param dialect what the engine understands
 * @param ociRuntime the registered OCI runtime to use; empty for the engine's default
 * @param idsByWorkload ids of the containers whose namespaces are shared, by workload
 * @param files where the spec's files lie on the host
 * @param seccompProfile where the spec's seccomp profile lies on the host, for an engine that reads
 *     it from there
 */
public record Resolved(
    Dialect dialect,
    Optional<String> ociRuntime,
    Map<String, String> idsByWorkload,
    List<BoundFile> files,
    Optional<Path> seccompProfile) {

  /**
   * A file of the host for an instance.
   *
   * @param target absolute path inside
   */
  public record BoundFile(String target, Path source) {
    public BoundFile {
      requireNonNull(target, "target");
      requireNonNull(source, "source");
    }
  }

  public Resolved {
    requireNonNull(dialect, "dialect");
    requireNonNull(ociRuntime, "ociRuntime");
    idsByWorkload = Map.copyOf(idsByWorkload);
    files = List.copyOf(files);
    requireNonNull(seccompProfile, "seccompProfile");
  }

  /** For a spec that shares nothing and has no files. */
  public static Resolved plain(Dialect dialect, Optional<String> ociRuntime) {
    return new Resolved(dialect, ociRuntime, Map.of(), List.of(), Optional.empty());
  }

  /** How the engine is told to join a namespace of another workload. */
  String namespaceOf(String workload) {
    return "container:" + requireNonNull(idsByWorkload.get(workload), workload);
  }
}
