package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.PortBinding.Protocol;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ports of the host. */
interface PortsContract extends ContractPart {

  /** The host's address that the tests listen on. */
  String LOOPBACK = "127.0.0.1";

  @Test
  default void aFixedPortIsPublishedAndReportedOrRefused() {
    PortBinding port = new PortBinding(80, freePort(), LOOPBACK, Protocol.TCP);
    InstanceSpec spec = publishing(port);
    if (!canPublish()) {
      assertThatThrownBy(() -> run().runtime().launch(spec))
          .isInstanceOf(RuntimeFailure.Unsupported.class)
          .hasMessageContaining(Capability.PORTS.word());
      run().assertNothingOf(spec.uid());
      return;
    }

    Instance launched = run().runtime().launch(spec);

    assertThat(launched.ports()).containsExactly(port);
    assertThat(run().runtime().find(spec.uid())).contains(launched);
    assertThat(run().runtime().list()).containsExactly(launched);
  }

  @Test
  default void thePortThatTheEngineChoseIsReported() {
    assumePorts();
    InstanceSpec spec = publishing(new PortBinding(80, 0, LOOPBACK, Protocol.TCP));

    PortBinding bound = onlyPort(run().runtime().launch(spec));

    assertThat(bound.containerPort()).isEqualTo(80);
    assertThat(bound.hostPort()).isPositive();
    assertThat(bound.hostIp()).isEqualTo(LOOPBACK);
    assertThat(bound.protocol()).isEqualTo(Protocol.TCP);
    assertThat(onlyPort(run().runtime().find(spec.uid()).orElseThrow())).isEqualTo(bound);
  }

  @Test
  default void severalPortsArePublishedAtOnce() {
    assumePorts();
    List<PortBinding> ports =
        List.of(
            new PortBinding(80, freePort(), LOOPBACK, Protocol.TCP),
            new PortBinding(53, freePort(), LOOPBACK, Protocol.UDP));
    SpecBuilder builder = run().spec(new Program.RunsForever());
    ports.forEach(builder::port);

    assertThat(run().runtime().launch(builder.build()).ports())
        .containsExactlyInAnyOrderElementsOf(ports);
  }

  @Test
  default void aPortInUseIsAConflictAndNothingIsLeft() {
    assumePorts();
    PortBinding port = new PortBinding(80, freePort(), LOOPBACK, Protocol.TCP);
    Instance holder = run().runtime().launch(publishing(port));
    InstanceSpec second = publishing(port);

    assertPortConflict(second, port);
    run().assertNothingOf(second.uid());
    assertThat(run().runtime().find(holder.uid())).contains(holder);

    run().runtime().remove(holder.uid());
    assertRunning(run().runtime().launch(second));
  }

  @Test
  default void anEndedInstanceGivesItsPortBack() {
    assumePorts();
    PortBinding port = new PortBinding(80, freePort(), LOOPBACK, Protocol.TCP);
    InstanceSpec first = publishing(port);
    var _ = run().runtime().launch(first);

    Instance stopped = run().runtime().stop(first.uid(), Duration.ZERO).orElseThrow();
    assertThat(stopped.ports()).isEmpty();

    var _ = run().runtime().launch(publishing(port));
    assertThatThrownBy(() -> run().runtime().start(first.uid()))
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo(Conflict.Subject.PORT));
  }

  private void assertPortConflict(InstanceSpec spec, PortBinding port) {
    assertThatThrownBy(() -> run().runtime().launch(spec))
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> {
          assertThat(conflict.subject()).isEqualTo(Conflict.Subject.PORT);
          assertThat(conflict).hasMessageContaining(String.valueOf(port.hostPort()));
        });
  }

  private InstanceSpec publishing(PortBinding port) {
    return run().spec(new Program.RunsForever()).port(port).build();
  }

  private boolean canPublish() {
    return run().runtime().info().capabilities().contains(Capability.PORTS);
  }

  private void assumePorts() {
    assumeTrue(canPublish(), "this engine publishes no ports");
  }

  private static PortBinding onlyPort(Instance instance) {
    assertThat(instance.ports()).hasSize(1);
    return instance.ports().getFirst();
  }

  /** A port that nobody listened on a moment ago. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
