package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Optional;

/**
 * The workloads of a service while they are made.
 *
 * @param service the service
 * @param spec what its replicas have in common
 * @param ports the ports of each replica
 * @param update how a changed spec takes the place of the former one
 */
record Draft(
    Service service,
    WorkloadSpec.Builder spec,
    List<List<Port>> ports,
    Optional<UpdateTranslator.Update> update) {}
