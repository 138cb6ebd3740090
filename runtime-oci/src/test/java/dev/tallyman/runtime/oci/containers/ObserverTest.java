package dev.tallyman.runtime.oci.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.oci.containers.ContainerReply.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ObserverTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final Observer observer = new Observer(now::get, Duration.ofSeconds(60));

  @Test
  void whatIsOnItsWayForLongIsBroken() {
    assertThat(look("stopping")).isInstanceOf(InstanceState.Running.class);
    pass(70);
    assertThat(look("stopping")).isInstanceOf(InstanceState.Running.class);
    pass(1);
    assertThat(look("stopping")).isInstanceOf(InstanceState.Broken.class);
  }

  @Test
  void theTimeBeginsAnewWhenItWasSomethingElseBetween() {
    var first = look("stopping");
    pass(69);
    assertThat(look("running")).isEqualTo(first);
    var second = look("stopping");
    pass(69);
    assertThat(look("stopping")).isEqualTo(second);
  }

  @Test
  void aStopOfOursMayTakeAsLongAsItsGracePeriod() {
    observer.stopBegins("id");
    assertThat(look("stopping")).isInstanceOf(InstanceState.Running.class);
    pass(3000);
    assertThat(look("stopping")).isInstanceOf(InstanceState.Running.class);
    observer.stopEnds("id");
    assertThat(look("stopping")).isInstanceOf(InstanceState.Running.class);
    pass(71);
    assertThat(look("stopping")).isInstanceOf(InstanceState.Broken.class);
  }

  @Test
  void whatIsStillOnItsWayAfterAStopIsBrokenAtOnce() {
    assertThat(observer.readAfterStop(reply("stopping")).state())
        .isInstanceOf(InstanceState.Broken.class);
    assertThat(observer.readAfterStop(reply("running")).state())
        .isInstanceOf(InstanceState.Running.class);
  }

  private InstanceState look(String word) {
    return observer.read(reply(word)).state();
  }

  private void pass(long seconds) {
    now.updateAndGet(before -> before.plusSeconds(seconds));
  }

  private static ContainerReply reply(String word) {
    return new ContainerReply(
        "id",
        "name",
        "image",
        "n",
        "u",
        "s",
        "w",
        "h",
        "",
        ContainerReply.Place.UNKNOWN,
        Duration.ofSeconds(10),
        new Status(
            word,
            true,
            false,
            OptionalLong.of(0),
            "",
            Optional.of(Instant.parse("2026-11-22T11:00:00Z")),
            Optional.empty()),
        List.of(),
        Optional.empty(),
        List.of());
  }
}
