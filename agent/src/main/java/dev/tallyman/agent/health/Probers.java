package dev.tallyman.agent.health;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.runtime.ContainerRuntime;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Probes all runs on one thread, which never waits for anybody: connections are an event loop's,
 * and what blocks (commands, gRPC, questions to an engine) is done aside. Waking a thread costs
 * more than a probe, so there is one to wake, and many probes are due together ({@link Rhythm}).
 */
public final class Probers implements Prober, AutoCloseable {

  /** How long a closed event loop may take for what is left. */
  private static final long END_SECONDS = 5;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("probes", true), NioIoHandler.newFactory());

  private final EventLoop loop = group.next();
  private final Checks checks;
  private final ImageChecks images;
  private final Inbox inbox;
  private final InstantSource clock;
  private final Map<String, Probing> probings = new ConcurrentHashMap<>();

  /**
   * Probers of instances at these runtimes.
   *
   * @param inbox is told when the word of a probe changes
   */
  public Probers(
      Function<String, Optional<ContainerRuntime>> runtimes, Inbox inbox, InstantSource clock) {
    this.checks = new Checks(loop, runtimes);
    this.images = new ImageChecks(runtimes, clock);
    this.inbox = inbox;
    this.clock = clock;
  }

  @Override
  public void begin(Subject subject) {
    Probing probing =
        new Probing(
            loop,
            checks,
            images,
            clock,
            subject,
            health -> inbox.post(new Message.HealthChanged(subject.uid(), health)));
    Optional.ofNullable(probings.put(subject.uid(), probing)).ifPresent(Probing::end);
    probing.begin();
  }

  @Override
  public void end(String uid) {
    Optional.ofNullable(probings.remove(uid)).ifPresent(Probing::end);
  }

  /** Ends all probes. */
  @Override
  public void close() {
    probings.values().forEach(Probing::end);
    probings.clear();
    var _ = group.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
  }
}
