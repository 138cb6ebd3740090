package dev.tallyman.agent.manifest;

import dev.tallyman.proto.v1.Workload;
import java.util.Optional;

/**
 * A workload of a manifest.
 *
 * @param node where it should run, when the manifest says so
 * @param workload with name, stack and spec; a uid only when the manifest gives one
 * @param where {@code file:line:column}, for messages
 */
public record ManifestWorkload(Optional<String> node, Workload workload, String where) {}
