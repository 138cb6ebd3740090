/** Connections to a control plane and to an agent, and what their failures mean to a person. */
@NullMarked
package dev.tallyman.cli.client;

import org.jspecify.annotations.NullMarked;
