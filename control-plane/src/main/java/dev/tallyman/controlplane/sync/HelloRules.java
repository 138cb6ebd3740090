package dev.tallyman.controlplane.sync;

import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.NodeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a hello must be like. Pure. */
final class HelloRules {

  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
  private static final int MAX_AGENT_ID_CHARS = 128;
  private static final Pattern AGENT_ID =
      Pattern.compile("[\\p{Graph}]{1," + MAX_AGENT_ID_CHARS + "}");
  private static final int MAX_SHOWN_CHARS = 80;
  private static final int MAX_RUNTIMES = 32;
  private static final int MAX_BYTES = 256 * 1024;

  private HelloRules() {}

  /** All that is wrong with it, one sentence each; empty: it can be used. */
  static List<String> faults(Hello hello) {
    List<String> faults = new ArrayList<>();
    NodeInfo node = hello.getNode();
    if (!NODE_NAME.matcher(node.getName()).matches()) {
      faults.add(
          "hello.node.name: %s (expected: 1 to 63 characters of [A-Za-z0-9], '-', '_' and '.')"
              .formatted(quote(node.getName())));
    }
    if (!AGENT_ID.matcher(hello.getAgentId()).matches()) {
      faults.add(
          "hello.agent_id: %s (expected: 1 to %d printable characters)"
              .formatted(quote(hello.getAgentId()), MAX_AGENT_ID_CHARS));
    }
    if (node.getRuntimesCount() > MAX_RUNTIMES) {
      faults.add(
          "hello.node.runtimes: %d (expected: at most %d)"
              .formatted(node.getRuntimesCount(), MAX_RUNTIMES));
    }
    if (hello.getSerializedSize() > MAX_BYTES) {
      faults.add(
          "hello: %d bytes (expected: at most %d)".formatted(hello.getSerializedSize(), MAX_BYTES));
    }
    return faults;
  }

  /** The name that a node gives itself, before it is known to be one. */
  static String show(NodeInfo node) {
    return NODE_NAME.matcher(node.getName()).matches() ? node.getName() : quote(node.getName());
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .limit(MAX_SHOWN_CHARS)
        .forEach(c -> quoted.append(Character.isISOControl(c) ? '?' : (char) c));
    return quoted.append(text.length() > MAX_SHOWN_CHARS ? "...\"" : "\"").toString();
  }
}
