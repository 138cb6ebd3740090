package dev.tallyman.runtime.apple;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.SpecRules;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.files.InstanceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold before anything is changed for a spec. */
final class Requirements {

  private final Cli cli;
  private final InstanceFiles files;

  Requirements(Cli cli, InstanceFiles files) {
    this.cli = cli;
    this.files = files;
  }

  /**
   * Checks a spec.
   *
   * @throws dev.tallyman.runtime.RuntimeFailure.Unsupported if this version would not do it
   * @throws dev.tallyman.runtime.RuntimeFailure.InvalidSpec if none could
   * @throws dev.tallyman.runtime.RuntimeFailure.ImageNotFound if its image is not there
   */
  void require(InstanceSpec spec) {
    String name = spec.instanceName();
    List<String> invalid = new ArrayList<>(SpecRules.invalid(spec));
    spec.surroundings().mounts().forEach(mount -> requirePath(mount, invalid));
    if (!invalid.isEmpty()) {
      throw cli.refusals().invalidSpec(Verb.CREATE, name, String.join("; ", invalid));
    }
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(spec.needs());
    missing.removeAll(cli.facts().capabilities());
    List<String> unsupported = new ArrayList<>(SpecRules.unsupported(spec));
    if (!missing.isEmpty()) {
      unsupported.addFirst(
          "version %s does not offer %s"
              .formatted(
                  cli.facts().client(),
                  missing.stream().map(Capability::word).collect(Collectors.joining(", "))));
    }
    files.obstacle(spec.surroundings().files()).ifPresent(unsupported::add);
    if (!unsupported.isEmpty()) {
      throw cli.refusals().unsupported(Verb.CREATE, name, String.join("; ", unsupported));
    }
  }

  /** The engine would fetch an image that is not there, for minutes, as a part of another call. */
  void requireImage(InstanceSpec spec) {
    List<String> platforms =
        cli.platforms(spec.image())
            .orElseThrow(() -> cli.refusals().imageNotFound(Verb.CREATE, spec.image()));
    spec.surroundings()
        .process()
        .platform()
        .filter(wanted ->
            platforms.stream().noneMatch(is -> is.equals(wanted) || is.startsWith(wanted + "/")))
        .ifPresent(wanted -> {
          throw cli.refusals()
              .unsupported(
                  Verb.CREATE,
                  spec.instanceName(),
                  "image %s is there for %s (expected: %s)"
                      .formatted(spec.image(), String.join(", ", platforms), wanted));
        });
  }

  private static void requirePath(Mount mount, List<String> faults) {
    if (mount.source() instanceof Mount.Bind bind
        && bind.missing() == Mount.Missing.REFUSE
        && !Files.exists(Path.of(bind.path()))) {
      faults.add("mount %s: %s does not exist on the host".formatted(mount.target(), bind.path()));
    }
  }
}
