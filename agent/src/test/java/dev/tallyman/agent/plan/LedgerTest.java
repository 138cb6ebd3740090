package dev.tallyman.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Limits;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger(2000, 1 << 20);

  @Test
  void admitsUpToTheLastMilliAndNotOneMore() {
    assertThat(ledger.admit("a", new Limits(1999, 0, 0))).isEmpty();
    assertThat(ledger.admit("b", new Limits(1, 0, 0))).isEmpty();
    assertThat(ledger.admit("c", new Limits(1, 0, 0)))
        .get()
        .satisfies(refused -> {
          assertThat(refused.reason()).isEqualTo("InsufficientCpu");
          assertThat(Ledger.isShortage(refused.reason())).isTrue();
          assertThat(refused.message()).contains("1m", "at most 0m", "2000m");
        });
  }

  @Test
  void refusesMemoryThatIsNotThere() {
    assertThat(ledger.admit("a", new Limits(0, (1 << 20) + 1, 0)))
        .get()
        .satisfies(refused -> assertThat(refused.reason()).isEqualTo("InsufficientMemory"));
    assertThat(ledger.memoryBytesHeld()).isZero();
  }

  @Test
  void whatAsksForNothingAlwaysFits() {
    ledger.occupy("a", new Limits(9000, 1 << 30, 0));

    assertThat(ledger.admit("b", Limits.NONE)).isEmpty();
  }

  @Test
  void aSecondAdmissionReplacesTheFirst() {
    assertThat(ledger.admit("a", new Limits(1500, 0, 0))).isEmpty();
    assertThat(ledger.admit("a", new Limits(2000, 0, 0))).isEmpty();
    assertThat(ledger.cpuMillisHeld()).isEqualTo(2000);
  }

  @Test
  void aRefusedGrowthKeepsWhatWasHeld() {
    assertThat(ledger.admit("a", new Limits(1500, 0, 0))).isEmpty();
    assertThat(ledger.admit("a", new Limits(2001, 0, 0))).isPresent();
    assertThat(ledger.cpuMillisHeld()).isEqualTo(1500);
  }

  @Test
  void whatRunsAlreadyMayHoldMoreThanThereIsAndMayShrink() {
    ledger.occupy("a", new Limits(3000, 0, 0));

    assertThat(ledger.admit("a", new Limits(2500, 0, 0))).isEmpty();
    assertThat(ledger.admit("b", new Limits(1, 0, 0))).isPresent();
  }

  @Test
  void givesBackOnce() {
    assertThat(ledger.admit("a", new Limits(1, 1, 0))).isEmpty();

    assertThat(ledger.release("a")).isTrue();
    assertThat(ledger.release("a")).isFalse();
    assertThat(ledger.cpuMillisHeld()).isZero();
    assertThat(ledger.memoryBytesHeld()).isZero();
  }
}
