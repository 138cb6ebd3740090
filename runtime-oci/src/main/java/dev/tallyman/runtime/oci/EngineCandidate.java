package dev.tallyman.runtime.oci;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.RuntimeInfo;
import java.nio.file.Path;

/**
 * A place where an engine may be, and whether one is there.
 *
 * @param name the name of the runtime that would be made of it; no two usable ones share it
 * @param address the place as it was found, such as {@code unix:///run/podman/podman.sock}
 * @param source who says that an engine may be there, such as {@code DOCKER_HOST}
 * @param verdict what was found there
 */
public record EngineCandidate(String name, String address, String source, Verdict verdict) {

  public EngineCandidate {
    requireNonNull(name, "name");
    requireNonNull(address, "address");
    requireNonNull(source, "source");
    requireNonNull(verdict, "verdict");
  }

  /** What was found at a place. */
  public sealed interface Verdict {

    /**
     * An engine answers and can be used.
     *
     * @param socket its unix socket
     * @param info what it says of itself
     */
    record Usable(Path socket, RuntimeInfo info) implements Verdict {
      public Usable {
        requireNonNull(socket, "socket");
        requireNonNull(info, "info");
      }
    }

    /**
     * Nothing that can be used.
     *
     * @param reason why, for people
     */
    record Unusable(String reason) implements Verdict {
      public Unusable {
        requireNonNull(reason, "reason");
      }
    }
  }
}
