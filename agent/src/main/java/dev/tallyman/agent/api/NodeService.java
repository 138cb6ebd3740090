package dev.tallyman.agent.api;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History.Wish;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.agent.wire.StatusWriter;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.agent.wire.WorkloadWriter;
import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.AcceptFeedResponse;
import dev.tallyman.proto.v1.EventSeverity;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsResponse;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeSynced;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import dev.tallyman.proto.v1.RestartWorkloadResponse;
import dev.tallyman.proto.v1.StopWorkloadRequest;
import dev.tallyman.proto.v1.StopWorkloadResponse;
import dev.tallyman.proto.v1.WatchEventsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The Node service of {@code node.proto}: what the loop's boards show, and operators' wishes as
 * messages to the loop. Nothing in here changes state.
 */
public final class NodeService extends NodeGrpc.NodeImplBase {

  private static final int MOST_WATCHERS = 200;
  private static final int BATCH = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration REPLY_WITHIN = Duration.ofSeconds(10);

  private final NodeFacts facts;
  private final Instant startedAt;
  private final StatusBoard board;
  private final NodeBoard node;
  private final EventLog events;
  private final Inbox inbox;
  private final FeedGate feeds;
  private final Semaphore watchers = new Semaphore(MOST_WATCHERS);

  /** A service over the loop's boards. */
  public NodeService(
      NodeFacts facts,
      Instant startedAt,
      StatusBoard board,
      NodeBoard node,
      EventLog events,
      Inbox inbox,
      FeedGate feeds) {
    this.facts = facts;
    this.startedAt = startedAt;
    this.board = board;
    this.node = node;
    this.events = events;
    this.inbox = inbox;
    this.feeds = feeds;
  }

  @Override
  public void getNode(GetNodeRequest request, StreamObserver<NodeView> answer) {
    NodeBoard.View view = node.now();
    NodeView.Builder message =
        NodeView.newBuilder()
            .setInfo(NodeWriter.info(facts, view.runtimes()))
            .setStartedAt(Times.write(startedAt));
    view.conditions().forEach(c -> message.addConditions(NodeWriter.condition(c)));
    view.feeds().forEach(f -> message.addFeeds(NodeWriter.feed(f)));
    answer.onNext(message.build());
    answer.onCompleted();
  }

  @Override
  public void listNodeWorkloads(
      ListNodeWorkloadsRequest request, StreamObserver<ListNodeWorkloadsResponse> answer) {
    ListNodeWorkloadsResponse.Builder message = ListNodeWorkloadsResponse.newBuilder();
    board.all().stream()
        .filter(entry -> matches(request, entry))
        .sorted(
            Comparator.comparing((StatusBoard.Entry e) -> e.status().stack())
                .thenComparing(e -> e.status().name())
                .thenComparing(e -> e.status().uid()))
        .map(NodeService::write)
        .forEach(message::addWorkloads);
    answer.onNext(message.build());
    answer.onCompleted();
  }

  @Override
  public void watchNodeWorkloads(
      ListNodeWorkloadsRequest request, StreamObserver<NodeWorkloadEvent> answer) {
    watch(
        "watch workloads",
        answer,
        stream -> {
          try (StatusBoard.Watch watch = board.watch()) {
            List<StatusBoard.Entry> batch = watch.next(BATCH, Duration.ZERO);
            while (!batch.isEmpty()) {
              send(stream, request, batch);
              batch = watch.next(BATCH, Duration.ZERO);
            }
            stream.send(
                NodeWorkloadEvent.newBuilder().setSynced(NodeSynced.getDefaultInstance()).build());
            while (stream.isOpen()) {
              send(stream, request, watch.next(BATCH, PATIENCE));
            }
          }
        });
  }

  private static void send(
      PacedStream<NodeWorkloadEvent> stream,
      ListNodeWorkloadsRequest request,
      List<StatusBoard.Entry> entries)
      throws InterruptedException {
    for (StatusBoard.Entry entry : entries) {
      if (matches(request, entry)) {
        NodeWorkloadEvent.Builder event = NodeWorkloadEvent.newBuilder();
        stream.send(
            entry.status().phase() == Phase.GONE
                ? event.setRemoved(write(entry)).build()
                : event.setChanged(write(entry)).build());
      }
    }
  }

  @Override
  public void watchEvents(WatchEventsRequest request, StreamObserver<NodeEvent> answer) {
    watch(
        "watch events",
        answer,
        stream -> {
          long last = 0;
          // The remembered ones are there at once.
          Duration patience = request.getFollow() ? PATIENCE : Duration.ZERO;
          do {
            for (EventLog.Event event : events.after(last, patience)) {
              stream.send(write(event));
              last = event.sequence();
            }
          } while (request.getFollow() && stream.isOpen());
        });
  }

