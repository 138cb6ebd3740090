package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.oci.engine.Dialect;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineFacts;
import dev.tallyman.runtime.oci.request.ContainerRequest;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What must hold before an engine is asked for a container. Here stands everything that an engine
 * would take and then not do: it must be refused before, because the engine says nothing.
 */
final class Requirements {

  /** Podman takes any option of a log driver and heeds these. */
  private static final Set<String> PODMAN_LOG_OPTIONS = Set.of("max-size", "tag", "path");

  private final Engine engine;
  private final Supplier<RuntimeInfo> info;

  /**
   * @param info what the runtime can do at this engine
   */
  Requirements(Engine engine, Supplier<RuntimeInfo> info) {
    this.engine = engine;
    this.info = info;
  }

  /**
   * Checks a spec.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.Unsupported if the engine would not do it
   * @throws dev.tallyman.runtime.RuntimeFailure.InvalidSpec if no engine could
   */
  void require(InstanceSpec spec, EngineCall call) {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(spec.needs());
    missing.removeAll(info.get().capabilities());
    if (!missing.isEmpty()) {
      throw engine
          .errors()
          .unsupported(
              call,
              "the engine does not offer "
                  + missing.stream().map(Capability::word).collect(Collectors.joining(", ")));
    }
    List<String> ignored = ignored(spec);
    if (!ignored.isEmpty()) {
      throw engine.errors().unsupported(call, String.join("; ", ignored));
    }
    ContainerRequest.faults(spec)
        .ifPresent(fault -> {
          throw engine.errors().invalidSpec(call, fault);
        });
    requirePaths(spec, call);
  }

  /** The registered OCI runtime to ask for; empty for the engine's default. */
  Optional<String> ociRuntime(InstanceSpec spec) {
    return spec.surroundings()
        .process()
        .ociRuntime()
        .or(() -> Optional.ofNullable(engine.facts().ociRuntimes().get(spec.isolation())));
  }

  private List<String> ignored(InstanceSpec spec) {
    List<String> ignored = new ArrayList<>();
    Dialect dialect = engine.dialect();
    ProcessSpec process = spec.surroundings().process();
    process.ociRuntime().flatMap(name -> ociRuntimeFault(spec, name)).ifPresent(ignored::add);
    process.logging().ifPresent(logging -> loggingFaults(dialect, logging, ignored));
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)
        && dialect.kind() == Dialect.Kind.DOCKER
        && !dialect.speaks(1, 44)
        && attachments.stream().skip(1).anyMatch(attachment -> attachment.mac().isPresent())) {
      ignored.add("this engine gives a hardware address of choice only in the first network");
    }
    spec.surroundings()
        .security()
        .userNamespace()
        .filter(mode -> dialect.kind() == Dialect.Kind.DOCKER && !mode.equals("host"))
        .ifPresent(mode -> ignored.add("user namespace: '%s' (expected: host)".formatted(mode)));
    return ignored;
  }

  private Optional<String> ociRuntimeFault(InstanceSpec spec, String name) {
    EngineFacts facts = engine.facts();
    if (!facts.registeredRuntimes().contains(name)) {
      return Optional.of(
          "OCI runtime: '%s' (expected: one of %s)"
              .formatted(name, new TreeSet<>(facts.registeredRuntimes())));
    }
    return spec.isolation() == Isolation.CONTAINER
            || name.equals(facts.ociRuntimes().get(spec.isolation()))
        ? Optional.empty()
        : Optional.of(
            "OCI runtime: '%s' does not give %s"
                .formatted(name, Capability.of(spec.isolation()).word()));
  }

  private void loggingFaults(Dialect dialect, ProcessSpec.Logging logging, List<String> ignored) {
    Set<String> drivers = new TreeSet<>(engine.facts().logDrivers());
    drivers.add("none");
    if (!drivers.contains(logging.driver())) {
      ignored.add("log driver: '%s' (expected: one of %s)".formatted(logging.driver(), drivers));
    }
    if (dialect.kind() == Dialect.Kind.PODMAN) {
      logging.options().keySet().stream()
          .filter(option -> !PODMAN_LOG_OPTIONS.contains(option))
          .forEach(option ->
              ignored.add(
                  "log option: '%s' (expected: one of %s)"
                      .formatted(option, new TreeSet<>(PODMAN_LOG_OPTIONS))));
    }
  }

  /** Podman makes a directory where a path is missing, whatever it is told. */
  private void requirePaths(InstanceSpec spec, EngineCall call) {
    if (engine.dialect().kind() != Dialect.Kind.PODMAN) {
      return;
    }
    for (Mount mount : spec.surroundings().mounts()) {
      if (mount.source() instanceof Mount.Bind bind
          && bind.missing() == Mount.Missing.REFUSE
          && !Files.exists(Path.of(bind.path()), LinkOption.NOFOLLOW_LINKS)) {
        throw engine
            .errors()
            .invalidSpec(call, "mounts: %s does not exist on the host".formatted(bind.path()));
      }
    }
  }
}
