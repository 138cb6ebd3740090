package dev.tallyman.agent.api;

import dev.tallyman.agent.actuate.Housekeeping;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.History.Wish;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.AcceptFeedResponse;
import dev.tallyman.proto.v1.ApplyStackRequest;
import dev.tallyman.proto.v1.ApplyStackResponse;
import dev.tallyman.proto.v1.DeleteStackRequest;
import dev.tallyman.proto.v1.DeleteStackResponse;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsRequest;
import dev.tallyman.proto.v1.ListNodeWorkloadsResponse;
import dev.tallyman.proto.v1.LogChunk;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeGrpc;
import dev.tallyman.proto.v1.NodeView;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.ReadLogsRequest;
import dev.tallyman.proto.v1.RemoveStackAssetsRequest;
import dev.tallyman.proto.v1.RemoveStackAssetsResponse;
import dev.tallyman.proto.v1.RestartWorkloadRequest;
import dev.tallyman.proto.v1.RestartWorkloadResponse;
import dev.tallyman.proto.v1.StopWorkloadRequest;
import dev.tallyman.proto.v1.StopWorkloadResponse;
import dev.tallyman.proto.v1.WatchEventsRequest;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.transport.Channels;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The Node service of {@code node.proto}: what the loop's boards show, and operators' wishes as
 * messages to the loop. Nothing in here changes state. Its methods are called on virtual threads
 * and may block.
 */
public final class NodeService extends NodeGrpc.NodeImplBase implements AutoCloseable {

  private static final int MOST_WATCHERS = 200;
  private static final int BATCH = 256;

  /** How long a watcher that left may go unnoticed; it is interrupted as well. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final NodeFacts facts;
  private final Instant startedAt;
  private final StatusBoard board;
  private final NodeBoard node;
  private final EventLog events;
  private final Inbox inbox;
  private final FeedGate feeds;
  private final Replies replies;
  private final StackCalls stacks;
  private final LogCalls logs;
  private final WorkloadFinder finder;
  private final Watchers watchers;

  /**
   * How much callers may have.
   *
   * @param watchers how many may watch at once
   * @param reading how long one that watches may read nothing
   * @param reply how long the loop may take to note a wish
   */
  record Bounds(int watchers, Duration reading, Duration reply) {}

  /**
   * A service over the loop's boards.
   *
   * @param runtimes finds a runtime by its name
   */
  public NodeService(
      NodeFacts facts,
      Instant startedAt,
      StatusBoard board,
      NodeBoard node,
      EventLog events,
      Inbox inbox,
      FeedGate feeds,
      Housekeeping housekeeping,
      Function<String, Optional<ContainerRuntime>> runtimes) {
    this(
        facts,
        startedAt,
        board,
        node,
        events,
        inbox,
        feeds,
        housekeeping,
        runtimes,
        new Bounds(MOST_WATCHERS, PacedStream.PATIENCE, Duration.ofSeconds(10)));
  }

  NodeService(
      NodeFacts facts,
      Instant startedAt,
      StatusBoard board,
      NodeBoard node,
      EventLog events,
      Inbox inbox,
      FeedGate feeds,
      Housekeeping housekeeping,
      Function<String, Optional<ContainerRuntime>> runtimes,
      Bounds bounds) {
    this.facts = facts;
    this.startedAt = startedAt;
    this.board = board;
    this.node = node;
    this.events = events;
    this.inbox = inbox;
    this.feeds = feeds;
    this.replies = new Replies(bounds.reply());
    this.finder = new WorkloadFinder(board);
    this.stacks = new StackCalls(replies, inbox, housekeeping);
    this.logs = new LogCalls(finder, board, runtimes);
    this.watchers = new Watchers(bounds.watchers(), bounds.reading());
  }

  /** Ends all watches, so that the server can be closed without waiting for those who watch. */
  @Override
  public void close() {
    watchers.close();
  }

  @Override
  public void getNode(GetNodeRequest request, StreamObserver<NodeView> answer) {
    reply("get-node", answer, this::view);
  }

  private NodeView view() {
    NodeBoard.View view = node.now();
    NodeView.Builder message =
        NodeView.newBuilder()
            .setInfo(NodeWriter.info(facts, view.runtimes()))
            .setStartedAt(Times.write(startedAt));
    view.conditions().forEach(c -> message.addConditions(NodeWriter.condition(c)));
    view.feeds().forEach(f -> message.addFeeds(NodeWriter.feed(f)));
    return message.build();
  }

  @Override
  public void listNodeWorkloads(
      ListNodeWorkloadsRequest request, StreamObserver<ListNodeWorkloadsResponse> answer) {
    reply("list-workloads", answer, () -> list(request));
  }

  private ListNodeWorkloadsResponse list(ListNodeWorkloadsRequest request) {
    ListNodeWorkloadsResponse.Builder message = ListNodeWorkloadsResponse.newBuilder();
    board.all().stream()
        .filter(entry -> matches(request, entry))
        .sorted(
            Comparator.comparing((StatusBoard.Entry e) -> e.status().stack())
                .thenComparing(e -> e.status().name())
                .thenComparing(e -> e.status().uid()))
        .map(NodeMessages::workload)
        .forEach(message::addWorkloads);
    ListNodeWorkloadsResponse all = message.build();
    if (all.getSerializedSize() > Channels.MAX_MESSAGE_BYTES) {
      throw Refusals.tooMuch(
          all.getWorkloadsCount()
              + " workloads have "
              + all.getSerializedSize()
              + " bytes (expected: at most "
              + Channels.MAX_MESSAGE_BYTES
              + "; ask for one stack, or watch)");
    }
    return all;
  }

