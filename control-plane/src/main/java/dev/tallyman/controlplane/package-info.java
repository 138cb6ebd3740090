/**
 * The reference control plane: keeps desired state durably and brings it to nodes. {@link
 * dev.tallyman.controlplane.ControlPlane} puts the rooms together: {@code store} remembers, {@code
 * node} knows who lives, {@code sync} talks to nodes, {@code fleet} to people, {@code auth} knows
 * who is who.
 */
@NullMarked
package dev.tallyman.controlplane;

import org.jspecify.annotations.NullMarked;
