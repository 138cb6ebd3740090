package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A mistake that a runtime can make. Most were seen at some engine or client.
 *
 * @param name what is wrong
 * @param breaking makes a broken runtime of a sound one
 * @param findings names of the tests that must fail because of it
 */
record Defect(String name, Function<Sound, ContainerRuntime> breaking, List<String> findings) {

  Defect(String name, Function<Sound, ContainerRuntime> breaking, String... findings) {
    this(name, breaking, List.of(findings));
  }

  static Stream<Defect> all() {
    return Stream.of(
            LaunchDefects.all(),
            SpecDefects.all(),
            LifeDefects.all(),
            ViewDefects.all(),
            OutageDefects.all(),
            AssetDefects.all(),
            InsideDefects.all(),
            ImageDefects.all())
        .flatMap(defects -> defects);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A runtime without the defect, and what surrounds it. */
  record Sound(InMemoryRuntime runtime, InMemoryFixture fixture, String node) {
    InMemoryEngine engine() {
      return fixture.engine();
    }
  }

  /** A launch that may use a sound runtime. */
  interface Launch {
    Instance launch(ContainerRuntime runtime, InstanceSpec spec);
  }

  /** A stop that may use a sound runtime. */
  interface Stop {
    Optional<Instance> stop(ContainerRuntime runtime, String uid, Duration grace);
  }

  static ContainerRuntime launching(Sound sound, Launch launch) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public Instance launch(InstanceSpec spec) {
        return launch.launch(sound.runtime(), spec);
      }
    };
  }

  static ContainerRuntime stopping(Sound sound, Stop stop) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public Optional<Instance> stop(String uid, Duration grace) {
        return stop.stop(sound.runtime(), uid, grace);
      }
    };
  }

  static ContainerRuntime rewriting(
      Sound sound, BiFunction<SpecBuilder, InstanceSpec, SpecBuilder> change) {
    return launching(
        sound,
        (runtime, spec) -> runtime.launch(change.apply(SpecBuilder.like(spec), spec).build()));
  }

  static ContainerRuntime showing(Sound sound, UnaryOperator<Instance> show) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public Instance launch(InstanceSpec spec) {
        return show.apply(super.launch(spec));
      }

      @Override
      public Optional<Instance> find(String uid) {
        return super.find(uid).map(show);
      }

      @Override
      public List<Instance> list() {
        return super.list().stream().map(show).toList();
      }
    };
  }

  static ContainerRuntime listening(Sound sound, UnaryOperator<RuntimeListener> wrap) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public Subscription watch(RuntimeListener listener) {
        return super.watch(wrap.apply(listener));
      }
    };
  }

  static RuntimeListener onChange(RuntimeListener listener, Consumer<String> told) {
    return new RuntimeListener() {
      @Override
      public void onChange(String uid) {
        told.accept(uid);
      }

      @Override
      public void onLost(RuntimeFailure cause) {
        listener.onLost(cause);
      }
    };
  }

  static RuntimeListener onLost(RuntimeListener listener, Consumer<RuntimeFailure> told) {
    return new RuntimeListener() {
      @Override
      public void onChange(String uid) {
        listener.onChange(uid);
      }

      @Override
      public void onStart(String uid) {
        listener.onStart(uid);
      }

      @Override
      public void onLost(RuntimeFailure cause) {
        told.accept(cause);
      }
    };
  }

  static Instance changed(Instance instance, InstanceState state, List<PortBinding> ports) {
    return new Instance(
        instance.uid(),
        instance.stack(),
        instance.workload(),
        instance.specHash(),
        instance.id(),
        instance.name(),
        instance.image(),
        state,
        ports,
        instance.addresses(),
        instance.feed(),
        instance.dependencies());
  }
}
