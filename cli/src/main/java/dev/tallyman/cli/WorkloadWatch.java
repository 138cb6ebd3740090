package dev.tallyman.cli;

import dev.tallyman.cli.WorkloadSource.Change;
import dev.tallyman.cli.WorkloadSource.Changes;
import dev.tallyman.cli.output.Documents;
import dev.tallyman.cli.output.LiveText;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.output.Table;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.view.ShownWorkload;
import dev.tallyman.cli.view.Width;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows workloads as they change: on a terminal as one table that is drawn again, also every second
 * for the ages; elsewhere as one more line for each change; as JSON one object a line.
 */
final class WorkloadWatch {

  private static final Duration REDRAW = Duration.ofSeconds(1);

  private final Host host;
  private final OutputFormat format;
  private final Width width;
  private final Map<String, ShownWorkload> workloads = new HashMap<>();

  WorkloadWatch(Host host, OutputFormat format) {
    this.host = host;
    this.format = format;
    this.width = format == OutputFormat.WIDE ? Width.WIDE : Width.NORMAL;
  }

  /**
   * Returns when the stream ends.
   *
   * @throws dev.tallyman.cli.client.CallFailure when the stream breaks
   */
  void run(Changes changes) throws InterruptedException {
    if (format == OutputFormat.JSON) {
      json(changes);
      return;
    }
    Optional<Screen> screen = host.screen().get();
    if (screen.isPresent()) {
      live(changes, new LiveText(host.out(), screen.get()));
    } else {
      lines(changes);
    }
  }

  private void json(Changes changes) throws InterruptedException {
    for (Optional<List<Change>> next = changes.next(REDRAW);
        next.isPresent();
        next = changes.next(REDRAW)) {
      for (Change change : next.get()) {
        if (change instanceof Change.Changed(ShownWorkload workload)) {
          host.out().line("{\"changed\":" + Documents.jsonLine(workload.source()) + "}");
        } else if (change instanceof Change.Removed(ShownWorkload workload)) {
          host.out().line("{\"removed\":" + Documents.jsonLine(workload.source()) + "}");
        }
      }
      host.out().flush();
    }
  }

  private void live(Changes changes, LiveText text) throws InterruptedException {
    Table table = new Table(ShownWorkload.columns(width));
    boolean synced = false;
    for (Optional<List<Change>> next = changes.next(REDRAW);
        next.isPresent();
        next = changes.next(REDRAW)) {
      next.get().forEach(this::remember);
      synced |= next.get().stream().anyMatch(Change.Synced.class::isInstance);
      if (synced) {
        Instant now = host.clock().instant();
        text.draw(
            table.lines(
                workloads.values().stream()
                    .sorted(ShownWorkload.ORDER)
                    .map(workload -> workload.cells(width, now))
                    .toList()));
      }
    }
  }

  private void remember(Change change) {
    switch (change) {
      case Change.Changed(ShownWorkload workload) -> workloads.put(key(workload), workload);
      case Change.Removed(ShownWorkload workload) -> workloads.remove(key(workload));
      case Change.Synced _, Change.Other _ -> {}
    }
  }

  private void lines(Changes changes) throws InterruptedException {
    Table table = new Table(ShownWorkload.columns(width));
    boolean synced = false;
    for (Optional<List<Change>> next = changes.next(REDRAW);
        next.isPresent();
        next = changes.next(REDRAW)) {
      for (Change change : next.get()) {
        if (change instanceof Change.Synced) {
          synced = true;
          Instant now = host.clock().instant();
          table
              .lines(
                  workloads.values().stream()
                      .sorted(ShownWorkload.ORDER)
                      .map(workload -> workload.cells(width, now))
                      .toList())
              .forEach(host.out()::line);
        } else {
          line(change, table, synced);
        }
      }
      host.out().flush();
    }
  }

  private void line(Change change, Table table, boolean synced) {
    switch (change) {
      case Change.Changed(ShownWorkload workload) -> {
        ShownWorkload before = workloads.put(key(workload), workload);
        // The age changes always, so that the same moment is taken for both.
        Instant now = host.clock().instant();
        List<String> cells = workload.cells(width, now);
        if (synced && (before == null || !before.cells(width, now).equals(cells))) {
          host.out().line(table.line(cells));
        }
      }
      case Change.Removed(ShownWorkload workload) -> {
        // The last words of a control plane are who it was; how it was is known from before.
        ShownWorkload last = Optional.ofNullable(workloads.remove(key(workload))).orElse(workload);
        host.out().line(table.line(last.gone().cells(width, host.clock().instant())));
      }
      case Change.Synced _, Change.Other _ -> {}
    }
  }

  private static String key(ShownWorkload workload) {
    return workload.node() + " " + workload.uid();
  }
}
