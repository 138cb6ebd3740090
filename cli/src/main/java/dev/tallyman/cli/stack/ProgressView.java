package dev.tallyman.cli.stack;

import dev.tallyman.cli.output.LiveText;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.proto.v1.NodeWorkload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows how a stack's start or end goes. On a terminal: a line for each workload, drawn again in
 * its place. Elsewhere: a line when a workload turns to something else. For one thread.
 */
public final class ProgressView {

  private final Output out;
  private final Optional<LiveText> live;
  private final Map<String, String> said = new HashMap<>();

  /** Nothing is shown yet. */
  public ProgressView(Output out, Optional<Screen> screen) {
    this.out = out;
    this.live = screen.map(size -> new LiveText(out, size));
  }

  /** Shows how it is now. */
  public void show(List<ProgressBoard.Row> rows) {
    if (live.isPresent()) {
      live.get().draw(drawn(rows));
      return;
    }
    for (ProgressBoard.Row row : rows) {
      row.now().ifPresent(workload -> say(row.name(), workload));
    }
    out.flush();
  }

  private static List<String> drawn(List<ProgressBoard.Row> rows) {
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    return rows.stream()
        .map(row ->
            "%s %s  %s"
                .formatted(
                    mark(row.standing()),
                    row.name() + " ".repeat(width - row.name().length()),
                    row.now().map(ProgressView::state).orElse("Pending")))
        .toList();
  }

  private static String mark(ProgressBoard.Standing standing) {
    return switch (standing) {
      case ProgressBoard.Standing.Pending _ -> ".";
      case ProgressBoard.Standing.Ready _ -> "+";
      case ProgressBoard.Standing.Broken _ -> "!";
    };
  }

  private static String state(NodeWorkload workload) {
    String detail = Wording.bar(workload.getStatus()).orElseGet(() -> Wording.detail(workload));
    return clean(Wording.standing(workload) + (detail.isEmpty() ? "" : "  " + detail));
  }

  private void say(String name, NodeWorkload workload) {
    String standing = Wording.standing(workload);
    if (!standing.equals(said.put(name, standing))) {
      String detail = Wording.detail(workload);
      out.line(clean(name + ": " + standing + (detail.isEmpty() ? "" : ": " + detail)));
    }
  }

  /** Messages hold what engines and images say, which must not reach the terminal as it is. */
  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").stripTrailing();
  }
}
