/** What the machine is that the agent runs on: read from the operating system, once. */
@NullMarked
package dev.tallyman.agent.host;

import org.jspecify.annotations.NullMarked;
