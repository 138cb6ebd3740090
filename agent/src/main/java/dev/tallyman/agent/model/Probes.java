package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How it is found out whether an instance works. No part of the instance: probes can change without
 * a new one.
 *
 * @param liveness restarts it when it fails
 * @param readiness says whether it can be used
 * @param startup holds back the other two until it has succeeded once
 * @param imageCheck what is done with the health check that the image brings
 */
public record Probes(
    Optional<Probe> liveness,
    Optional<Probe> readiness,
    Optional<Probe> startup,
    ImageCheck imageCheck) {

  /** Only what the image brings. */
  public static final Probes DEFAULT =
      new Probes(Optional.empty(), Optional.empty(), Optional.empty(), ImageCheck.USE);

  /** What is done with the health check that the image brings. */
  public enum ImageCheck {
    /** It is the readiness probe, if there is no other. */
    USE,
    IGNORE
  }

  public Probes {
    requireNonNull(liveness, "liveness");
    requireNonNull(readiness, "readiness");
    requireNonNull(startup, "startup");
    requireNonNull(imageCheck, "imageCheck");
  }
}
