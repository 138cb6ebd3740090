/**
 * Runs instances on engines that speak the Docker Engine API on a unix socket: Docker, Podman, and
 * those that put Docker into a virtual machine (OrbStack, Colima, Rancher Desktop, Lima).
 *
 * <p>From the outside: {@link dev.tallyman.runtime.oci.OciRuntime} is the runtime, {@link
 * dev.tallyman.runtime.oci.EngineDetection} finds the engines of a host. The packages below are not
 * for others. From the wire upwards:
 *
 * <ul>
 *   <li>{@code http}: requests, answers and streams.
 *   <li>{@code engine}: one engine, with deadlines; knows its kind, version and abilities ({@code
 *       Dialect}, {@code EngineFacts}, {@code EngineAbilities}), forgets them when it was away, and
 *       says what its errors mean ({@code EngineErrors}).
 *   <li>{@code images}: images and logins.
 *   <li>{@code request}: a spec as the body of a request. Pure.
 *   <li>{@code files}: secrets and configs in memory of the host.
 *   <li>{@code containers}: the engine's verbs for containers, and what its answers mean.
 *   <li>{@code assets}: networks and volumes of stacks.
 *   <li>Here: {@code Requirements} (what is refused before it is asked), {@code Preparation} (what
 *       is laid ready) and {@code Launch}, and the contract itself.
 * </ul>
 */
@NullMarked
package dev.tallyman.runtime.oci;

import org.jspecify.annotations.NullMarked;
