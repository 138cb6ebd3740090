package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.print.ComposeJson;
import dev.tallyman.compose.load.print.ComposeYaml;
import dev.tallyman.config.yaml.YamlValue;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman config}. */
@Command(
    name = "config",
    description = {
      "Show what Compose files mean: merged, with all values filled in and written in full.",
      "Secrets are shown as ***. No agent is asked."
    })
final class ConfigCommand implements Callable<Integer> {

  enum Format {
    YAML,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Compose file, or - for standard input. May be repeated. Default: as for up.")
  private List<String> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}. Default: yaml.")
  private Format format = Format.YAML;

  @Option(names = "--services", description = "Only the names of the services, one a line.")
  private boolean services;

  @Option(names = "--volumes", description = "Only the names of the volumes, one a line.")
  private boolean volumes;

  @Option(names = "--networks", description = "Only the names of the networks, one a line.")
  private boolean networks;

  @Option(names = "--images", description = "Only the images of the services, one a line.")
  private boolean images;

  ConfigCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    if (Stream.of(services, volumes, networks, images).filter(Boolean::booleanValue).count() > 1) {
      throw CommandFailure.usage(
          "--services, --volumes, --networks, --images: several (expected: at most one of them)");
    }
    Project project = stack.load(host, files);
    project.warnings().forEach(warning -> host.err().line("warning: " + warning));
    if (services) {
      keys(project, "services").forEach(host.out()::line);
    } else if (volumes) {
      keys(project, "volumes").forEach(host.out()::line);
    } else if (networks) {
      keys(project, "networks").forEach(host.out()::line);
    } else if (images) {
      images(project).forEach(host.out()::line);
    } else {
      host.out()
          .text(
              switch (format) {
                case YAML -> ComposeYaml.print(project);
                case JSON -> ComposeJson.print(project);
              });
    }
    return ExitCodes.OK;
  }

  private static Stream<String> keys(Project project, String section) {
    return entries(project.model(), section).map(YamlValue.Entry::key);
  }

  private static Stream<String> images(Project project) {
    return entries(project.model(), "services")
        .map(YamlValue.Entry::value)
        .flatMap(service ->
            service instanceof YamlValue.Mapping mapping
                ? mapping.entries().stream()
                : Stream.<YamlValue.Entry>empty())
        .filter(entry -> entry.key().equals("image"))
        .flatMap(entry ->
            entry.value() instanceof YamlValue.Scalar image
                ? Stream.of(image.text())
                : Stream.<String>empty())
        .distinct();
  }

  private static Stream<YamlValue.Entry> entries(YamlValue.Mapping model, String section) {
    return model.entries().stream()
        .filter(entry -> entry.key().equals(section))
        .flatMap(entry ->
            entry.value() instanceof YamlValue.Mapping mapping
                ? mapping.entries().stream()
                : Stream.<YamlValue.Entry>empty());
  }
}
