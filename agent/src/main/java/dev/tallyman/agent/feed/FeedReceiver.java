package dev.tallyman.agent.feed;

import dev.tallyman.agent.feed.FeedGuard.Verdict;
import dev.tallyman.agent.feed.SnapshotAssembly.Progress;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.proto.v1.Command;
import dev.tallyman.proto.v1.ControlMessage;
import dev.tallyman.proto.v1.Delta;
import dev.tallyman.proto.v1.Snapshot;
import dev.tallyman.proto.v1.Welcome;
import dev.tallyman.proto.v1.Workload;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a feed knows and believes, from session to session: takes in what the control plane says and
 * tells the inbox what follows. Its lock is held for the time of one message; it never waits for
 * anybody while it has it.
 */
final class FeedReceiver {

  private static final Logger log = LoggerFactory.getLogger(FeedReceiver.class);

  /** As many messages may wait for the loop before no more are taken off the wire. */
  private static final int INBOX_ROOM = 4096;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  /** Commands are sent again with the same id; the server keeps one for each node. */
  private static final int REMEMBERED_COMMANDS = 256;

  /** So much of each is remembered, shown and written down; a server gives UUIDs and a sentence. */
  private static final int MAX_COMMAND_ID_CHARS = 256;

  private static final int MAX_REASON_CHARS = 1024;

  private static final int NOTED_UNADDRESSABLE = 100;
  private static final int SHOWN_UNADDRESSABLE = 3;

  /** Is told of a welcome. */
  interface OnWelcome {
    void welcomed(Session session, Duration lease);
  }

  private final FeedConfig config;
  private final Inbox inbox;
  private final Telemetry telemetry;
  private final OnWelcome onWelcome;

  private final ReentrantLock lock = new ReentrantLock();
  private Held held;
  private Optional<String> accepted = Optional.empty();
  private Optional<Refusal> refusal = Optional.empty();
  private final Set<String> commands = new LinkedHashSet<>();
  private final Holdings holdings;
  private List<String> unaddressable = List.of();
  private FeedView.Link link = FeedView.Link.DISCONNECTED;
  private String problem = "";
  private Optional<FeedView> told = Optional.empty();

  /** An offer that is not believed. */
  private record Refusal(String storeId, String reason) {}

  /** What is known of one session only. */
  private static final class Progression {
    private boolean welcomed;
    private Optional<SnapshotAssembly> assembly = Optional.empty();
    private boolean snapshotAsked;
    private boolean refused;
  }

  FeedReceiver(
      FeedConfig config, Inbox inbox, Telemetry telemetry, Held held, OnWelcome onWelcome) {
    this.config = config;
    this.inbox = inbox;
    this.telemetry = telemetry;
    this.held = held;
    this.holdings = new Holdings(config.bounds());
    this.onWelcome = onWelcome;
  }

  /** A receiver for a new session. */
  Session.Receiver renewed() {
    Progression progression = new Progression();
    return (session, message) -> receive(session, progression, message);
  }

  /** What to say in a hello: nothing, when all is to be got anew. */
  Held heldForHello() {
    lock.lock();
    try {
      return accepted.isPresent() ? Held.NOTHING : held;
    } finally {
      lock.unlock();
    }
  }

  /** There is no session yet. */
  void connecting() {
    disconnected("connecting");
  }

  /** A session is over. */
  void disconnected(String why) {
    lock.lock();
    try {
      link = FeedView.Link.DISCONNECTED;
      problem = why;
      tellView();
    } finally {
      lock.unlock();
    }
  }

