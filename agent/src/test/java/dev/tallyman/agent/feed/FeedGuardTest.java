package dev.tallyman.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.feed.FeedGuard.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedGuardTest {

  private static final FeedGuard HOLDS_S1_AT_7 = new FeedGuard(new Held("s1", 7), Optional.empty());
  private static final FeedGuard HOLDS_NOTHING = new FeedGuard(Held.NOTHING, Optional.empty());

  @Test
  void whoHoldsNothingBelievesAnyStore() {
    assertThat(HOLDS_NOTHING.welcome("s9")).isEqualTo(new Verdict.Accept());
    assertThat(HOLDS_NOTHING.snapshot("s9", 0)).isEqualTo(new Verdict.Accept());
  }

  @Test
  void aStoreWithoutIdentityIsNotBelieved() {
    assertThat(HOLDS_NOTHING.welcome("")).isInstanceOf(Verdict.Refuse.class);
    assertThat(HOLDS_NOTHING.snapshot("", 3)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void theSameStoreMayGoOnAndMayRepeatItself() {
    assertThat(HOLDS_S1_AT_7.welcome("s1")).isEqualTo(new Verdict.Accept());
    assertThat(HOLDS_S1_AT_7.snapshot("s1", 7)).isEqualTo(new Verdict.Accept());
    assertThat(HOLDS_S1_AT_7.snapshot("s1", 8)).isEqualTo(new Verdict.Accept());
  }

  @Test
  void anotherStoreIsRefused() {
    assertThat(HOLDS_S1_AT_7.welcome("s2"))
        .isEqualTo(
            new Verdict.Refuse(
                "The control plane has another store, s2 (expected: s1, whose revision 7 is"
                    + " held)."));
    assertThat(HOLDS_S1_AT_7.snapshot("s2", 100)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aStoreThatWentBackIsRefused() {
    assertThat(HOLDS_S1_AT_7.snapshot("s1", 6))
        .isEqualTo(
            new Verdict.Refuse(
                "The control plane's store s1 went back from revision 7 to 6: it lost data."));
  }

  @Test
  void aRevisionBeyondAllIsRefused() {
    assertThat(HOLDS_NOTHING.snapshot("s1", -1))
        .isEqualTo(new Verdict.Refuse("Its revision is 18446744073709551615, beyond what can be."));
  }

  @Test
  void anOperatorsWordMakesAStoreBelievedWhateverItsRevision() {
    FeedGuard toldS2 = new FeedGuard(new Held("s1", 7), Optional.of("s2"));
    assertThat(toldS2.welcome("s2")).isEqualTo(new Verdict.Accept());
    assertThat(toldS2.snapshot("s2", 1)).isEqualTo(new Verdict.Accept());
    FeedGuard toldS1 = new FeedGuard(new Held("s1", 7), Optional.of("s1"));
    assertThat(toldS1.snapshot("s1", 2)).isEqualTo(new Verdict.Accept());
  }

  @Test
  void anOperatorsWordIsAboutOneStoreOnly() {
    FeedGuard toldS2 = new FeedGuard(new Held("s1", 7), Optional.of("s2"));
    assertThat(toldS2.welcome("s3")).isInstanceOf(Verdict.Refuse.class);
    assertThat(toldS2.snapshot("s1", 6)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aDeltaMustFitOnWhatIsHeld() {
    assertThat(HOLDS_S1_AT_7.delta("s1", 7, 9)).isEqualTo(new Verdict.Accept());
    assertThat(HOLDS_S1_AT_7.delta("s1", 7, 7)).isEqualTo(new Verdict.Accept());
    assertThat(HOLDS_S1_AT_7.delta("s1", 8, 9))
        .isEqualTo(
            new Verdict.AskSnapshot(
                "delta from revision 8 of store s1 (expected: from revision 7 of store s1)"));
    assertThat(HOLDS_S1_AT_7.delta("s2", 7, 9)).isInstanceOf(Verdict.AskSnapshot.class);
    assertThat(HOLDS_NOTHING.delta("s1", 0, 1)).isInstanceOf(Verdict.AskSnapshot.class);
    assertThat(HOLDS_S1_AT_7.delta("s1", 7, 6))
        .isEqualTo(
            new Verdict.AskSnapshot(
                "delta to revision 6 (expected: not below 7, where it begins)"));
  }
}
