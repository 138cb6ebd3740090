package dev.tallyman.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.FeedView.Link;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTest {

  private final TestLoop loop = new TestLoop();

  private String summary() {
    return Summary.of(loop.statuses.all(), loop.node.now());
  }

  private void feed(Link link, Optional<String> refused) {
    loop.turn(
        new Message.FeedChanged(
            new FeedView("control-plane", "unix:/x", link, "", "store-1", 1, refused)));
  }

  @Test
  void whatIsInTroubleIsCountedAndTheFirstIsNamed() {
    loop.runtimeUp();
    loop.want(TestLoop.refused("u2", "x"), TestLoop.refused("u1", "x"));
    assertThat(summary())
        .isEqualTo("2 workloads wanted, 0 running, 2 in trouble (default/name-u1: InvalidSpec, …)");
  }

  @Test
  void feedsAndRuntimesThatDoNotAnswerAreNamed() {
    assertThat(summary()).endsWith("; no container engine found");
    loop.turn(new Message.RuntimeDown("docker", "connection refused"));
    feed(Link.DISCONNECTED, Optional.empty());
    assertThat(summary())
        .isEqualTo(
            "0 workloads wanted, 0 running, 0 in trouble; feed control-plane is not connected;"
                + " runtime docker does not answer");
    feed(Link.CONNECTED, Optional.of("store-2"));
    assertThat(summary()).contains("; feed control-plane is refused;");
    feed(Link.CONNECTED, Optional.empty());
    loop.runtimeUp();
    assertThat(summary()).isEqualTo("0 workloads wanted, 0 running, 0 in trouble");
  }
}