  Optional<String> accept(String storeId) {
    lock.lock();
    try {
      if (refusal.isEmpty()) {
        return Optional.of(
            "feed " + config.name() + " refuses no store now (expected: one that is refused)");
      }
      if (!refusal.get().storeId().equals(storeId)) {
        return Optional.of(
            "store_id: "
                + storeId
                + " (expected: "
                + refusal.get().storeId()
                + ", which is offered and refused now)");
      }
      accepted = Optional.of(storeId);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void receive(Session session, Progression progression, ControlMessage message) {
    awaitInboxRoom(session);
    lock.lock();
    try {
      switch (message.getMessageCase()) {
        case WELCOME -> welcome(session, progression, message.getWelcome());
        case LEASE_RENEWED -> telemetry.leaseRenewed(config.name());
        case SNAPSHOT -> snapshot(session, progression, message.getSnapshot());
        case DELTA -> delta(session, progression, message.getDelta());
        case STATUS_ACK -> session.acknowledged(message.getStatusAck());
        case COMMAND -> command(progression, message.getCommand());
        case MESSAGE_NOT_SET ->
            log.debug("Feed {}: a message of a kind that is not known here", config.name());
      }
    } catch (RuntimeException defect) {
      log.error("Feed {}: a defect met a {}", config.name(), message.getMessageCase(), defect);
      session.finish(new SessionEnd.ByUs("a defect of this agent; its log has it"));
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing off the wire while the loop has enough to do. The peer lives all the same. */
  private void awaitInboxRoom(Session session) {
    while (inbox.size() > INBOX_ROOM && session.isOpen()) {
      session.heard();
      LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
    }
  }

  private void welcome(Session session, Progression progression, Welcome welcome) {
    Optional<Duration> lease = lease(welcome);
    if (progression.welcomed || lease.isEmpty()) {
      session.finish(
          new SessionEnd.ByUs(
              progression.welcomed
                  ? "a second welcome (expected: one on each stream)"
                  : "lease_duration: "
                      + welcome.getLeaseDuration().getSeconds()
                      + " s (expected: a length of time)"));
      return;
    }
    progression.welcomed = true;
    link = FeedView.Link.CONNECTED;
    problem = "";
    switch (guard().welcome(welcome.getStoreId())) {
      case Verdict.Accept _ -> {}
      case Verdict.Refuse(String reason) -> refuse(progression, welcome.getStoreId(), reason);
      case Verdict.AskSnapshot(String reason) -> session.requestSnapshot(reason);
    }
    tellView();
    onWelcome.welcomed(session, lease.get());
  }

  private static Optional<Duration> lease(Welcome welcome) {
    try {
      return Optional.of(Heartbeat.lease(Times.read(welcome.getLeaseDuration())));
    } catch (ArithmeticException beyondAll) {
      return Optional.empty();
    }
  }

  private void snapshot(Session session, Progression progression, Snapshot message) {
    telemetry.feedOffered(config.name(), message.getRevision());
    if (progression.refused) {
      return;
    }
    switch (guard().snapshot(message.getStoreId(), message.getRevision())) {
      case Verdict.Accept _ -> assemble(session, progression, message);
      case Verdict.Refuse(String reason) -> {
        refuse(progression, message.getStoreId(), reason);
        tellView();
      }
      case Verdict.AskSnapshot(String reason) -> ask(session, progression, reason);
    }
  }

  private void assemble(Session session, Progression progression, Snapshot message) {
    SnapshotAssembly assembly =
        progression.assembly.orElseGet(() -> new SnapshotAssembly(config.bounds(), message));
    progression.assembly = Optional.empty();
    switch (assembly.add(message)) {
      case Progress.More _ -> progression.assembly = Optional.of(assembly);
      case Progress.Complete(List<Workload> workloads) -> {
        progression.snapshotAsked = false;
        holdings.replace(workloads);
        use(message.getStoreId(), message.getRevision(), workloads);
      }
      case Progress.Mixed(String reason) -> ask(session, progression, reason);
      case Progress.TooLarge(String reason) -> session.finish(new SessionEnd.ByUs(reason));
    }
  }

  private void use(String storeId, long revision, List<Workload> workloads) {
    WorkloadReader.Reading reading = WorkloadReader.readAll(config.name(), workloads);
    note(List.of(), reading.unaddressable());
    inbox.post(
        new Message.FeedSnapshot(
            new FeedState(config.name(), storeId, revision, reading.desired())));
    hold(storeId, revision);
  }

  private void delta(Session session, Progression progression, Delta message) {
    telemetry.feedOffered(config.name(), message.getToRevision());
    if (progression.refused || progression.snapshotAsked) {
      return;
    }
    if (progression.assembly.isPresent()) {
      progression.assembly = Optional.empty();
      ask(session, progression, "delta within a snapshot (expected: the rest of the snapshot)");
      return;
    }
    switch (guard()
        .delta(message.getStoreId(), message.getFromRevision(), message.getToRevision())) {
      case Verdict.Accept _ ->
          holdings
              .change(message.getUpsertsList(), message.getRemovedUidsList())
              .ifPresentOrElse(
                  tooLarge -> session.finish(new SessionEnd.ByUs(tooLarge)), () -> use(message));
      case Verdict.Refuse(String reason) -> {
        refuse(progression, message.getStoreId(), reason);
        tellView();
      }
      case Verdict.AskSnapshot(String reason) -> ask(session, progression, reason);
    }
  }

  private void use(Delta message) {
    WorkloadReader.Reading reading =
        WorkloadReader.readAll(config.name(), message.getUpsertsList());
    note(unaddressable, reading.unaddressable());
    inbox.post(
        new Message.FeedDelta(
            config.name(),
            message.getStoreId(),
            message.getToRevision(),
            reading.desired(),
            Set.copyOf(message.getRemovedUidsList())));
    hold(message.getStoreId(), message.getToRevision());
  }

  private void hold(String storeId, long revision) {
    held = new Held(storeId, revision);
    accepted = Optional.empty();
    refusal = Optional.empty();
    tellView();
  }

  /** Those that are known already stay noted until the next snapshot: a delta says what is new. */
  private void note(List<String> known, List<String> found) {
    if (!found.isEmpty() && !found.equals(unaddressable)) {
      log.warn(
          "Feed {}: workloads without a usable uid are not run: {}", config.name(), some(found));
    }
    unaddressable =
        Stream.concat(known.stream(), found.stream()).limit(NOTED_UNADDRESSABLE).toList();
  }

  private static String some(List<String> sentences) {
    String all = sentences.stream().limit(SHOWN_UNADDRESSABLE).collect(Collectors.joining("; "));
    int more = sentences.size() - SHOWN_UNADDRESSABLE;
    return more > 0 ? all + "; and " + more + " more" : all;
  }

  private void ask(Session session, Progression progression, String reason) {
    log.warn("Feed {}: asks for a snapshot: {}", config.name(), reason);
    progression.snapshotAsked = true;
    session.requestSnapshot(reason);
  }

  private void refuse(Progression progression, String storeId, String reason) {
    progression.refused = true;
    progression.assembly = Optional.empty();
    String shown = FeedGuard.shown(storeId);
    Refusal now = new Refusal(shown, reason);
    if (refusal.filter(now::equals).isEmpty()) {
      log.error(
          "Feed {} is refused: {} The node keeps running what it has. If this is on purpose, accept"
              + " store {} on this node",
          config.name(),
          reason,
          shown);
    }
    refusal = Optional.of(now);
  }

  private void command(Progression progression, Command command) {
    if (progression.refused) {
      log.warn(
          "Feed {}: command {} of a store that is refused is not done",
          config.name(),
          command.getId());
      return;
    }
    if (command.getId().length() > MAX_COMMAND_ID_CHARS) {
      log.warn(
          "Feed {}: a command whose id has {} characters is not done (expected: at most {})",
          config.name(),
          command.getId().length(),
          MAX_COMMAND_ID_CHARS);
      return;
    }
    if (!commands.add(command.getId())) {
      return;
    }
    if (commands.size() > REMEMBERED_COMMANDS) {
      commands.remove(commands.iterator().next());
    }
    switch (command.getCommandCase()) {
      case DRAIN -> inbox.post(new Message.Drain(reason(command)));
      case RESUME -> inbox.post(new Message.Resume());
      case COMMAND_NOT_SET ->
          log.warn(
              "Feed {}: command {} is of a kind that this agent does not know, and is not done",
              config.name(),
              command.getId());
    }
  }

  private static String reason(Command command) {
    String reason = command.getDrain().getReason();
    return reason.length() <= MAX_REASON_CHARS
        ? reason
        : reason.substring(0, MAX_REASON_CHARS) + "...";
  }

  private FeedGuard guard() {
    return new FeedGuard(held, accepted);
  }

  /** Tells the loop how the feed is, when that has changed. */
  private void tellView() {
    FeedView view =
        new FeedView(
            config.name(),
            config.channel().endpoint().toString(),
            link,
            message(),
            held.storeId(),
            held.revision(),
            refusal.map(Refusal::storeId));
    if (told.filter(view::equals).isEmpty()) {
      told = Optional.of(view);
      inbox.post(new Message.FeedChanged(view));
    }
  }

  private String message() {
    String refused = refusal.map(r -> r.reason() + " It is refused. ").orElse("");
    String unread =
        unaddressable.isEmpty()
            ? ""
            : "Workloads without a usable uid are not run: " + some(unaddressable) + ". ";
    return (refused + unread + problem).strip();
  }
}
