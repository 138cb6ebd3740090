package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.Defect.listening;
import static dev.tallyman.runtime.testkit.Defect.onChange;
import static dev.tallyman.runtime.testkit.Defect.onLost;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Defects of events, deadlines, interrupts and outages. */
final class OutageDefects {

  private OutageDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "tells of starts only",
            sound -> {
              return listening(
                  sound,
                  listener ->
                      onChange(
                          listener,
                          uid -> {
                            if (sound
                                .engine()
                                .peek(uid)
                                .filter(i -> !(i.state() instanceof InstanceState.Exited))
                                .isPresent()) {
                              listener.onChange(uid);
                            }
                          }));
            },
            "everyStepOfAnInstancesLifeIsTold",
            "anEndThatNobodyAskedForIsTold"),
        new Defect(
            "tells after the close",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Subscription watch(RuntimeListener listener) {
                  var _ = super.watch(listener);
                  return () -> {};
                }
              };
            },
            "nothingIsToldAfterTheSubscriptionWasClosed"),
        new Defect(
            "tells a loss twice",
            sound -> {
              return listening(
                  sound,
                  listener ->
                      onLost(
                          listener,
                          cause -> {
                            listener.onLost(cause);
                            listener.onLost(cause);
                          }));
            },
            "closingTheRuntimeEndsItsSubscriptionsOnce",
            "theLossOfTheEventStreamIsToldOnce"),
        new Defect(
            "keeps a loss to itself",
            sound -> {
              return listening(sound, listener -> onLost(listener, _ -> {}));
            },
            "theLossOfTheEventStreamIsToldOnce"),
        new Defect(
            "knows no deadline",
            sound -> {
              Duration long_ = Duration.ofSeconds(7);
              ContainerRuntime patient =
                  new InMemoryRuntime(
                      "memory",
                      sound.node(),
                      sound.engine(),
                      new Deadlines(long_, long_, long_, long_));
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public void ping() {
                  patient.ping();
                }
              };
            },
            "everyCallEndsWithItsDeadline"),
        new Defect(
            "swallows interrupts",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public List<Instance> list() {
                  try {
                    return super.list();
                  } finally {
                    var _ = Thread.interrupted();
                  }
                }
              };
            },
            "anInterruptEndsEveryCallAtOnce",
            "aThreadThatIsInterruptedAlreadyIsCancelled"),
        new Defect(
            "closes nothing",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public void close() {}
              };
            },
            "closingTheRuntimeEndsItsCalls",
            "closingARuntimeLeavesItsInstances"),
        new Defect(
            "stops its instances when closed",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                private boolean closed;

                @Override
                public void close() {
                  if (!closed) {
                    closed = true;
                    list().forEach(instance -> super.stop(instance.uid(), Duration.ZERO));
                    super.close();
                  }
                }
              };
            },
            "closingARuntimeLeavesItsInstances"),
        new Defect(
            "answers from memory",
            sound -> {
              Map<String, Instance> memory = new ConcurrentHashMap<>();

              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Instance launch(InstanceSpec spec) {
                  Instance instance = super.launch(spec);
                  memory.put(spec.uid(), instance);
                  return instance;
                }

                @Override
                public Optional<Instance> find(String uid) {
                  return Optional.ofNullable(memory.get(uid)).or(() -> super.find(uid));
                }
              };
            },
            "whileTheEngineIsAwayEveryCallIsUnavailable"),
        new Defect(
            "stays down once down",
            sound -> {
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public List<Instance> list() {
                  if (sound.engine().life() > 0) {
                    throw new RuntimeFailure.Unavailable("broken pipe", null);
                  }
                  return super.list();
                }
              };
            },
            "theSameRuntimeWorksWhenTheEngineHasReturned"),
        new Defect(
            "tells of other nodes",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Subscription watch(RuntimeListener listener) {
                    var _ =
                        new InMemoryRuntime(
                                "memory", sound.node() + "-2", sound.engine(), Deadlines.DEFAULT)
                            .watch(listener);
                    return super.watch(listener);
                  }
                },
            "otherNodesAreNotTalkedAbout"),
        new Defect(
            "tells its last subscriber only",
            sound -> {
              AtomicReference<Subscription> last = new AtomicReference<>(() -> {});
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Subscription watch(RuntimeListener listener) {
                  Subscription subscription = super.watch(listener);
                  last.getAndSet(subscription).close();
                  return subscription;
                }
              };
            },
            "everySubscriberIsTold"),
        new Defect(
            "tells of its own deeds only",
            sound -> {
              List<RuntimeListener> listeners = new CopyOnWriteArrayList<>();
              return new DelegatingRuntime(sound.runtime()) {
                @Override
                public Instance launch(InstanceSpec spec) {
                  Instance instance = super.launch(spec);
                  listeners.forEach(listener -> listener.onChange(spec.uid()));
                  return instance;
                }

                @Override
                public Subscription watch(RuntimeListener listener) {
                  listeners.add(listener);
                  return () -> listeners.remove(listener);
                }
              };
            },
            "aStrangersDeedsAreToldToo",
            "anEndThatNobodyAskedForIsTold"));
  }
}
