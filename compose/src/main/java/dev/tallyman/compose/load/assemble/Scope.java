package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.interpolate.Variables;
import java.nio.file.Path;

/**
 * What a file sees beside itself.
 *
 * @param directory what its relative paths are relative to
 * @param variables for interpolation
 */
public record Scope(Path directory, Variables variables) {}
