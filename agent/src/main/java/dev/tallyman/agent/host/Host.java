package dev.tallyman.agent.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Facts about the machine. */
public final class Host {

  private static final int MILLIS_PER_CPU = 1000;

  private Host() {}

  /** Thousandths of a core that this process may use: the machine's, or its control group's. */
  public static long cpuMillis() {
    return (long) Runtime.getRuntime().availableProcessors() * MILLIS_PER_CPU;
  }

  /** Bytes of memory of the machine, or of this process's control group if that is less. */
  public static long memoryBytes() {
    // The platform's bean knows both the machine and control groups, and is part of every JDK.
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /** {@code linux}, {@code macos}, or what else the JVM calls it, in lower case. */
  public static String os() {
    String name = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "macos" : name;
  }

  /** {@code amd64}, {@code arm64}, or what else the JVM calls it. */
  public static String architecture() {
    String name = System.getProperty("os.arch", "unknown");
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }

  /** The host's own name, or {@code localhost} where it has none. */
  public static String name() {
    try {
      Path kernels = Path.of("/proc/sys/kernel/hostname");
      String name =
          Files.isReadable(kernels)
              ? Files.readString(kernels).strip()
              : InetAddress.getLocalHost().getHostName();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException _) {
      return "localhost";
    }
  }

  /**
   * Addresses at which others may reach the host: those of interfaces that are up, not loopback.
   */
  public static List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp() && !each.isLoopback()) {
          each.inetAddresses()
              .filter(a -> !a.isLinkLocalAddress())
              .map(InetAddress::getHostAddress)
              .forEach(addresses::add);
        }
      }
    } catch (SocketException _) {
      // A host whose interfaces cannot be listed has no address to tell.
      return List.of();
    }
    return List.copyOf(addresses);
  }
}
