package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.process.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was written at the last time, so that it can be told from what the user changed since. On
 * disk it is what {@code sha256sum} writes, and {@code sha256sum -c} checks it.
 *
 * @param sums the checksum of each file, by its path as the service sees it
 */
record Receipt(Map<Path, String> sums) {

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) {2}(/.*)");

  Receipt {
    sums = Map.copyOf(sums);
  }

  /**
   * Reads one.
   *
   * @return empty when nothing was written yet
   * @throws CommandFailure when it cannot be read, or is no receipt
   */
  static Optional<Receipt> read(Path file) {
    try {
      Map<Path, String> sums = new LinkedHashMap<>();
      for (String line : Files.readAllLines(file)) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw CommandFailure.failed(
              "%s: \"%s\" (expected: a checksum and a path, as sha256sum writes them)"
                  .formatted(file, line));
        }
        sums.put(Path.of(matcher.group(2)), matcher.group(1));
      }
      return Optional.of(new Receipt(sums));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw CommandFailure.failed(file + " cannot be read: " + e.getMessage());
    }
  }

  /** As it stands on disk. */
  String text() {
    return sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue() + "  " + entry.getKey() + "\n")
        .collect(Collectors.joining());
  }

  /** Whether this is what was written. */
  boolean knows(Path path, String content) {
    return sum(content).equals(sums.get(path));
  }

  /** The checksum of a content. */
  static String sum(String content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      // Every Java has it.
      throw new IllegalStateException(e);
    }
  }
}
