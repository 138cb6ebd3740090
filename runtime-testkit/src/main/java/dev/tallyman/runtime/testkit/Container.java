package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A container as the engine keeps it. Guarded by the engine's lock. */
final class Container {

  private final String id;
  private final String name;
  private final Map<String, String> labels;
  private final String image;
  private final Optional<InstanceSpec> spec;

  /** What it really got, whatever was asked for. */
  private final Isolation isolation;

  InstanceState state = new InstanceState.Created();
  List<PortBinding> ports = List.of();

  /** Counts its runs, so that what was meant for one cannot hit the next. */
  int run;

  Behaviour behaviour = Behaviour.runsForever();
  EngineTime.@Nullable Scheduled ending;

  /** By network, while it runs. */
  Map<String, String> addresses = Map.of();

  /** Ids of the containers whose namespaces it shares, by workload. */
  Map<String, String> shares = Map.of();

  /** What it wrote in all its runs. */
  final List<Output.Written> output = new ArrayList<>();

  /** Set when it would have ended while it was paused. */
  @Nullable Runnable endingWhenResumed;

  Container(
      String id,
      String name,
      Map<String, String> labels,
      String image,
      Optional<InstanceSpec> spec,
      Isolation isolation) {
    this.id = id;
    this.name = name;
    this.labels = labels;
    this.image = image;
    this.spec = spec;
    this.isolation = isolation;
  }

  String id() {
    return id;
  }

  String name() {
    return name;
  }

  Map<String, String> labels() {
    return labels;
  }

  Optional<InstanceSpec> spec() {
    return spec;
  }

  Isolation isolation() {
    return isolation;
  }

  Optional<String> node() {
    return Optional.ofNullable(labels.get(Labels.NODE));
  }

  Optional<String> uid() {
    return Optional.ofNullable(labels.get(Labels.UID));
  }

  boolean belongsTo(String node) {
    return node().equals(Optional.of(node)) && uid().isPresent();
  }

  /** Whether it has a process, be it suspended. */
  boolean isAlive() {
    return switch (state) {
      case InstanceState.Running _, InstanceState.Paused _ -> true;
      case InstanceState.Created _, InstanceState.Exited _, InstanceState.Broken _ -> false;
    };
  }

  Instance toInstance() {
    return new Instance(
        uid().orElseThrow(),
        labels.getOrDefault(Labels.STACK, ""),
        labels.getOrDefault(Labels.WORKLOAD, ""),
        labels.getOrDefault(Labels.SPEC_HASH, ""),
        id,
        name,
        image,
        state,
        ports,
        addresses,
        Optional.ofNullable(labels.get(Labels.FEED)),
        Labels.dependencies(labels.getOrDefault(Labels.DEPENDS_ON, "")));
  }
}
