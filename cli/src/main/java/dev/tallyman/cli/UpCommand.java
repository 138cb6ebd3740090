package dev.tallyman.cli;

import dev.tallyman.cli.daemon.ForegroundAgent;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.process.Interrupts;
import dev.tallyman.cli.stack.NodeLink;
import dev.tallyman.cli.stack.ServiceChoice;
import dev.tallyman.cli.stack.StackEvents;
import dev.tallyman.cli.stack.UpSession;
import dev.tallyman.cli.stack.UpSession.After;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.translate.Stack;
import dev.tallyman.compose.translate.Stack.OnFailure;
import dev.tallyman.compose.translate.TranslateOptions;
import dev.tallyman.compose.translate.Translator;
import dev.tallyman.proto.v1.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tallyman up}. */
@Command(
    name = "up",
    description = {
      "Run the stack of Compose files on this host, and show how it comes up.",
      "Without -d it then shows what the stack writes, and takes it down on SIGINT or SIGTERM;"
          + " volumes stay. When no agent runs, it runs one for as long as that takes.",
      "Workloads that did not change are left alone; what the files do not name any more is"
          + " removed."
    })
final class UpCommand implements Callable<Integer> {

  private static final Duration GUESTS = Duration.ofMillis(500);

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Compose file, or - for standard input. May be repeated; later ones are merged over"
              + " earlier ones. Default: $COMPOSE_FILE, else compose.yaml and the like here or"
              + " above.")
  private List<String> files = List.of();

  @Option(
      names = {"-d", "--detach"},
      description = "End when all is up. The agent keeps the stack.")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Give up when not all is up after this time. Default: none.")
  private Optional<Duration> timeout = Optional.empty();

  @Option(
      names = "--keep",
      description =
          "When something does not come up, leave what was started. Default: what the file says, else with -d.")
  private boolean keep;

  @Option(
      names = "--roll-back",
      description =
          "When something does not come up, take down what this up started. Default: what the file says, else without -d.")
  private boolean rollBack;

  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE",
      description =
          "Only these services, with what they depend on. What runs already stays. Default: all.")
  private List<String> services = List.of();

  UpCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (keep && rollBack) {
      throw CommandFailure.usage("--keep: not with --roll-back");
    }
    Project project = stack.load(host, files);
    Stack translated = new Translator().translate(project, TranslateOptions.ofDisk());
    translated.warnings().forEach(warning -> host.err().line("warning: " + warning));
    host.err().flush();
    ServiceChoice choice = ServiceChoice.of(project, services);
    StackAgents agents = new StackAgents(host, nodeSocket);
    StackEvents events = new StackEvents();
    try (Interrupts interrupts =
        detach ? Interrupts.none() : Interrupts.listen(events::interrupt)) {
      return run(agents, translated, choice, events, interrupts);
    }
  }

  private int run(
      StackAgents agents,
      Stack translated,
      ServiceChoice choice,
      StackEvents events,
      Interrupts interrupts)
      throws InterruptedException {
    if (agents.mayRun()) {
      try (NodeLink agent = agents.link()) {
        return session(agent, translated, choice, events, interrupts);
      }
    }
    if (detach) {
      throw CommandFailure.failed(
          "no agent runs at %s that could keep the stack; start one with 'tallyman agent --control-plane none', or leave out -d to run one for as long as the stack lives"
              .formatted(agents.socket()));
    }
    try (ForegroundAgent _ =
            ForegroundAgent.start(host, SettingsCommands.others(), agents.socket(), events::lose);
        NodeLink agent = agents.link()) {
      Set<String> before = agent.stacks();
      int code = session(agent, translated, choice, events, interrupts);
      stayForGuests(agent, before, translated.name(), interrupts);
      return code;
    }
  }

  /** Stacks that others have handed over meanwhile would be without an agent. */
  private void stayForGuests(NodeLink agent, Set<String> before, String own, Interrupts interrupts)
      throws InterruptedException {
    boolean said = false;
    int signals = interrupts.count();
    while (interrupts.count() <= signals && signals < 2) {
      Set<String> guests = agent.stacks();
      guests.removeAll(before);
      guests.remove(own);
      if (guests.isEmpty()) {
        return;
      }
      if (!said) {
        host.err()
            .line(
                "note: this agent has taken over other stacks meanwhile and stays for them: %s; one more signal ends it"
                    .formatted(String.join(", ", guests)));
        host.err().flush();
        said = true;
      }
      Thread.sleep(GUESTS);
    }
  }

  private int session(
      NodeLink agent,
      Stack translated,
      ServiceChoice choice,
      StackEvents events,
      Interrupts interrupts)
      throws InterruptedException {
    List<Workload> workloads = choice.select(translated.workloads(), agent.list(translated.name()));
    return new UpSession(
            host,
            agent,
            new UpSession.Wishes(
                detach ? After.LEAVE : After.FOLLOW, onFailure(translated), timeout),
            events,
            interrupts)
        .run(translated.name(), workloads);
  }

  /** What is asked for, else what the file says, else what suits those who wait or do not. */
  private OnFailure onFailure(Stack translated) {
    if (keep || rollBack) {
      return keep ? OnFailure.KEEP : OnFailure.ROLL_BACK;
    }
    return translated.onFailure().orElse(detach ? OnFailure.KEEP : OnFailure.ROLL_BACK);
  }
}
