/** How the rooms tell what they do to whoever counts it, without knowing who that is. */
@NullMarked
package dev.tallyman.agent.telemetry;

import org.jspecify.annotations.NullMarked;
