package dev.tallyman.cli;

import dev.tallyman.cli.client.Connection;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.AcceptFeedRequest;
import dev.tallyman.proto.v1.FeedView;
import dev.tallyman.proto.v1.GetNodeRequest;
import dev.tallyman.proto.v1.NodeGrpc.NodeBlockingStub;
import dev.tallyman.proto.v1.NodeGrpc.NodeStub;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman feed}: the word before accept. */
@Command(name = "feed", description = "Decide about the sources of desired state.")
final class FeedCommand implements Runnable {

  private FeedCommand() {}

  static CommandLine commandLine(Host host) {
    return new CommandLine(new FeedCommand()).addSubcommand(new Accept(host));
  }

  @Override
  public void run() {
    throw CommandFailure.usage("feed what? (expected: accept)");
  }

  /** {@code tallyman feed accept}. */
  @Command(
      name = "accept",
      description = {
        "Say that a feed which lost or changed its store is to be believed. Workloads that it does"
            + " not name any more are then removed from this host.",
        "Without --store it is the store that the feed offers now; describe node shows it."
      })
  static final class Accept implements Callable<Integer> {

    private final Host host;

    @Mixin private NodeOptions nodeSocket = new NodeOptions();

    @Parameters(
        arity = "0..1",
        paramLabel = "FEED",
        description = "Name of the feed. Default: control-plane.")
    private String feed = "control-plane";

    @Option(
        names = "--store",
        paramLabel = "ID",
        description = "Believe this store only; refuse when the feed offers another one by now.")
    private Optional<String> store = Optional.empty();

    Accept(Host host) {
      this.host = host;
    }

    @Override
    public Integer call() {
      try (Connection<NodeBlockingStub, NodeStub> agent = nodeSocket.connect(host)) {
        String offered = offered(agent);
        if (store.isPresent() && !store.get().equals(offered)) {
          throw CommandFailure.failed(
              "--store: %s (expected: %s, which the feed %s offers now)"
                  .formatted(store.get(), offered, feed));
        }
        var _ =
            agent.call(stub ->
                stub.acceptFeed(
                    AcceptFeedRequest.newBuilder().setFeed(feed).setStoreId(offered).build()));
        host.out().line("feed " + feed + ": store " + offered + " is believed from now on");
      }
      return ExitCodes.OK;
    }

    private String offered(Connection<NodeBlockingStub, NodeStub> agent) {
      List<FeedView> feeds =
          agent.call(stub -> stub.getNode(GetNodeRequest.getDefaultInstance())).getFeedsList();
      FeedView found =
          feeds.stream()
              .filter(view -> view.getName().equals(feed))
              .findFirst()
              .orElseThrow(() ->
                  CommandFailure.failed(
                      "feed: %s (expected: one of %s)"
                          .formatted(
                              feed,
                              String.join(", ", feeds.stream().map(FeedView::getName).toList()))));
      if (found.getRefusedStoreId().isEmpty()) {
        throw CommandFailure.failed("feed " + feed + ": nothing waits to be accepted");
      }
      return found.getRefusedStoreId();
    }
  }
}
