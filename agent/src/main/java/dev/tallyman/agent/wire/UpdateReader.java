package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.UpdatePolicy;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.List;

/** Reads how a changed spec takes the place of the former one. */
final class UpdateReader {

  private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(5);

  private static final String TWO_RUN =
      ", for with update.order "
          + UpdateOrder.UPDATE_ORDER_START_FIRST
          + " two instances run for a while";

  private UpdateReader() {}

  static dev.tallyman.agent.model.UpdatePolicy read(
      UpdatePolicy message, Probes probes, FieldFaults faults) {
    OnFailure onFailure =
        switch (message.getOnFailure()) {
          case UPDATE_FAILURE_UNSPECIFIED ->
              probes.startup().isPresent() || probes.readiness().isPresent()
                  ? OnFailure.ROLL_BACK
                  : OnFailure.KEEP;
          case UPDATE_FAILURE_KEEP -> OnFailure.KEEP;
          case UPDATE_FAILURE_ROLL_BACK -> OnFailure.ROLL_BACK;
          case UNRECOGNIZED -> {
            faults.add(
                "update.on_failure",
                message.getOnFailureValue(),
                Texts.words(UpdateFailure.values()));
            yield OnFailure.KEEP;
          }
        };
    Order order =
        switch (message.getOrder()) {
          case UPDATE_ORDER_UNSPECIFIED, UPDATE_ORDER_STOP_FIRST -> Order.STOP_FIRST;
          case UPDATE_ORDER_START_FIRST -> Order.START_FIRST;
          case UNRECOGNIZED -> {
            faults.add("update.order", message.getOrderValue(), Texts.words(UpdateOrder.values()));
            yield Order.STOP_FIRST;
          }
        };
    Duration deadline =
        message.hasDeadline()
            ? Spans.read(
                "update.deadline",
                message.getDeadline(),
                Bounds.UPDATE_SHORTEST,
                Bounds.UPDATE_LONGEST,
                DEFAULT_DEADLINE,
                faults)
            : DEFAULT_DEADLINE;
    return new dev.tallyman.agent.model.UpdatePolicy(order, onFailure, deadline);
  }

  /** Two instances that run at the same time cannot both have what there is only one of. */
  static void requireRoomForTwo(
      dev.tallyman.agent.model.UpdatePolicy update, WorkloadSpec spec, FieldFaults faults) {
    switch (update.order()) {
      case STOP_FIRST -> {}
      case START_FIRST -> {
        for (int i = 0; i < spec.getPortsCount(); i++) {
          int port = spec.getPorts(i).getHostPort();
          if (port != 0) {
            faults.add("spec.ports[" + i + "].host_port", port, "0" + TWO_RUN);
          }
        }
        requireNone("spec.instance_name", spec.getInstanceName(), faults);
        List<NetworkAttachment> networks = spec.getNetworking().getNetworksList();
        for (int i = 0; i < networks.size(); i++) {
          String field = "spec.networking.networks[" + i + "].";
          requireNone(field + "ipv4_address", networks.get(i).getIpv4Address(), faults);
          requireNone(field + "ipv6_address", networks.get(i).getIpv6Address(), faults);
          requireNone(field + "mac_address", networks.get(i).getMacAddress(), faults);
        }
      }
    }
  }

  private static void requireNone(String field, String value, FieldFaults faults) {
    if (!value.isEmpty()) {
      faults.add(field, value, "none" + TWO_RUN);
    }
  }
}
