package dev.tallyman.cli.view;

import dev.tallyman.cli.output.Facts;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.NodeCondition;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeResources;
import dev.tallyman.proto.v1.RuntimeInfo;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that is known of a node, as text. */
public final class NodeFacts {

  private NodeFacts() {}

  /** The text. */
  public static String text(ShownNode node, List<NodeEvent> events, Instant now) {
    Facts facts = new Facts();
    NodeInfo info = node.info();
    facts.add("Name", info.getName());
    facts.add("Status", node.readiness());
    facts.add("Message", node.message());
    facts.add("Since", Words.moment(node.since(), now));
    facts.add("Last seen", Words.moment(node.lastSeen(), now));
    facts.add("Host name", info.getHostname());
    facts.add("System", info.getOs().isEmpty() ? "" : info.getOs() + "/" + info.getArchitecture());
    facts.add("Agent", info.getAgentVersion());
    facts.add("Addresses", String.join("\n", info.getAddressesList()));
    facts.add(
        "Labels",
        new TreeMap<>(info.getLabelsMap())
            .entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining("\n")));
    facts.add("Capacity", resources(info.getCapacity()));
    facts.add("Allocatable", resources(info.getAllocatable()));
    facts.group(
        "Conditions",
        () -> node.conditions().forEach(condition -> condition(facts, condition, now)));
    facts.group(
        "Runtimes", () -> info.getRuntimesList().forEach(runtime -> runtime(facts, runtime)));
    facts.group("Feeds", () -> node.feeds().forEach(feed -> feed(facts, feed)));
    return facts.text() + WorkloadFacts.eventLines(events);
  }

  private static void condition(Facts facts, NodeCondition condition, Instant now) {
    String status = Words.camelCase(condition.getStatus(), "CONDITION_STATUS");
    String since = Words.age(condition.getSince(), now);
    facts.add(
        condition.getType(),
        status
            + (condition.getReason().isEmpty() ? "" : ", " + condition.getReason())
            + (since.isEmpty() ? "" : ", for " + since)
            + (condition.getMessage().isEmpty() ? "" : "\n" + condition.getMessage()));
  }

  private static void runtime(Facts facts, RuntimeInfo runtime) {
    facts.group(
        runtime.getName(),
        () -> {
          facts.add("Kind", runtime.getKind());
          facts.add("Version", runtime.getVersion());
          facts.add("API", runtime.getApiVersion());
          facts.add("Reachable", runtime.getReachable() ? "yes" : "no");
          facts.add("Message", runtime.getMessage());
          facts.add("Can", String.join(", ", runtime.getCapabilitiesList()));
        });
  }

  private static void feed(Facts facts, FeedView feed) {
    facts.group(
        feed.getName(),
        () -> {
          facts.add("Source", feed.getSource());
          facts.add("Connected", feed.getConnected() ? "yes" : "no");
          facts.add("Message", feed.getMessage());
          facts.add("Store", feed.getStoreId());
          facts.add("Revision", Long.toUnsignedString(feed.getRevision()));
          facts.add("Refused store", feed.getRefusedStoreId());
          if (!feed.getRefusedStoreId().isEmpty()) {
            facts.add("To believe it", "tallyman feed accept " + feed.getName());
          }
        });
  }

  private static String resources(NodeResources resources) {
    String memory = Words.memory(resources.getMemoryBytes());
    return resources.getCpuMillis() == 0 && memory.isEmpty()
        ? ""
        : "cpu " + Words.cpu(resources.getCpuMillis()) + ", memory " + memory;
  }
}
