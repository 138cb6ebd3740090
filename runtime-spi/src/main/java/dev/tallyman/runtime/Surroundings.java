package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What an instance finds around it, and what most instances leave to the engine.
 *
 * @param networking which network it has
 * @param mounts what is mounted
 * @param files secrets and configs
 * @param security what it may do
 * @param process what is around its process
 * @param tuning how the kernel treats it
 */
public record Surroundings(
    Networking networking,
    List<Mount> mounts,
    List<HostFile> files,
    Security security,
    ProcessSpec process,
    Tuning tuning) {

  /** Everything as the engine does it where nothing is asked for. */
  public static final Surroundings DEFAULT =
      new Surroundings(
          Networking.DEFAULT,
          List.of(),
          List.of(),
          Security.DEFAULT,
          ProcessSpec.DEFAULT,
          Tuning.DEFAULT);

  public Surroundings {
    requireNonNull(networking, "networking");
    mounts = List.copyOf(mounts);
    files = List.copyOf(files);
    requireNonNull(security, "security");
    requireNonNull(process, "process");
    requireNonNull(tuning, "tuning");
  }
}
