package dev.tallyman.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  @ParameterizedTest
  @CsvSource({"1,10", "2,20", "3,40", "4,80", "5,160", "6,300", "7,300", "2000000000,300"})
  void doublesFromTheFirstWaitToTheLongest(int failures, long seconds) {
    Duration delay = Backoff.DEFAULT.delay(failures, 42);

    assertThat(delay)
        .isBetween(
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(seconds).multipliedBy(11).dividedBy(10));
  }

  @Test
  void waitsDifferentTimesForDifferentWorkloadsAndTheSameTimeForTheSame() {
    assertThat(Backoff.DEFAULT.delay(3, 1)).isEqualTo(Backoff.DEFAULT.delay(3, 1));
    assertThat(Backoff.DEFAULT.delay(3, 1)).isNotEqualTo(Backoff.DEFAULT.delay(3, 2));
  }

  @Test
  void mayBeNoWaitAtAll() {
    Backoff none = new Backoff(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    assertThat(none.delay(9, 1)).isZero();
  }

  @Test
  void reachesItsLongestWaitFromAFirstWaitOfNothing() {
    Backoff odd = new Backoff(Duration.ZERO, Duration.ofSeconds(5), Duration.ZERO);

    assertThat(odd.delay(30, 1)).isZero();
  }

  @Test
  void refusesALongestWaitBelowTheFirst() {
    assertThatThrownBy(
            () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max")
        .hasMessageContaining("initial");
  }
}
