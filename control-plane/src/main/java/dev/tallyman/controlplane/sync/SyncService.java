package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.auth.Access;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.ControlPlaneGrpc;
import dev.tallyman.proto.v1.NodeMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The gRPC service for nodes. */
public final class SyncService extends ControlPlaneGrpc.ControlPlaneImplBase {

  private final SyncRoom room;

  public SyncService(SyncRoom room) {
    this.room = room;
  }

  @Override
  public StreamObserver<NodeMessage> sync(StreamObserver<ControlMessage> answers) {
    NodeStream stream =
        new NodeStream(room, Access.caller(), (ServerCallStreamObserver<ControlMessage>) answers);
    room.streams().opened(stream);
    ScheduledFuture<?> _ =
        room.timer()
            .schedule(
                () -> room.executor().execute(stream::requireHello),
                room.helloTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    return stream;
  }
}
