package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Probe;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.proto.v1.ExecCheck;
import dev.tallyman.proto.v1.GrpcCheck;
import dev.tallyman.proto.v1.HttpCheck;
import dev.tallyman.proto.v1.HttpScheme;
import dev.tallyman.proto.v1.TcpCheck;
import dev.tallyman.proto.v1.WorkloadSpec;

/** Writes probes into the message of a spec, defaults included. */
final class ProbesWriter {

  private ProbesWriter() {}

  static void write(Probes probes, WorkloadSpec.Builder message) {
    probes.liveness().map(ProbesWriter::probe).ifPresent(message::setLiveness);
    probes.readiness().map(ProbesWriter::probe).ifPresent(message::setReadiness);
    probes.startup().map(ProbesWriter::probe).ifPresent(message::setStartup);
    message.setIgnoreImageHealthCheck(
        switch (probes.imageCheck()) {
          case USE -> false;
          case IGNORE -> true;
        });
  }

  private static dev.tallyman.proto.v1.Probe probe(Probe probe) {
    dev.tallyman.proto.v1.Probe.Builder message =
        dev.tallyman.proto.v1.Probe.newBuilder()
            .setInitialDelay(Times.write(probe.initialDelay()))
            .setInterval(Times.write(probe.interval()))
            .setTimeout(Times.write(probe.timeout()))
            .setSuccessThreshold(probe.successThreshold())
            .setFailureThreshold(probe.failureThreshold())
            .setStartPeriod(Times.write(probe.startPeriod()))
            .setStartInterval(Times.write(probe.startInterval()));
    switch (probe.check()) {
      case Probe.Exec exec -> message.setExec(ExecCheck.newBuilder().addAllCommand(exec.command()));
      case Probe.Tcp tcp -> message.setTcp(TcpCheck.newBuilder().setPort(tcp.port()));
      case Probe.Http http -> message.setHttp(http(http));
      case Probe.Grpc grpc ->
          message.setGrpc(GrpcCheck.newBuilder().setPort(grpc.port()).setService(grpc.service()));
    }
    return message.build();
  }

  private static HttpCheck.Builder http(Probe.Http http) {
    return HttpCheck.newBuilder()
        .setPort(http.port())
        .setPath(http.path())
        .setScheme(
            switch (http.scheme()) {
              case HTTP -> HttpScheme.HTTP_SCHEME_HTTP;
              case HTTPS -> HttpScheme.HTTP_SCHEME_HTTPS;
            })
        .putAllHeaders(http.headers());
  }
}
