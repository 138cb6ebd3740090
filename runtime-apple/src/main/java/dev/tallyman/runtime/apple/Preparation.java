package dev.tallyman.runtime.apple;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.assets.AppleAssets;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.CreateOptions.Ready;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.files.InstanceFiles;
import dev.tallyman.runtime.apple.hosts.HostsFiles;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lays ready what a container needs of the host. */
final class Preparation {

  private final Cli cli;
  private final AppleAssets assets;
  private final InstanceFiles files;
  private final HostsFiles hosts;

  Preparation(Cli cli, AppleAssets assets, InstanceFiles files, HostsFiles hosts) {
    this.cli = cli;
    this.assets = assets;
    this.files = files;
    this.hosts = hosts;
  }

  /**
   * Lays all ready.
   *
   * @param ours the containers of the node
   */
  Ready lay(InstanceSpec spec, String incarnation, List<Container> ours) {
    String name = spec.instanceName();
    try {
      List<PortBinding> ports = new ArrayList<>();
      for (PortBinding port : spec.ports()) {
        ports.add(port.hostPort() == 0 ? chosen(port) : port);
      }
      for (Mount mount : spec.surroundings().mounts()) {
        if (mount.source() instanceof Mount.Bind bind
            && bind.missing() == Mount.Missing.CREATE_DIRECTORY
            && !Files.exists(Path.of(bind.path()))) {
          Files.createDirectories(Path.of(bind.path()));
        }
      }
      Map<String, Path> written = files.write(spec.uid(), spec.surroundings().files());
      return new Ready(
          incarnation, ports, written, hosts(spec, incarnation, ours), volumes(spec, incarnation));
    } catch (IOException e) {
      throw cli.refusals()
          .internal(Verb.CREATE, name, "what it needs of the host cannot be laid ready: " + e);
    }
  }

  /** Puts files where an instance finds them; those that are there are left alone. */
  void writeFiles(String uid, List<HostFile> wanted, String subject) {
    try {
      var _ = files.write(uid, wanted);
    } catch (IOException e) {
      throw cli.refusals().internal(Verb.START, subject, "its files cannot be written: " + e);
    }
  }

  /** Takes away what was laid ready for a workload that is gone. */
  void remove(Container container) {
    files.remove(container.uid());
    for (String volume : container.volumes()) {
      if (volume.startsWith(anonymous(container.incarnation()))) {
        try {
          assets.removeVolume(volume);
        } catch (RuntimeFailure.Conflict inUse) {
          // Somebody else mounted it; it goes with the stack.
        }
      }
    }
  }

  void removeFiles(String uid) {
    files.remove(uid);
  }

  private Optional<Path> hosts(InstanceSpec spec, String incarnation, List<Container> ours)
      throws IOException {
    Networking networking = spec.surroundings().networking();
    List<String> networks =
        networking.mode() instanceof Networking.Attached(var attachments)
            ? attachments.stream().map(each -> each.network().name()).toList()
            : List.of();
    List<String> fixed =
        networking.extraHosts().stream()
            .map(entry -> entry.address() + " " + entry.name())
            .toList();
    return networks.isEmpty() && fixed.isEmpty()
        ? Optional.empty()
        : Optional.of(hosts.prepare(incarnation, networks, fixed, ours));
  }

  private Map<String, String> volumes(InstanceSpec spec, String incarnation) {
    Map<String, String> volumes = new HashMap<>();
    for (Mount mount : spec.surroundings().mounts()) {
      if (mount.source() instanceof Mount.Named named && named.volume().isEmpty()) {
        String name = anonymous(incarnation) + volumes.size();
        assets.makeAnonymous(name, spec.stack());
        volumes.put(mount.target(), name);
      }
    }
    return volumes;
  }

  private static String anonymous(String incarnation) {
    return "tallyman-" + incarnation + "-";
  }

  /** The engine chooses no ports, so a free one is looked for. */
  private static PortBinding chosen(PortBinding port) throws IOException {
    InetSocketAddress any =
        port.hostIp().isEmpty()
            ? new InetSocketAddress(0)
            : new InetSocketAddress(InetAddress.ofLiteral(port.hostIp()), 0);
    int free =
        switch (port.protocol()) {
          case TCP -> {
            try (ServerSocket socket = new ServerSocket()) {
              socket.bind(any);
              yield socket.getLocalPort();
            }
          }
          case UDP -> {
            try (DatagramSocket socket = new DatagramSocket(any)) {
              yield socket.getLocalPort();
            }
          }
        };
    return new PortBinding(port.containerPort(), free, port.hostIp(), port.protocol());
  }
}