  @Override
  public void watchNodeWorkloads(
      ListNodeWorkloadsRequest request, StreamObserver<NodeWorkloadEvent> answer) {
    watchers.watch("watch-workloads", answer, stream -> fill(request, stream));
  }

  private void fill(ListNodeWorkloadsRequest request, PacedStream<NodeWorkloadEvent> stream)
      throws InterruptedException {
    try (StatusBoard.Watch watch = board.watch()) {
      // Taken first and sent then: what changes while a slow caller reads is not the beginning.
      Map<String, StatusBoard.Entry> beginning = new LinkedHashMap<>();
      List<StatusBoard.Entry> some = watch.next(BATCH, Duration.ZERO);
      while (!some.isEmpty()) {
        some.forEach(entry -> beginning.put(entry.status().uid(), entry));
        some = watch.next(BATCH, Duration.ZERO);
      }
      send(request, List.copyOf(beginning.values()), stream);
      stream.send(NodeMessages.SYNCED);
      while (stream.isOpen()) {
        send(request, watch.next(BATCH, IDLE), stream);
      }
    }
  }

  private static void send(
      ListNodeWorkloadsRequest request,
      List<StatusBoard.Entry> entries,
      PacedStream<NodeWorkloadEvent> stream)
      throws InterruptedException {
    for (StatusBoard.Entry entry : entries) {
      if (matches(request, entry)) {
        stream.send(NodeMessages.change(entry));
      }
    }
  }

  @Override
  public void watchEvents(WatchEventsRequest request, StreamObserver<NodeEvent> answer) {
    watchers.watch("watch-events", answer, stream -> fill(request, stream));
  }

  private void fill(WatchEventsRequest request, PacedStream<NodeEvent> stream)
      throws InterruptedException {
    long last = 0;
    // The remembered ones are there at once.
    Duration wait = Duration.ZERO;
    do {
      for (EventLog.Event event : events.after(last, wait)) {
        stream.send(NodeMessages.event(event));
        last = event.sequence();
      }
      wait = IDLE;
    } while (request.getFollow() && stream.isOpen());
  }

  @Override
  public void restartWorkload(
      RestartWorkloadRequest request, StreamObserver<RestartWorkloadResponse> answer) {
    reply(
        "restart-workload",
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
        "stop-workload",
        answer,
        () -> {
          wish(request.getKey(), Wish.STOPPED);
          return StopWorkloadResponse.getDefaultInstance();
        });
  }

  private void wish(NodeWorkloadKey key, Wish wish) {
    String uid = finder.find(key);
    Optional<String> refusal =
        replies.await(reply -> inbox.post(new Message.OperatorWish(uid, wish, reply)));
    if (refusal.isPresent()) {
      throw Refusals.notNow(refusal.get());
    }
  }

  @Override
  public void applyStack(ApplyStackRequest request, StreamObserver<ApplyStackResponse> answer) {
    reply("apply-stack", answer, () -> stacks.apply(request));
  }

  @Override
  public void deleteStack(DeleteStackRequest request, StreamObserver<DeleteStackResponse> answer) {
    reply("delete-stack", answer, () -> stacks.delete(request));
  }

  @Override
  public void removeStackAssets(
      RemoveStackAssetsRequest request, StreamObserver<RemoveStackAssetsResponse> answer) {
    reply("remove-stack-assets", answer, () -> stacks.removeAssets(request));
  }

  @Override
  public void readLogs(ReadLogsRequest request, StreamObserver<LogChunk> answer) {
    watchers.watch("read-logs", answer, stream -> logs.fill(request, stream));
  }

  @Override
  public void acceptFeed(AcceptFeedRequest request, StreamObserver<AcceptFeedResponse> answer) {
    reply("accept-feed", answer, () -> accept(request));
  }

  private AcceptFeedResponse accept(AcceptFeedRequest request) {
    if (request.getStoreId().isEmpty()) {
      throw Refusals.invalid("store_id", "empty", "the store that the feed is refused for");
    }
    Optional<String> refusal = feeds.accept(request.getFeed(), request.getStoreId());
    if (refusal.isPresent()) {
      throw Refusals.notNow(refusal.get());
    }
    return AcceptFeedResponse.getDefaultInstance();
  }

  private static <M> void reply(String call, StreamObserver<M> answer, Supplier<M> compute) {
    M message;
    try {
      message = compute.get();
    } catch (RuntimeException failure) {
      Refusals.end(call, answer, failure);
      return;
    }
    answer.onNext(message);
    answer.onCompleted();
  }

  private static boolean matches(ListNodeWorkloadsRequest request, StatusBoard.Entry entry) {
    return request.getStack().isEmpty() || request.getStack().equals(entry.status().stack());
  }
}
