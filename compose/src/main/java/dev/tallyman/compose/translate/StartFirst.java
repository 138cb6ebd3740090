package dev.tallyman.compose.translate;

import com.google.protobuf.CodedOutputStream;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.Port;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** Workloads whose changed form runs beside the former one for a while. */
final class StartFirst {

  private StartFirst() {}

  /** Finds what two instances cannot both have. */
  static void check(Draft draft, Findings findings) {
    draft
        .update()
        .flatMap(UpdateTranslator.Update::startFirst)
        .ifPresent(order ->
            singles(draft)
                .distinct()
                .forEach(single ->
                    findings.bad(
                        order,
                        "stop-first; two instances run for a while, and only one can have "
                            + single)));
  }

  private static Stream<String> singles(Draft draft) {
    Stream<String> ports =
        draft.ports().stream()
            .flatMap(List::stream)
            .filter(port -> port.getHostPort() != 0)
            .map(StartFirst::port);
    Stream<String> name =
        Stream.of(draft.spec().getInstanceName())
            .filter(text -> !text.isEmpty())
            .map(text -> "the container_name " + text);
    Stream<String> addresses =
        draft.spec().getNetworking().getNetworksList().stream()
            .flatMap(StartFirst::addresses)
            .filter(text -> !text.isEmpty())
            .map(text -> "the address " + text);
    return Stream.of(ports, name, addresses).flatMap(all -> all);
  }

  private static String port(Port port) {
    return "port " + port.getHostPort() + " of the host";
  }

  private static Stream<String> addresses(NetworkAttachment network) {
    return Stream.of(network.getIpv4Address(), network.getIpv6Address(), network.getMacAddress());
  }

  /**
   * The identity of a workload in exactly this form: another one for each change that needs another
   * instance, and the same again for the same form.
   */
  static String uid(Workload workload) {
    Workload form =
        workload.toBuilder()
            .clearUid()
            .clearGeneration()
            .clearUpdate()
            .setSpec(lasting(workload.getSpec()))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      form.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes everything", e);
    }
    return Names.version(workload.getUid(), bytes.toByteArray());
  }

  /** What an instance has for its whole life. */
  private static WorkloadSpec lasting(WorkloadSpec spec) {
    return spec.toBuilder()
        .clearPullPolicy()
        .clearRestart()
        .clearStopGracePeriod()
        .clearLiveness()
        .clearReadiness()
        .clearStartup()
        .clearIgnoreImageHealthCheck()
        .clearEnforcement()
        .build();
  }
}
