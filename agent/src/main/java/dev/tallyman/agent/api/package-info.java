/**
 * What others can ask of this agent: {@link dev.tallyman.agent.api.NodeService} on the node's
 * socket.
 */
@NullMarked
package dev.tallyman.agent.api;

import org.jspecify.annotations.NullMarked;
