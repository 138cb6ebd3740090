package dev.tallyman.config.yaml;

/** How much of YAML an input may use. */
public enum YamlDialect {

  /** Our own files: no anchors, aliases, merge keys or tags. */
  PLAIN,

  /**
   * Compose files: anchors, aliases, merge keys ({@code <<} with a mapping or a list of mappings),
   * the core schema's tags, and {@code !reset} and {@code !override}, which {@link
   * YamlDocument#tags} tells. Keys must be text. The bounds hold for what the aliases stand for,
   * not for what was written.
   */
  COMPOSE
}
