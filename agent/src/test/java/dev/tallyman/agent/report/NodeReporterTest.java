package dev.tallyman.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.report.Lines.TestLine;
import dev.tallyman.proto.v1.ConditionStatus;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeReporterTest {

  private final TestLoop loop = new TestLoop();
  private final Lines lines = new Lines();
  private final NodeReporter reporter = NodeReporter.start(loop.node, lines);

  @AfterEach
  void stop() {
    reporter.close();
  }

  @Test
  void conditionsAndRuntimesAreReportedOnANewLineAndWhenTheyChange() {
    loop.runtimeUp();
    TestLine line = lines.open();
    await().until(() -> line.states.size() == 1);
    assertThat(line.states.getFirst().getRuntimes(0).getReachable()).isTrue();
    assertThat(line.states.getFirst().getConditionsList())
        .filteredOn(condition -> condition.getType().equals("RuntimeReachable"))
        .allMatch(condition -> condition.getStatus() == ConditionStatus.CONDITION_STATUS_TRUE);

    loop.turn(new Message.RuntimeDown(TestLoop.RUNTIME, "Connection refused."));

    await().until(() -> line.states.size() == 2);
    assertThat(line.states.get(1).getRuntimes(0).getReachable()).isFalse();
    assertThat(line.states.get(1).getRuntimes(0).getMessage()).isEqualTo("Connection refused.");
    line.end();
    TestLine next = lines.open();
    await().until(() -> next.states.size() == 1);
    assertThat(next.states).containsExactly(line.states.get(1));
  }

  @Test
  void whatIsNotPartOfItDoesNotMakeItRepeatItself() {
    loop.runtimeUp();
    loop.want();
    loop.turn(feed(1));
    TestLine line = lines.open();
    await().until(() -> line.states.size() == 1);

    for (int revision = 2; revision < 20; revision++) {
      loop.turn(feed(revision));
    }
    loop.turn(new Message.Drain("maintenance"));

    await().until(() -> line.states.size() == 2);
    assertThat(line.states.get(1).getConditionsList())
        .anyMatch(condition -> condition.getReason().equals("Drained"));
  }

  private static Message feed(long revision) {
    return new Message.FeedChanged(
        new FeedView(
            TestLoop.FEED,
            "unix:/x",
            FeedView.Link.CONNECTED,
            "",
            "s1",
            revision,
            Optional.empty()));
  }
}
