package dev.tallyman.cli.view;

import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.agent.manifest.ManifestWriter;
import dev.tallyman.cli.output.Facts;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that is known of a workload, as text. */
public final class WorkloadFacts {

  private WorkloadFacts() {}

  /** The text. The spec is shown as its manifest. */
  public static String text(ShownWorkload workload, List<NodeEvent> events, Instant now) {
    Facts facts = new Facts();
    facts.add("Name", workload.name());
    facts.add("Stack", workload.stack());
    facts.add("Node", workload.node());
    facts.add("Uid", workload.uid());
    facts.add("Generation", generation(workload));
    status(facts, workload, now);
    return facts.text() + manifest(workload) + eventLines(events);
  }

  private static void status(Facts facts, ShownWorkload workload, Instant now) {
    WorkloadStatus status = workload.status();
    facts.add("Phase", workload.phase());
    facts.add("Phase since", Words.moment(status.getPhaseSince(), now));
    facts.add("Reason", workload.reason());
    facts.add("Message", status.getMessage());
    facts.add("Health", workload.health());
    facts.add("Probed", status.getHealthMessage());
    facts.add("Next try", Words.moment(status.getNextAttemptAt(), now));
    facts.add("Restarts", Integer.toUnsignedString(status.getRestartCount()));
    facts.add("Exit code", workload.exitCode());
    facts.add("Started", Words.moment(status.getStartedAt(), now));
    facts.add("Finished", Words.moment(status.getFinishedAt(), now));
    facts.add("Runtime", status.getRuntime());
    facts.add("Instance", status.getInstanceId());
    facts.add("Image", workload.image());
    facts.add(
        "Ports", status.getPortsList().stream().map(Words::port).collect(Collectors.joining("\n")));
    facts.add(
        "Addresses",
        new TreeMap<>(status.getAddressesMap())
            .entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n")));
  }

  private static String generation(ShownWorkload workload) {
    long wanted = workload.workload().getGeneration();
    long seen = workload.status().getGeneration();
    String text = Long.toUnsignedString(wanted);
    return wanted == seen
        ? text
        : text + ", but what follows speaks of " + Long.toUnsignedString(seen);
  }

  private static String manifest(ShownWorkload workload) {
    if (!workload.workload().hasSpec()) {
      return "";
    }
    return "Manifest:\n"
        + ManifestWriter.write(
                List.of(new ManifestWorkload(Optional.empty(), workload.workload(), "")))
            .indent(2);
  }

  static String eventLines(List<NodeEvent> events) {
    return events.isEmpty()
        ? ""
        : events.stream()
            .map(event -> "  " + Events.line(event) + "\n")
            .collect(Collectors.joining("", "Events:\n", ""));
  }
}
