package dev.tallyman.cli.survival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The processes of this host, those in containers too. */
final class HostProcesses {

  private HostProcesses() {}

  /** How many processes have a variable, by its value, which begins so. */
  static Map<String, Integer> marked(String variable, String prefix) {
    Map<String, Integer> found = new TreeMap<>();
    String begin = variable + "=";
    for (Path process : all()) {
      for (String one : words(process.resolve("environ"))) {
        if (one.startsWith(begin + prefix)) {
          found.merge(one.substring(begin.length()), 1, Integer::sum);
        }
      }
    }
    return found;
  }

  /** Command lines that are so, each with its process id. */
  static List<String> commandLines(Predicate<String> wanted) {
    return all().stream()
        .map(process ->
            process.getFileName() + " " + String.join(" ", words(process.resolve("cmdline"))))
        .filter(wanted)
        .toList();
  }

  private static List<Path> all() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry ->
              Optional.ofNullable(entry.getFileName())
                  .filter(name -> Character.isDigit(name.toString().charAt(0)))
                  .isPresent())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing for what has ended meanwhile. */
  private static List<String> words(Path file) {
    try {
      return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException ended) {
      return List.of();
    }
  }
}
