package dev.tallyman.proto.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The contract as it was last published: a file that is part of the repository, one line for each
 * entry.
 *
 * @param contract the entries
 * @param retired paths of fields and enum values that were removed once and may never be used again
 */
record PublishedContract(Contract contract, Set<String> retired) {

  private static final Path FILE = Path.of("src/test/resources/tallyman-v1.contract");
  private static final String HEADER =
      """
      # The published contract, one line for each thing that somebody relies on. Do not edit it; run
      #   mvn -pl proto test -Dtallyman.proto.accept=true
      """;
  private static final String RETIRED = "retired ";
  private static final String SEPARATOR = " = ";

  static PublishedContract read() throws IOException {
    Map<String, String> entries = new TreeMap<>();
    Set<String> retired = new TreeSet<>();
    for (String line : Files.readAllLines(FILE)) {
      int separator = line.indexOf(SEPARATOR);
      if (line.startsWith(RETIRED)) {
        retired.add(line.substring(RETIRED.length()));
      } else if (!line.startsWith("#")) {
        entries.put(line.substring(0, separator), line.substring(separator + SEPARATOR.length()));
      }
    }
    return new PublishedContract(new Contract(entries), retired);
  }

  /** Makes a contract the published one. What it has no more, retires for good. */
  static void write(Contract contract) throws IOException {
    Set<String> retired = new TreeSet<>();
    if (Files.exists(FILE)) {
      PublishedContract before = read();
      retired.addAll(before.retired());
      retired.addAll(ContractCheck.retiring(before.contract(), contract));
    }
    List<String> lines = new ArrayList<>();
    contract.entries().forEach((path, what) -> lines.add(path + SEPARATOR + what));
    retired.forEach(path -> lines.add(RETIRED + path));
    Files.writeString(FILE, HEADER + String.join("\n", lines) + "\n");
  }
}
