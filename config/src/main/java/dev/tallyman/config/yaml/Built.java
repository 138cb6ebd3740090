package dev.tallyman.config.yaml;

/**
 * A value that is read to its end.
 *
 * @param size values in it and itself, with every alias counted as what it stands for
 * @param height levels of lists and mappings in it, itself included
 * @param mergeKey whether it is a plain {@code <<}
 */
record Built(YamlValue value, int size, int height, boolean mergeKey) {}
