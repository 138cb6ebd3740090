package dev.tallyman.agent.health;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Probes;
import dev.tallyman.runtime.PortBinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Probes runs of instances, and tells what it finds by {@link
 * dev.tallyman.agent.inbox.Message.HealthChanged}. Both methods return at once.
 */
public interface Prober {

  /** Probes nothing and says nothing. */
  Prober NONE =
      new Prober() {
        @Override
        public void begin(Subject subject) {}

        @Override
        public void end(String uid) {}
      };

  /**
   * One run of an instance, and how it is to be probed.
   *
   * @param uid uid of the workload
   * @param runtime name of the runtime that has the instance
   * @param instanceId the runtime's identifier of the instance
   * @param startedAt begin of the run
   * @param image the image, which may bring a health check
   * @param probes how it is probed
   * @param place whose network it has
   * @param addresses its address by network
   * @param ports its published ports
   */
  record Subject(
      String uid,
      String runtime,
      String instanceId,
      Instant startedAt,
      String image,
      Probes probes,
      Place place,
      Map<String, String> addresses,
      List<PortBinding> ports) {
    public Subject {
      requireNonNull(uid, "uid");
      requireNonNull(runtime, "runtime");
      requireNonNull(instanceId, "instanceId");
      requireNonNull(startedAt, "startedAt");
      requireNonNull(image, "image");
      requireNonNull(probes, "probes");
      requireNonNull(place, "place");
      addresses = Map.copyOf(addresses);
      ports = List.copyOf(ports);
    }
  }

  /** Whose network an instance has. */
  enum Place {
    /** The host's: its ports are the host's. */
    HOST,
    /** Another one. */
    OWN
  }

  /** Begins to probe a run, in place of whatever was probed for its uid. */
  void begin(Subject subject);

  /** Probes nothing for this uid any more. */
  void end(String uid);
}
