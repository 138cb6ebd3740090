package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;

/** What makes two entries of a list the same thing, in canonical form. */
public final class Identity {

  private Identity() {}

  /** A port: address, published port, target and protocol. */
  public static String ofPort(YamlValue port) {
    return "%s:%s:%s/%s"
        .formatted(
            Trees.text(port, "host_ip").orElse(""),
            Trees.text(port, "published").orElse(""),
            Trees.text(port, "target").orElse("?" + port.place()),
            Trees.text(port, "protocol").orElse("tcp"));
  }

  /** A mount or a device: where it appears in the container. */
  public static String ofTarget(YamlValue mount) {
    return Trees.text(mount, "target").orElse("?" + mount.place());
  }

  /** A secret: where it appears in the container. */
  public static String ofSecret(YamlValue secret) {
    String name =
        Trees.text(secret, "target")
            .or(() -> Trees.text(secret, "source"))
            .orElse("?" + secret.place());
    return name.startsWith("/") ? name : "/run/secrets/" + name;
  }

  /** A configuration file: where it appears in the container. */
  public static String ofConfig(YamlValue config) {
    String name =
        Trees.text(config, "target")
            .or(() -> Trees.text(config, "source"))
            .orElse("?" + config.place());
    return name.startsWith("/") ? name : "/" + name;
  }

  /** A file that is read: its path. */
  public static String ofPath(YamlValue file) {
    return Trees.text(file, "path").orElse("?" + file.place());
  }

  /** A temporary file system: where it appears in the container. */
  public static String ofTmpfs(YamlValue tmpfs) {
    String text = Trees.text(tmpfs).orElse("?" + tmpfs.place());
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  /** A pool of addresses: its subnet. */
  public static String ofPool(YamlValue pool) {
    return Trees.text(pool, "subnet").orElse("?" + pool.place());
  }
}
