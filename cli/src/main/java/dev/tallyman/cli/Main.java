package dev.tallyman.cli;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.OutputException;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.transport.EventLoops;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** The {@code tallyman} command. */
public final class Main {

  /** Set before the first logger is made: commands that only ask something load no log library. */
  private static final String SLF4J_PROVIDER = "slf4j.provider";

  private static final String NO_LOG = "org.slf4j.helpers.NOP_FallbackServiceProvider";
  private static final String SLF4J_VERBOSITY = "slf4j.internal.verbosity";
  private static final List<String> DAEMONS = List.of("agent", "control-plane");

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (Arrays.stream(args).noneMatch(DAEMONS::contains)) {
      System.setProperty(SLF4J_PROVIDER, NO_LOG);
      System.setProperty(SLF4J_VERBOSITY, "WARN");
    }
    int code = run(Host.ofProcess(), args);
    EventLoops.end();
    System.exit(code);
  }

  /**
   * Runs the command.
   *
   * @return one of {@link ExitCodes}
   */
  public static int run(Host host, String... args) {
    try {
      int code = execute(host, args);
      host.out().flush();
      host.err().flush();
      return code;
    } catch (OutputException e) {
      return unwritable(e, host.err());
    }
  }

  private static int execute(Host host, String[] args) {
    CommandLine command = RootCommand.commandLine(host, List.of(args));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    FailureReport report = new FailureReport(host.err());
    List<OutputException> unwritable = new ArrayList<>();
    command.setExecutionExceptionHandler((failure, where, _) -> {
      // Thrown from here, picocli would print it with its stack trace.
      if (failure instanceof OutputException output) {
        unwritable.add(output);
        return ExitCodes.FAILURE;
      }
      return report.tell(failure, where);
    });
    command.setParameterExceptionHandler((misuse, _) -> report.tellMisuse(misuse));
    int code = command.execute(args);
    if (!unwritable.isEmpty()) {
      throw unwritable.getFirst();
    }
    // Only picocli itself writes here: help, and what is wrong with the command line.
    host.out().text(out.toString());
    host.err().text(err.toString());
    return code;
  }

  private static int unwritable(OutputException failure, Output err) {
    if (failure.isBrokenPipe()) {
      return ExitCodes.BROKEN_PIPE;
    }
    try {
      err.line("error: the output cannot be written: " + failure.reason());
      err.flush();
    } catch (OutputException e) {
      // Nobody is left to tell; the exit code does.
      return ExitCodes.FAILURE;
    }
    return ExitCodes.FAILURE;
  }
}
