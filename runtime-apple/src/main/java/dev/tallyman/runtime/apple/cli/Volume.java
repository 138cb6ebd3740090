package dev.tallyman.runtime.apple.cli;

import java.util.Map;

/**
 * A volume at the engine.
 *
 * @param name its name
 * @param labels its labels, decoded
 * @param driver its driver
 * @param options options that it was made with
 */
public record Volume(
    String name, Map<String, String> labels, String driver, Map<String, String> options) {}
