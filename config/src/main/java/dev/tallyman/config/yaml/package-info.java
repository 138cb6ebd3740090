/**
 * YAML as a tree of values that know their line and column. Stricter than YAML 1.2: no anchors,
 * aliases, tags, merge keys or duplicate keys, and bounds on size and depth.
 */
@NullMarked
package dev.tallyman.config.yaml;

import org.jspecify.annotations.NullMarked;
