package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns a spec into what {@code create} is told. Pure. What the command cannot be told has been
 * refused before, by {@link SpecRules}.
 *
 * <p>Each value is joined to its option by {@code =}: one that begins with a dash would else be
 * taken for an option.
 */
public final class CreateOptions {

  private static final long MIB = 1 << 20;
  private static final int FULL_ACCESS = 01777;

  private final List<String> options = new ArrayList<>();

  /**
   * What was laid ready for an instance.
   *
   * @param incarnation tells its container apart from earlier ones: 12 hex digits
   * @param ports its ports, each with a port of the host
   * @param files where its files lie, by their place inside
   * @param hosts its hosts file; empty for the engine's
   * @param anonymousVolumes names of volumes of its own, by their place inside
   */
  public record Ready(
      String incarnation,
      List<PortBinding> ports,
      Map<String, Path> files,
      Optional<Path> hosts,
      Map<String, String> anonymousVolumes) {
    public Ready {
      ports = List.copyOf(ports);
      files = Map.copyOf(files);
      anonymousVolumes = Map.copyOf(anonymousVolumes);
    }
  }

  private CreateOptions() {}

  /** The call for a spec. */
  public static CreateCall of(InstanceSpec spec, String node, Ready ready) {
    CreateOptions made = new CreateOptions();
    made.labels(spec, node, ready);
    made.limits(spec);
    made.process(spec);
    made.networking(spec.surroundings().networking());
    ready.ports().forEach(made::port);
    spec.surroundings().mounts().forEach(mount -> made.mount(mount, ready));
    ready.files().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(file -> made.add("--volume", file.getValue() + ":" + file.getKey() + ":ro"));
    ready.hosts().ifPresent(hosts -> made.add("--volume", hosts + ":/etc/hosts:ro"));
    made.security(spec.surroundings().security());
    if (!spec.command().isEmpty()) {
      made.add("--entrypoint", spec.command().getFirst());
    }
    List<String> arguments = new ArrayList<>(spec.command().stream().skip(1).toList());
    arguments.addAll(spec.args());
    return new CreateCall(
        spec.instanceName(), made.options, spec.effectiveEnv(), spec.image(), arguments);
  }

  /** The labels of a spec's container, decoded. */
  public static Map<String, String> labels(InstanceSpec spec, String node, String incarnation) {
    Map<String, String> labels = new LinkedHashMap<>(spec.labels());
    labels.put(Labels.NODE, node);
    labels.put(Labels.UID, spec.uid());
    labels.put(Labels.STACK, spec.stack());
    labels.put(Labels.WORKLOAD, spec.workload());
    labels.put(Labels.SPEC_HASH, spec.specHash());
    labels.put(Marks.INCARNATION, incarnation);
    labels.put(Marks.IMAGE, spec.image());
    if (!spec.feed().isEmpty()) {
      labels.put(Labels.FEED, spec.feed());
    }
    if (!spec.dependencies().isEmpty()) {
      labels.put(Labels.DEPENDS_ON, String.join(".", spec.dependencies()));
    }
    spec.stopSignal().ifPresent(signal -> labels.put(Marks.STOP_SIGNAL, signal));
    if (spec.surroundings().networking().mode() instanceof Networking.Attached(var attachments)) {
      labels.put(
          Marks.ALIASES,
          attachments.stream()
              .map(each -> each.network().name() + ":" + String.join(",", each.aliases()))
              .collect(Collectors.joining(";")));
    }
    return labels;
  }

  private void labels(InstanceSpec spec, String node, Ready ready) {
    labels(spec, node, ready.incarnation())
        .forEach((key, value) -> add("--label", key + "=" + Marks.encode(value)));
  }

  private void limits(InstanceSpec spec) {
    if (spec.limits().cpuMillis() > 0) {
      add("--cpus", String.valueOf(spec.limits().cpuMillis() / 1000));
    }
    if (spec.limits().memoryBytes() > 0) {
      // A number of bytes would be cut to whole MiB in silence.
      add("--memory", spec.limits().memoryBytes() / MIB + "m");
    }
  }

  private void process(InstanceSpec spec) {
    spec.workingDir().ifPresent(path -> add("--workdir", path));
    spec.user().ifPresent(user -> add("--user", user));
    ProcessSpec process = spec.surroundings().process();
    if (process.traits().contains(ProcessSpec.Trait.INIT)) {
      options.add("--init");
    }
    process
        .ulimits()
        .forEach(ulimit ->
            add("--ulimit", "%s=%d:%d".formatted(ulimit.name(), ulimit.soft(), ulimit.hard())));
    if (process.shmBytes() > 0) {
      add("--shm-size", Long.toString(process.shmBytes()));
    }
    process.platform().ifPresent(platform -> add("--platform", platform));
  }

  private void networking(Networking networking) {
    switch (networking.mode()) {
      case Networking.Attached(List<Attachment> attachments) ->
          attachments.forEach(each ->
              add(
                  "--network",
                  each.network().name() + each.mac().map(mac -> ",mac=" + mac).orElse("")));
      case Networking.None _ -> add("--network", "none");
      case Networking.Engine _, Networking.Host _, Networking.SharedWith _ -> {
        // the default network, or refused before
      }
    }
    networking.dns().servers().forEach(server -> add("--dns", server));
    networking.dns().searches().forEach(domain -> add("--dns-search", domain));
    networking.dns().options().forEach(option -> add("--dns-option", option));
  }

  private void port(PortBinding port) {
    String ip = port.hostIp();
    String host = ip.isEmpty() ? "" : (ip.contains(":") ? "[" + ip + "]" : ip) + ":";
    add(
        "--publish",
        "%s%d:%d/%s"
            .formatted(
                host,
                port.hostPort(),
                port.containerPort(),
                port.protocol().name().toLowerCase(Locale.ROOT)));
  }

  private void mount(Mount mount, Ready ready) {
    String access =
        switch (mount.access()) {
          case READ_WRITE -> "";
          case READ_ONLY -> ":ro";
        };
    switch (mount.source()) {
      case Mount.Bind bind -> add("--volume", bind.path() + ":" + mount.target() + access);
      case Mount.Named named ->
          add(
              "--volume",
              named
                      .volume()
                      .map(volume -> volume.name())
                      .orElseGet(() -> ready.anonymousVolumes().getOrDefault(mount.target(), ""))
                  + ":"
                  + mount.target()
                  + access);
      case Mount.Tmpfs tmpfs -> tmpfs(mount.target(), tmpfs);
    }
  }

  private void tmpfs(String target, Mount.Tmpfs tmpfs) {
    if (tmpfs.sizeBytes() == 0 && tmpfs.mode() == 0) {
      add("--tmpfs", target);
      return;
    }
    String size = tmpfs.sizeBytes() > 0 ? ",size=" + tmpfs.sizeBytes() : "";
    int mode = tmpfs.mode() == 0 ? FULL_ACCESS : tmpfs.mode();
    add("--mount", "type=tmpfs,target=%s%s,mode=%o".formatted(target, size, mode));
  }

  private void security(Security security) {
    if (security.grants().contains(Security.Grant.READ_ONLY_ROOT)) {
      options.add("--read-only");
    }
    security.capAdd().forEach(capability -> add("--cap-add", capability));
    security.capDrop().forEach(capability -> add("--cap-drop", capability));
  }

  private void add(String option, String value) {
    options.add(option + "=" + value);
  }
}
