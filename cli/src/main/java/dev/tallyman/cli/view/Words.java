package dev.tallyman.cli.view;

import com.google.protobuf.Timestamp;
import dev.tallyman.cli.output.Ages;
import dev.tallyman.config.quantity.ByteSizes;
import dev.tallyman.config.quantity.CpuAmounts;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Parts of the contract as words for people. */
final class Words {

  private Words() {}

  /** {@code PHASE_RUNNING} without its prefix {@code PHASE}: {@code Running}. */
  static String camelCase(Enum<?> constant, String prefix) {
    String name = constant.name();
    if (!name.startsWith(prefix + "_")) {
      return "Unknown";
    }
    return Arrays.stream(name.substring(prefix.length() + 1).split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  static String age(Timestamp then, Instant now) {
    return then.equals(Timestamp.getDefaultInstance()) ? "" : Ages.between(instant(then), now);
  }

  /** {@code 2026-11-22T10:00:00Z (5m ago)}; empty when it is not set. */
  static String moment(Timestamp then, Instant now) {
    if (then.equals(Timestamp.getDefaultInstance())) {
      return "";
    }
    Instant instant = instant(then);
    String text = instant.truncatedTo(ChronoUnit.SECONDS).toString();
    return instant.isAfter(now)
        ? text + " (in " + Ages.between(now, instant) + ")"
        : text + " (" + Ages.between(instant, now) + " ago)";
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /** {@code 127.0.0.1:8088->8080/tcp}. */
  static String port(Port port) {
    String ip = port.getHostIp().isEmpty() ? "127.0.0.1" : port.getHostIp();
    String host = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
    String hostPort = port.getHostPort() == 0 ? "*" : Integer.toString(port.getHostPort());
    String protocol = port.getProtocol() == PortProtocol.PORT_PROTOCOL_UDP ? "udp" : "tcp";
    return host + ":" + hostPort + "->" + port.getContainerPort() + "/" + protocol;
  }

  static String ports(List<Port> ports) {
    return ports.stream().map(Words::port).collect(Collectors.joining(","));
  }

  static String cpu(long millis) {
    return millis <= 0 ? "" : CpuAmounts.printMillis(millis);
  }

  /** Rounded down to a unit that leaves at most four digits. */
  static String memory(long bytes) {
    if (bytes <= 0) {
      return "";
    }
    int bits = 0;
    while (bytes >> bits >= 10_000 && bits < 40) {
      bits += 10;
    }
    return ByteSizes.print(bytes >> bits << bits);
  }

  static String labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
