package dev.tallyman.agent.manifest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.PortProtocol;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Messages that can also be written as one word, as people know them from Compose files. */
enum ShortForm {
  /** {@code always}, {@code on-failure:3}. */
  RESTART("no, always, unless-stopped, while-needed, on-failure or on-failure:MAX") {
    @Override
    Message parse(String text) {
      Matcher matcher = Pattern.compile("([a-z-]+)(?::(\\d{1,9}))?").matcher(text);
      if (!matcher.matches()) {
        throw new InvalidValueException(text, expected());
      }
      RestartMode mode =
          switch (matcher.group(1)) {
            case "no" -> RestartMode.RESTART_MODE_NO;
            case "always" -> RestartMode.RESTART_MODE_ALWAYS;
            case "unless-stopped" -> RestartMode.RESTART_MODE_UNLESS_STOPPED;
            case "while-needed" -> RestartMode.RESTART_MODE_WHILE_NEEDED;
            case "on-failure" -> RestartMode.RESTART_MODE_ON_FAILURE;
            default -> throw new InvalidValueException(text, expected());
          };
      String max = matcher.group(2);
      if (max == null) {
        return RestartPolicy.newBuilder().setMode(mode).build();
      }
      if (mode != RestartMode.RESTART_MODE_ON_FAILURE || Integer.parseInt(max) == 0) {
        throw new InvalidValueException(text, expected() + ", MAX from 1");
      }
      return RestartPolicy.newBuilder().setMode(mode).setMaxRestarts(Integer.parseInt(max)).build();
    }
  },

  /** {@code 8088:8080}, {@code 127.0.0.1:8088:8080/tcp}. */
  PORT("[[HOST_IP:][HOST_PORT]:]CONTAINER_PORT[/tcp|/udp] with ports from 1 to 65535") {
    @Override
    Message parse(String text) {
      Matcher matcher = PORT_TEXT.matcher(text);
      if (!matcher.matches()) {
        throw new InvalidValueException(text, expected());
      }
      Port.Builder port =
          Port.newBuilder().setContainerPort(port(text, matcher.group("container")));
      String hostIp = matcher.group("ip");
      if (hostIp != null) {
        port.setHostIp(hostIp.replaceAll("[\\[\\]]", ""));
      }
      String hostPort = matcher.group("host");
      if (hostPort != null && !hostPort.isEmpty()) {
        port.setHostPort(port(text, hostPort));
      }
      String protocol = matcher.group("protocol");
      if (protocol != null) {
        port.setProtocol(
            protocol.equals("udp")
                ? PortProtocol.PORT_PROTOCOL_UDP
                : PortProtocol.PORT_PROTOCOL_TCP);
      }
      return port.build();
    }

    private int port(String text, String digits) {
      int port = Integer.parseInt(digits);
      if (port < 1 || port > 65_535) {
        throw new InvalidValueException(text, expected());
      }
      return port;
    }
  },

  /** {@code db}, {@code db:healthy}. */
  DEPENDENCY("WORKLOAD or WORKLOAD:CONDITION with started, healthy or completed") {
    @Override
    Message parse(String text) {
      int colon = text.indexOf(':');
      Dependency.Builder dependency =
          Dependency.newBuilder().setWorkload(colon < 0 ? text : text.substring(0, colon));
      if (colon >= 0) {
        dependency.setCondition(
            switch (text.substring(colon + 1)) {
              case "started" -> DependencyCondition.DEPENDENCY_CONDITION_STARTED;
              case "healthy" -> DependencyCondition.DEPENDENCY_CONDITION_HEALTHY;
              case "completed" -> DependencyCondition.DEPENDENCY_CONDITION_COMPLETED;
              default -> throw new InvalidValueException(text, expected());
            });
      }
      if (dependency.getWorkload().isEmpty()) {
        throw new InvalidValueException(text, expected());
      }
      return dependency.build();
    }
  };

  private static final Pattern PORT_TEXT =
      Pattern.compile(
          "(?:(?:(?<ip>[0-9.]{7,15}|\\[[0-9a-fA-F:.]{2,45}]):)?(?<host>\\d{0,5}):)?"
              + "(?<container>\\d{1,5})(?:/(?<protocol>tcp|udp))?");

  private final String expected;

  ShortForm(String expected) {
    this.expected = expected;
  }

  /** The short form of a message, if it has one. */
  static Optional<ShortForm> of(Descriptor type) {
    if (type.equals(RestartPolicy.getDescriptor())) {
      return Optional.of(RESTART);
    }
    if (type.equals(Dependency.getDescriptor())) {
      return Optional.of(DEPENDENCY);
    }
    return type.equals(Port.getDescriptor()) ? Optional.of(PORT) : Optional.empty();
  }

  /** What is right, to follow "expected: ". */
  final String expected() {
    return expected;
  }

  /**
   * Reads the short form.
   *
   * @throws InvalidValueException when the text has another form
   */
  abstract Message parse(String text);
}
