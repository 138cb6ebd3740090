/**
 * Runs instances on engines that speak the Docker Engine API on a unix socket: Docker, Podman, and
 * those that put Docker into a virtual machine (OrbStack, Colima, Rancher Desktop, Lima).
 *
 * <p>From the outside: {@link dev.tallyman.runtime.oci.OciRuntime} is the runtime, {@link
 * dev.tallyman.runtime.oci.EngineDetection} finds the engines of a host. Inside, from the wire
 * upwards:
 *
 * <ul>
 *   <li>{@code EngineHttp}, {@code Exchange}, {@code Json}: requests, answers and streams. Written
 *       on Netty's HTTP codec rather than a client of the Docker API: a dozen requests are needed,
 *       and such a client costs the agent 25 MB of memory and half a second of start.
 *   <li>{@code EngineCalls}: deadlines and cancellation; {@code EngineErrors}: what an error means.
 *   <li>{@code Engine}: one engine; knows its kind, version and abilities ({@code Dialect}, {@code
 *       EngineFacts}), and forgets them when it was away.
 *   <li>{@code Containers}: the engine's verbs for containers; {@code ContainerRequest}, {@code
 *       ContainerReply} and {@code States} translate from and to the model of the seam.
 *   <li>{@code OciRuntime} with {@code Launch}, {@code Stop}, {@code Listing}, {@code EventStream},
 *       {@code InstanceCache} and {@code OciImages}: the contract.
 * </ul>
 */
@NullMarked
package dev.tallyman.runtime.oci;

import org.jspecify.annotations.NullMarked;
