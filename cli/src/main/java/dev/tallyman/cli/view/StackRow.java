package dev.tallyman.cli.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A workload as a row of its stack. */
public final class StackRow {

  private static final List<String> COLUMNS =
      List.of("NAME", "IMAGE", "PHASE", "HEALTH", "RESTARTS", "PORTS", "REASON");
  private static final List<String> WIDE_COLUMNS =
      List.of("AGE", "EXIT", "RUNTIME", "INSTANCE", "ADDRESSES", "UID", "MESSAGE");

  private StackRow() {}

  /** The names of the columns. */
  public static List<String> columns(Width width) {
    return switch (width) {
      case NORMAL -> COLUMNS;
      case WIDE -> {
        List<String> all = new ArrayList<>(COLUMNS);
        all.addAll(WIDE_COLUMNS);
        yield List.copyOf(all);
      }
    };
  }

  /**
   * The cells of its row.
   *
   * @param stack the stack that all rows are of; empty when they are of several
   */
  public static List<String> cells(
      ShownWorkload workload, Optional<String> stack, Width width, Instant now) {
    List<String> cells = new ArrayList<>();
    cells.add(stack.isPresent() ? workload.name() : workload.stack() + "/" + workload.name());
    cells.add(workload.image());
    cells.add(workload.phase());
    cells.add(workload.health());
    cells.add(Integer.toUnsignedString(workload.status().getRestartCount()));
    cells.add(Words.ports(workload.status().getPortsList()));
    cells.add(workload.reason());
    if (width == Width.WIDE) {
      cells.add(Words.age(workload.since(), now));
      cells.add(workload.exitCode());
      cells.add(workload.status().getRuntime());
      cells.add(workload.status().getInstanceId());
      cells.add(addresses(workload.status().getAddressesMap()));
      cells.add(workload.uid());
      cells.add(workload.status().getMessage());
    }
    return cells;
  }

  private static String addresses(Map<String, String> byNetwork) {
    return new TreeMap<>(byNetwork)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(","));
  }
}
