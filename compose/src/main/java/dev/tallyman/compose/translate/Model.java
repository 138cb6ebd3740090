package dev.tallyman.compose.translate;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import java.util.Map;

/**
 * What translating one service needs to know of its project.
 *
 * @param project the project
 * @param sources where files are read
 * @param services all services by their keys, in the order of the file
 * @param networks the networks by their keys
 * @param volumes the volumes by their keys
 * @param secrets the secrets by their keys
 * @param configs the configs by their keys
 * @param findings what is wrong
 */
record Model(
    Project project,
    Sources sources,
    Map<String, Service> services,
    Networks networks,
    Volumes volumes,
    FileObjects secrets,
    FileObjects configs,
    Findings findings) {}
