/**
 * Tells the control plane how workloads and node are: {@link
 * dev.tallyman.agent.report.StatusReporter} and {@link dev.tallyman.agent.report.NodeReporter} read
 * the boards at their own pace and never hold up the loop.
 */
@NullMarked
package dev.tallyman.agent.report;

import org.jspecify.annotations.NullMarked;
