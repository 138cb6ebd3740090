package dev.tallyman.runtime.apple.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what the command says of itself. Pure. */
final class FactsReply {

  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]+");

  private FactsReply() {}

  /** The long options that a help text names. */
  static Set<String> flags(String help) {
    return FLAG.matcher(help)
        .results()
        .map(MatchResult::group)
        .filter(flag -> !flag.equals("--help") && !flag.equals("--version"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether {@code system status} says that the service runs; a word may contain another. */
  static boolean isRunning(String status) {
    return Json.parse(status)
        .map(json -> {
          String word = json.at("status").text();
          return (word.isEmpty() ? json.at("server").at("status").text() : word);
        })
        .filter("running"::equals)
        .isPresent();
  }

  /** What {@code system status} says instead of running. */
  static String word(String status) {
    return Json.parse(status)
        .map(json -> json.at("status").text())
        .filter(word -> !word.isEmpty())
        .orElse("nothing that can be read");
  }

  /** Where the service keeps its containers; later versions nest it. */
  static Optional<Path> appRoot(String status) {
    return Json.parse(status)
        .map(json -> {
          String flat = json.at("appRoot").text();
          return flat.isEmpty() ? json.at("paths").at("appRoot").text() : flat;
        })
        .filter(path -> path.startsWith("/") && path.indexOf('\0') < 0)
        .map(Path::of);
  }

  /** The service's version, which is in a sentence; later versions nest it. */
  static Optional<Version> server(String status) {
    return Json.parse(status)
        .map(json -> {
          String flat = json.at("apiServerVersion").text();
          Json server = json.at("server");
          return flat.isEmpty() ? server.atAny("version", "apiServerVersion").text() : flat;
        })
        .flatMap(Version::in);
  }
}
