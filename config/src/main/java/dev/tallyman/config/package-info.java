/**
 * Settings in layers. A program declares each {@link dev.tallyman.config.Setting} once, as a
 * constant; a {@link dev.tallyman.config.SettingsSchema} reads them from a YAML file, the
 * environment and flags, the later the stronger, and finds all faults at once; {@link
 * dev.tallyman.config.Settings} holds what is in force and where each value came from.
 *
 * <pre>{@code
 * static final Setting<Duration> RENEW =
 *     Setting.of("lease.renew", ValueTypes.duration(ofSeconds(1), ofMinutes(5)),
 *             "How often the lease is renewed.")
 *         .defaultsTo(ofSeconds(10));
 *
 * Settings settings = SettingsSchema.of(RENEW).read(layers);
 * Duration renew = settings.get(RENEW);
 * }</pre>
 *
 * The one above is {@code lease: {renew: 10s}} in the file, {@code TALLYMAN_LEASE_RENEW} in the
 * environment and {@code --lease-renew} as a flag.
 */
@NullMarked
package dev.tallyman.config;

import org.jspecify.annotations.NullMarked;
