package dev.tallyman.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void percentilesLieBetweenTheSamplesWhateverTheirOrder() {
    Series series = Series.of("s", Unit.MILLISECONDS, 40, 10, 30, 20);

    assertThat(series.min()).isEqualTo(10);
    assertThat(series.median()).isEqualTo(25);
    assertThat(series.max()).isEqualTo(40);
    assertThat(series.percentile(99)).isBetween(39.0, 40.0);
  }

  @Test
  void ratiosComparePairsOfTheSameRound() {
    Series ours = Series.of("ours", Unit.MILLISECONDS, 11, 220);
    Series peer = Series.of("peer", Unit.MILLISECONDS, 10, 200);

    assertThat(ours.over(peer).samples()).containsExactly(1.1, 1.1);
  }

  @Test
  void withoutAsManyRoundsThePeersMedianStandsForEach() {
    Series ours = Series.of("ours", Unit.MILLISECONDS, 10, 20);
    Series peer = Series.of("peer", Unit.MILLISECONDS, 4, 5, 6);

    assertThat(ours.over(peer).samples()).containsExactly(2.0, 4.0);
  }

  @Test
  void aSeriesWithoutSamplesIsRefusedByName() {
    assertThatThrownBy(() -> new Series("nothing", Unit.COUNT, List.of()))
        .hasMessage("nothing: no samples (expected: at least one)");
  }

  @Test
  void aGoalForARatioIsJudgedByTheMedianRatioAndNotWithoutAPeer() {
    Goal goal = new Goal(Goal.Statistic.RATIO, 1.05);
    Series ours = Series.of("ours", Unit.MILLISECONDS, 10, 11, 20);
    Series peer = Series.of("peer", Unit.MILLISECONDS, 10, 10, 10);

    assertThat(Finding.beside("s", "", ours, peer, goal).keeps(goal)).contains(false);
    assertThat(Finding.beside("s", "", peer, ours, goal).keeps(goal)).contains(true);
    assertThat(Finding.alone("s", "", ours, goal).keeps(goal)).isEmpty();
  }

  @Test
  void nothingIsComparedWithNothing() {
    Finding finding =
        Finding.beside(
            "idle",
            "docker",
            Series.of("engine", Unit.PERCENT_OF_A_CORE, 0),
            Series.of("without", Unit.PERCENT_OF_A_CORE, 0),
            new Goal(Goal.Statistic.RATIO, 1));

    assertThat(finding.ratio()).isEmpty();
    assertThat(Table.lines(List.of(finding)).get(1)).endsWith("not known");
  }

  @Test
  void theTableSaysWhichGoalIsMissedAndByWhat() {
    List<String> lines =
        Table.lines(
            List.of(
                Finding.beside(
                    "converge",
                    "docker",
                    Series.of("tallyman", Unit.MILLISECONDS, 110, 120, 130),
                    Series.of("bare", Unit.MILLISECONDS, 100, 100, 100),
                    new Goal(Goal.Statistic.RATIO, 1.05))));

    assertThat(lines).hasSize(2);
    assertThat(lines.get(1))
        .contains("bare 100")
        .contains("1.20 (1.10-1.30)")
        .contains("ratio ≤ 1.05: MISSED (1.20)");
  }
}
