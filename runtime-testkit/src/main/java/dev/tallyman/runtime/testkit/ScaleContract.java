package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many instances at once. */
interface ScaleContract extends ContractPart {

  /** How many instances a runtime is to cope with. */
  int MANY = 200;

  /** Starts at once; engines gain nothing from more. */
  int AT_ONCE = 4;

  @Test
  default void manyInstancesAreLaunchedListedAndRemoved() {
    RuntimeFixture.Capacity capacity = run().fixture().capacity();
    int count = Math.min(MANY, capacity.instances());
    List<InstanceSpec> specs =
        IntStream.range(0, count).mapToObj(i -> run().runsForever()).toList();

    var _ = inParallel(specs, spec -> run().runtime().launch(spec));

    List<Instance> listed = run().runtime().list();
    assertThat(listed)
        .extracting(Instance::uid)
        .containsExactlyInAnyOrderElementsOf(specs.stream().map(InstanceSpec::uid).toList());
    assertThat(listed).allSatisfy(ContractRun::assertRunning);
    assertThat(listed).extracting(Instance::name).doesNotHaveDuplicates();

    var _ =
        inParallel(
            specs,
            spec -> {
              run().runtime().remove(spec.uid());
              return spec.uid();
            });
    assertThat(run().runtime().list()).isEmpty();
    if (count < MANY) {
      abort("passed with " + count + " instances instead of " + MANY + ": " + capacity.reason());
    }
  }

  /** Something that is done with a spec. */
  interface Deed<T> {
    T with(InstanceSpec spec);
  }

  private static <T> List<T> inParallel(List<InstanceSpec> specs, Deed<T> deed) {
    Semaphore permits = new Semaphore(AT_ONCE);
    List<Callable<T>> calls = new ArrayList<>();
    for (InstanceSpec spec : specs) {
      calls.add(() -> {
        permits.acquire();
        try {
          return deed.with(spec);
        } finally {
          permits.release();
        }
      });
    }
    return ContractRun.allAtOnce(calls);
  }
}
