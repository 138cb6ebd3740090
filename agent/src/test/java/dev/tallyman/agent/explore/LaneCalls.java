package dev.tallyman.agent.explore;

import dev.tallyman.agent.explore.Lane.Answer;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A runtime as one lane meets it while it goes one request further. It is made of the same requests
 * as the runtimes of real engines. Requests that were answered before are answered the same; the
 * next one is done, struck by a fault perhaps; at the one after that the lane is left.
 */
final class LaneCalls implements ContainerRuntime {

  /** Leaves the lane in the middle. Passes by everything that handles what can go wrong. */
  static final class Left extends Error {
    private static final long serialVersionUID = 1L;

    private Left() {
      super("left", null, false, false);
    }
  }

  private static final int LAUNCH_ATTEMPTS = 5;

  private final World world;
  private final ModelEngine engine;
  private final Lane lane;
  private final Strike strike;
  private int next;
  private boolean moved;

  LaneCalls(World world, ModelEngine engine, Lane lane, Strike strike) {
    this.world = world;
    this.engine = engine;
    this.lane = lane;
    this.strike = strike;
  }

  /** Something that is asked of the engine. */
  interface Request {
    Optional<ModelContainer> perform();
  }

  private Optional<ModelContainer> ask(LateRequest.Kind kind, String subject, Request request) {
    if (next == lane.answers.size()) {
      if (moved) {
        throw new Left();
      }
      boolean isLast = kind == LateRequest.Kind.FIND && lane.hasFailed();
      // To look and to do something about it are one step, so that there are fewer states.
      boolean isFirst = kind == LateRequest.Kind.FIND && !isLast && engine.up;
      moved = !isFirst;
      lane.answers.add(
          isFirst ? new Answer.Done(request.perform()) : answer(kind, subject, request));
      if (!isLast) {
        lane.tick = world.tick();
      }
    }
    return switch (lane.answers.get(next++)) {
      case Answer.Done(Optional<ModelContainer> result) -> result;
      case Answer.Failed(RuntimeFailure failure) -> throw failure;
    };
  }

  private Answer answer(LateRequest.Kind kind, String subject, Request request) {
    if (!engine.up) {
      return new Answer.Failed(new RuntimeFailure.Unavailable("away", null));
    }
    world.note(() -> "  engine " + engine.name + ": " + kind + " " + subject + strike.words());
    return switch (strike) {
      case NONE -> new Answer.Done(request.perform());
      case CANCELLED_BEFORE -> new Answer.Failed(new RuntimeFailure.Cancelled("cancelled"));
      case CANCELLED_AFTER -> {
        var _ = request.perform();
        yield new Answer.Failed(new RuntimeFailure.Cancelled("cancelled"));
      }
      case LOST_BEFORE -> new Answer.Failed(new RuntimeFailure.TimedOut("no answer"));
      case LOST_AFTER -> {
        var _ = request.perform();
        yield new Answer.Failed(new RuntimeFailure.TimedOut("no answer"));
      }
      case REFUSED -> new Answer.Failed(new RuntimeFailure.Internal("refused", null));
      case LATE -> {
        // A process that begins once more because its start was late is beyond any agent.
        if (kind != LateRequest.Kind.START) {
          world.later(new LateRequest(engine.name, kind, subject, lane.action));
        }
        yield new Answer.Failed(new RuntimeFailure.TimedOut("no answer"));
      }
    };
  }

  @Override
  public Optional<Instance> find(String uid) {
    return found(uid).map(ModelContainer::seen);
  }

  private Optional<ModelContainer> found(String uid) {
    return ask(LateRequest.Kind.FIND, uid, () -> engine.byUid(uid));
  }

  @Override
  public Instance launch(InstanceSpec spec) {
    for (int attempt = 1; attempt <= LAUNCH_ATTEMPTS; attempt++) {
      Optional<ModelContainer> found = found(spec.uid());
      Optional<ModelContainer> launched =
          found.isPresent() ? takeOver(found.get(), spec) : make(spec);
      if (launched.isPresent()) {
        return launched.get().seen();
      }
    }
    throw new RuntimeFailure.Conflict(RuntimeFailure.Conflict.Subject.NAME, "name taken");
  }

  private Optional<ModelContainer> takeOver(ModelContainer found, InstanceSpec spec) {
    if (found.specHash().equals(ModelEngine.specHash(spec))) {
      return found.state() instanceof InstanceState.Created
          ? startMade(found.id())
          : Optional.of(found);
    }
    stopById(found.id());
    removeById(found.id());
    return Optional.empty();
  }

  private Optional<ModelContainer> make(InstanceSpec spec) {
    Optional<ModelContainer> made =
        ask(LateRequest.Kind.CREATE, spec.uid(), () -> world.create(engine, spec));
    return made.flatMap(container -> startMade(container.id()));
  }

  private Optional<ModelContainer> startMade(String id) {
    try {
      return Optional.of(startById(id));
    } catch (RuntimeFailure.InstanceNotFound _) {
      return Optional.empty();
    } catch (RuntimeFailure.Unavailable
        | RuntimeFailure.TimedOut
        | RuntimeFailure.Cancelled unknown) {
      throw unknown;
    } catch (RuntimeFailure failure) {
      try {
        removeById(id);
      } catch (RuntimeFailure leftBehind) {
        failure.addSuppressed(leftBehind);
      }
      throw failure;
    }
  }

  @Override
  public Instance start(String uid, List<HostFile> files) {
    ModelContainer found =
        found(uid).orElseThrow(() -> new RuntimeFailure.InstanceNotFound("no instance"));
    return startById(found.id()).seen();
  }

  private ModelContainer startById(String id) {
    return ask(LateRequest.Kind.START, id, () -> world.start(engine, id))
        .orElseThrow(() -> new RuntimeFailure.InstanceNotFound("no instance"));
  }

  @Override
  public Optional<Instance> stop(String uid, Duration grace) {
    return found(uid).flatMap(found -> stopById(found.id())).map(ModelContainer::seen);
  }

  private Optional<ModelContainer> stopById(String id) {
    return ask(LateRequest.Kind.STOP, id, () -> world.stop(engine, id));
  }

  @Override
  public void remove(String uid) {
    found(uid).ifPresent(found -> removeById(found.id()));
  }

  private void removeById(String id) {
    var _ = ask(LateRequest.Kind.REMOVE, id, () -> world.remove(engine, id));
  }

  @Override
  public String name() {
    return engine.name;
  }

  @Override
  public Images images() {
    return new Images() {
      @Override
      public boolean isPresent(String image) {
        return true;
      }

      @Override
      public void pull(String image, Consumer<PullProgress> progress) {}

      @Override
      public Optional<ImageHealthCheck> healthCheck(String image) {
        return Optional.empty();
      }
    };
  }

  @Override
  public RuntimeInfo info() {
    throw notForLanes();
  }

  @Override
  public void ping() {
    throw notForLanes();
  }

  @Override
  public List<Instance> list() {
    throw notForLanes();
  }

  @Override
  public Subscription watch(RuntimeListener listener) {
    throw notForLanes();
  }

  @Override
  public ExecResult exec(String uid, ExecRequest request) {
    throw notForLanes();
  }

  @Override
  public void logs(String uid, LogRequest request, LogSink sink) {
    throw notForLanes();
  }

  @Override
  public StackAssets assets() {
    throw notForLanes();
  }

  @Override
  public void close() {}

  private static AssertionError notForLanes() {
    return new AssertionError("no lane asks for this");
  }
}
