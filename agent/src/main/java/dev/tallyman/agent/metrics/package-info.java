/**
 * What the agent counts and measures, and the HTTP server that shows it: {@code /metrics} for
 * Prometheus, {@code /healthz} for a supervisor, {@code /readyz} for a load balancer. All meters
 * are listed in {@code docs/metrics.md}.
 */
@NullMarked
package dev.tallyman.agent.metrics;

import org.jspecify.annotations.NullMarked;
