/**
 * YAML as a tree of values that know their line and column. Stricter than YAML 1.2: no duplicate
 * keys, bounds on size and depth, and no anchors, aliases, tags or merge keys unless the
 * {@linkplain dev.tallyman.config.yaml.YamlDialect dialect} has them.
 */
@NullMarked
package dev.tallyman.config.yaml;

import org.jspecify.annotations.NullMarked;
