package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One container or micro-VM of this node, as its engine reports it.
 *
 * @param uid uid of its workload ({@link Labels#UID})
 * @param stack name of its workload's stack ({@link Labels#STACK})
 * @param workload name of its workload ({@link Labels#WORKLOAD})
 * @param specHash hash of the spec that it was made from ({@link Labels#SPEC_HASH})
 * @param id the engine's identifier
 * @param name the engine's name for it
 * @param image the image reference that it was made from
 * @param state its state
 * @param ports ports that the host listens on for it; empty unless it runs
 * @param addresses its address by network; empty unless it runs in networks of its own
 * @param feed name of the feed that wanted it; empty if its label says none
 * @param dependencies names of workloads of its stack that it is stopped before ({@link
 *     Labels#DEPENDS_ON})
 */
public record Instance(
    String uid,
    String stack,
    String workload,
    String specHash,
    String id,
    String name,
    String image,
    InstanceState state,
    List<PortBinding> ports,
    Map<String, String> addresses,
    Optional<String> feed,
    List<String> dependencies) {
  public Instance {
    requireNonNull(uid, "uid");
    requireNonNull(stack, "stack");
    requireNonNull(workload, "workload");
    requireNonNull(specHash, "specHash");
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(image, "image");
    requireNonNull(state, "state");
    ports = List.copyOf(ports);
    addresses = Collections.unmodifiableMap(new TreeMap<>(addresses));
    requireNonNull(feed, "feed");
    dependencies = List.copyOf(dependencies);
  }
}
