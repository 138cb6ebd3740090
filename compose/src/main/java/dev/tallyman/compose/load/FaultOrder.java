package dev.tallyman.compose.load;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings faults into the order in which a person goes through files: by file, line and column. */
final class FaultOrder {

  private static final Pattern PLACE = Pattern.compile("(?s)(.*):(\\d{1,9}):(\\d{1,9})");

  private record Placed(String file, int line, int column, Fault fault) {
    static Placed of(Fault fault) {
      Matcher place = PLACE.matcher(fault.where());
      return place.matches()
          ? new Placed(
              place.group(1),
              Integer.parseInt(place.group(2)),
              Integer.parseInt(place.group(3)),
              fault)
          : new Placed(fault.where(), 0, 0, fault);
    }
  }

  private FaultOrder() {}

  /**
   * Files come in the order of their first fault; what has no line comes first in its file. A list
   * that was cut stays as it is, because its last line tells how.
   */
  static List<Fault> sorted(List<Fault> faults) {
    if (faults.size() > Faults.LIMIT) {
      return faults;
    }
    List<Placed> placed = faults.stream().map(Placed::of).toList();
    List<String> files = new ArrayList<>(placed.stream().map(Placed::file).distinct().toList());
    return placed.stream()
        .sorted(
            Comparator.<Placed>comparingInt(one -> files.indexOf(one.file))
                .thenComparingInt(Placed::line)
                .thenComparingInt(Placed::column))
        .map(Placed::fault)
        .toList();
  }
}
