/**
 * Manifests: YAML files that say what should run, and the same form for output.
 *
 * <pre>{@code
 * stack: hello
 * workloads:
 *   - name: web
 *     image: localhost/hello:1
 *     ports: ["8088:8080"]
 *     resources: {cpu: 500m, memory: 64M}
 * }</pre>
 *
 * Reader and writer follow the descriptor of {@link dev.tallyman.proto.v1.WorkloadSpec}: a field of
 * the contract is a field of the manifest, under the same name in camelCase. {@link
 * dev.tallyman.agent.manifest.FieldForm} has the few exceptions. Whether values make sense together
 * is the control plane's to say.
 */
@NullMarked
package dev.tallyman.agent.manifest;

import org.jspecify.annotations.NullMarked;
