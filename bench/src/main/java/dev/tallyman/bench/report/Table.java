package dev.tallyman.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Findings as a table for people. */
public final class Table {

  private static final List<String> HEAD =
      List.of(
          "SCENARIO",
          "SETTING",
          "WHAT",
          "N",
          "MIN",
          "MEDIAN",
          "MAX",
          "UNIT",
          "PEER",
          "RATIO",
          "GOAL");
  private static final String GAP = "  ";

  private Table() {}

  /** The lines of the table, the head first. */
  public static List<String> lines(List<Finding> findings) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    findings.forEach(finding -> rows.add(row(finding)));
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < HEAD.size(); column++) {
      int at = column;
      widths.add(rows.stream().mapToInt(row -> width(row.get(at))).max().orElse(0));
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static List<String> row(Finding finding) {
    Series series = finding.series();
    return List.of(
        finding.scenario(),
        finding.setting(),
        series.name(),
        Integer.toString(series.samples().size()),
        Numbers.text(series.min()),
        Numbers.text(series.median()),
        Numbers.text(series.max()),
        series.unit().word(),
        finding.peer().map(peer -> peer.name() + " " + Numbers.text(peer.median())).orElse("-"),
        finding.ratio().map(Table::ratio).orElse("-"),
        goals(finding));
  }

  private static String ratio(Series ratio) {
    return "%s (%s-%s)"
        .formatted(
            Numbers.text(ratio.median()), Numbers.text(ratio.min()), Numbers.text(ratio.max()));
  }

  private static String goals(Finding finding) {
    return finding.goals().isEmpty()
        ? "-"
        : finding.goals().stream()
            .map(goal -> goal.text() + ": " + verdict(finding, goal))
            .collect(Collectors.joining("; "));
  }

  private static String verdict(Finding finding, Goal goal) {
    Optional<Boolean> keeps = finding.keeps(goal);
    if (keeps.isEmpty()) {
      return "not known";
    }
    return keeps.get()
        ? "kept"
        : "MISSED ("
            + goal.measured(finding.series(), finding.peer()).map(Numbers::text).orElse("")
            + ")";
  }

  private static String line(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      line.append(cell).append(" ".repeat(widths.get(column) - width(cell))).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
