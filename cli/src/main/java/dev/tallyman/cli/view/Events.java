package dev.tallyman.cli.view;

import dev.tallyman.proto.v1.EventSeverity;
import dev.tallyman.proto.v1.NodeEvent;
import java.time.temporal.ChronoUnit;

/** Events of a node as lines. */
public final class Events {

  private Events() {}

  /** {@code 2026-11-22T10:00:00Z warning hello/web ImageNotFound: there is no image web:1}. */
  public static String line(NodeEvent event) {
    String subject =
        event.getUid().isEmpty()
            ? "node"
            : (event.getStack().isEmpty() ? "default" : event.getStack()) + "/" + event.getName();
    String severity =
        event.getSeverity() == EventSeverity.EVENT_SEVERITY_WARNING ? "warning" : "info   ";
    return "%s %s %s %s: %s"
        .formatted(
            Words.instant(event.getAt()).truncatedTo(ChronoUnit.SECONDS),
            severity,
            subject,
            event.getReason(),
            event.getMessage().replaceAll("\\p{Cntrl}+", " "));
  }
}
