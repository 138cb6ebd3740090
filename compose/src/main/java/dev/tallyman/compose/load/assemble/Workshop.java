package dev.tallyman.compose.load.assemble;

import dev.tallyman.compose.load.files.FileSet;
import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.merge.Marks;
import dev.tallyman.compose.load.merge.Merger;
import dev.tallyman.compose.load.shape.ShapeContext;
import dev.tallyman.config.fault.Faults;

/**
 * What everything that assembles shares. For one thread.
 *
 * @param shapes for the files' own directories, {@linkplain ShapeContext#in adapted} to each
 */
public record Workshop(
    FileSet files,
    Documents documents,
    Interpolator interpolator,
    ShapeContext shapes,
    Marks marks,
    Merger merger,
    Faults faults) {}
