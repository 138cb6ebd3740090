package dev.tallyman.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tallyman.runtime.PortBinding.Protocol;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values out of bounds are refused, with the field, the value and what was expected. */
class BoundsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 80, 65535})
  void aContainerPortIsFrom1To65535(int port) {
    assertThat(new PortBinding(port, 0, "", Protocol.TCP).containerPort()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536})
  void anotherContainerPortIsRefused(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortBinding(port, 80, "", Protocol.TCP))
        .withMessage("containerPort: " + port + " (expected: 1 to 65535)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535})
  void aHostPortIsFrom0To65535(int port) {
    assertThat(new PortBinding(80, port, "", Protocol.UDP).hostPort()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void anotherHostPortIsRefused(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortBinding(80, port, "", Protocol.UDP))
        .withMessage("hostPort: " + port + " (expected: 0 to 65535)");
  }

  @Test
  void noBoundIsNegative() {
    assertThat(Limits.NONE).isEqualTo(new Limits(0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(-1, 0, 0))
        .withMessage("cpuMillis: -1 (expected: 0 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(0, -1, 0))
        .withMessage("memoryBytes: -1 (expected: 0 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(0, 0, Long.MIN_VALUE))
        .withMessage("pids: " + Long.MIN_VALUE + " (expected: 0 or more)");
  }

  @Test
  void everyDeadlineIsMoreThanZero() {
    Duration second = Duration.ofSeconds(1);
    assertThat(Deadlines.DEFAULT.probe()).isEqualTo(Duration.ofSeconds(2));
    assertRefused("probe", () -> new Deadlines(Duration.ZERO, second, second, second));
    assertRefused("read", () -> new Deadlines(second, Duration.ZERO, second, second));
    assertRefused("change", () -> new Deadlines(second, second, Duration.ZERO, second));
    assertRefused("pullStall", () -> new Deadlines(second, second, second, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Deadlines(second.negated(), second, second, second));
  }

  @Test
  @SuppressWarnings("NullAway") // that null is refused at run time is what is tested
  void nullIsRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> new PortBinding(80, 0, null, Protocol.TCP))
        .withMessage("hostIp");
    assertThatNullPointerException()
        .isThrownBy(() -> new InstanceState.Running(null))
        .withMessage("startedAt");
  }

  private static void assertRefused(String field, Runnable construction) {
    assertThatIllegalArgumentException()
        .isThrownBy(construction::run)
        .withMessage(field + ": PT0S (expected: more than zero)");
  }
}