  private <M> void watch(String name, StreamObserver<M> answer, PacedStream.Source<M> source) {
    if (!watchers.tryAcquire()) {
      answer.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "watchers: " + MOST_WATCHERS + " (expected: fewer; end one, then try again)")
              .asException());
      return;
    }
    PacedStream.start(
        name,
        (ServerCallStreamObserver<M>) answer,
        stream -> {
          try {
            source.fill(stream);
          } finally {
            watchers.release();
          }
        });
  }

  @Override
  public void restartWorkload(
      RestartWorkloadRequest request, StreamObserver<RestartWorkloadResponse> answer) {
    reply(
        answer,
        () -> {
          wish(request.getKey(), Wish.RESTARTED);
          return RestartWorkloadResponse.getDefaultInstance();
        });
  }

  @Override
  public void stopWorkload(
      StopWorkloadRequest request, StreamObserver<StopWorkloadResponse> answer) {
    reply(
        answer,
        () -> {
          wish(request.getKey(), Wish.STOPPED);
          return StopWorkloadResponse.getDefaultInstance();
        });
  }

  @Override
  public void acceptFeed(AcceptFeedRequest request, StreamObserver<AcceptFeedResponse> answer) {
    reply(
        answer,
        () -> {
          Optional<String> refusal = feeds.accept(request.getFeed(), request.getStoreId());
          if (refusal.isPresent()) {
            throw Status.FAILED_PRECONDITION.withDescription(refusal.get()).asRuntimeException();
          }
          return AcceptFeedResponse.getDefaultInstance();
        });
  }

  private void wish(NodeWorkloadKey key, Wish wish) {
    String uid = find(key);
    CompletableFuture<Optional<String>> reply = new CompletableFuture<>();
    inbox.post(new Message.OperatorWish(uid, wish, reply));
    try {
      Optional<String> refusal = reply.get(REPLY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      if (refusal.isPresent()) {
        throw Status.FAILED_PRECONDITION.withDescription(refusal.get()).asRuntimeException();
      }
    } catch (TimeoutException | ExecutionException e) {
      throw Status.UNAVAILABLE
          .withDescription("The agent's loop did not take the request; see its log.")
          .withCause(e)
          .asRuntimeException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    }
  }

  private String find(NodeWorkloadKey key) {
    List<String> uids =
        key.getUid().isEmpty()
            ? board.all().stream()
                .filter(e -> e.desired().isPresent())
                .filter(e -> e.status().stack().equals(stack(key)))
                .filter(e -> e.status().name().equals(key.getName()))
                .map(e -> e.status().uid())
                .toList()
            : board.find(key.getUid()).map(e -> e.status().uid()).stream().toList();
    if (uids.isEmpty()) {
      throw Status.NOT_FOUND
          .withDescription(
              key.getUid().isEmpty()
                  ? "workload: "
                      + stack(key)
                      + "/"
                      + key.getName()
                      + " (expected: one of this node)"
                  : "uid: " + key.getUid() + " (expected: one of this node)")
          .asRuntimeException();
    }
    if (uids.size() > 1) {
      throw Status.FAILED_PRECONDITION
          .withDescription(
              "workload: "
                  + stack(key)
                  + "/"
                  + key.getName()
                  + " is the name of several (expected: a uid, one of "
                  + String.join(", ", uids)
                  + ")")
          .asRuntimeException();
    }
    return uids.getFirst();
  }

  private static String stack(NodeWorkloadKey key) {
    return key.getStack().isEmpty() ? "default" : key.getStack();
  }

  private interface Call<M> {
    M answer();
  }

  private static <M> void reply(StreamObserver<M> answer, Call<M> call) {
    try {
      answer.onNext(call.answer());
      answer.onCompleted();
    } catch (StatusRuntimeException refused) {
      answer.onError(refused);
    }
  }

  private static boolean matches(ListNodeWorkloadsRequest request, StatusBoard.Entry entry) {
    return request.getStack().isEmpty() || request.getStack().equals(entry.status().stack());
  }

  private static NodeWorkload write(StatusBoard.Entry entry) {
    NodeWorkload.Builder message =
        NodeWorkload.newBuilder().setStatus(StatusWriter.write(entry.status()));
    entry
        .desired()
        .ifPresent(desired -> {
          switch (desired) {
            case Desired.Wanted wanted ->
                message.setWorkload(WorkloadWriter.write(wanted.workload()));
            case Desired.Refused _ -> {
              // What it says cannot be read; its status says why.
            }
          }
        });
    return message.build();
  }

  private static NodeEvent write(EventLog.Event event) {
    return NodeEvent.newBuilder()
        .setSequence(event.sequence())
        .setAt(Times.write(event.at()))
        .setSeverity(
            switch (event.severity()) {
              case INFO -> EventSeverity.EVENT_SEVERITY_INFO;
              case WARNING -> EventSeverity.EVENT_SEVERITY_WARNING;
            })
        .setReason(event.reason())
        .setMessage(event.message())
        .setUid(event.uid())
        .setStack(event.stack())
        .setName(event.name())
        .build();
  }
}
