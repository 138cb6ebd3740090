package dev.tallyman.cli;

import dev.tallyman.agent.manifest.ManifestReader;
import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the manifests that {@code -f} names. */
final class Manifests {

  private static final String STANDARD_INPUT = "-";
  private static final List<String> SUFFIXES = List.of(".yaml", ".yml", ".json");

  private Manifests() {}

  /**
   * Reads files, folders (the manifests right in them, by name) and {@code -} for standard input.
   *
   * @throws dev.tallyman.config.fault.FaultsException with all faults of all of them
   */
  static List<ManifestWorkload> read(Host host, List<String> names) {
    Faults faults = new Faults();
    ManifestReader reader = new ManifestReader(faults);
    for (String name : names) {
      if (name.equals(STANDARD_INPUT)) {
        readInput(host, reader, faults);
      } else if (Files.isDirectory(Path.of(name))) {
        readFolder(Path.of(name), reader, faults);
      } else {
        reader.readFile(Path.of(name));
      }
    }
    if (faults.isEmpty() && reader.workloads().isEmpty()) {
      faults.add(String.join(", ", names), "no workloads in there");
    }
    faults.throwIfAny();
    return reader.workloads();
  }

  private static void readInput(Host host, ManifestReader reader, Faults faults) {
    try {
      reader.readStream("standard input", host.in());
    } catch (IOException e) {
      faults.add("standard input", "cannot be read: " + e.getMessage());
    }
  }

  private static void readFolder(Path folder, ManifestReader reader, Faults faults) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(Files::isRegularFile)
              .filter(file -> SUFFIXES.stream().anyMatch(file.toString()::endsWith))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        faults.add(folder.toString(), "no manifests in there (expected: *.yaml, *.yml or *.json)");
      }
      files.forEach(reader::readFile);
    } catch (IOException e) {
      faults.add(folder.toString(), "the folder cannot be read: " + e.getMessage());
    }
  }
}
