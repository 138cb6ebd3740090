package dev.tallyman.cli;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.daemon.Daemon.StartFailure;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.OutputException;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.transport.TransportException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person why a command failed: sentences, and a stack trace only when it is asked for. */
final class FailureReport {

  private final Output err;

  FailureReport(Output err) {
    this.err = err;
  }

  /** The command line itself is wrong. */
  int tellMisuse(ParameterException misuse) {
    error(
        misuse instanceof UnmatchedArgumentException unmatched
            ? sentence(unmatched)
            : String.valueOf(misuse.getMessage()));
    tryHelp(misuse.getCommandLine());
    return ExitCodes.USAGE;
  }

  private static String sentence(UnmatchedArgumentException misuse) {
    String word = misuse.getUnmatched().getFirst();
    CommandSpec command = misuse.getCommandLine().getCommandSpec();
    if (misuse.isUnknownOption()) {
      return word
          + ": no such option"
          + Suggestions.didYouMean(word, command.optionsMap().keySet());
    }
    return command.subcommands().isEmpty()
        ? word + ": one argument too many"
        : word + ": no such command" + Suggestions.didYouMean(word, command.subcommands().keySet());
  }

  /** A command failed. */
  int tell(Exception failure, CommandLine command) {
    int code =
        switch (failure) {
          case OutputException output -> throw output;
          case CommandFailure known -> {
            error(known.getMessage());
            if (known.exitCode() == ExitCodes.USAGE) {
              tryHelp(command);
            }
            yield known.exitCode();
          }
          case CallFailure call -> {
            error(call.getMessage());
            yield ExitCodes.FAILURE;
          }
          case StartFailure start -> {
            error(start.getMessage());
            yield ExitCodes.FAILURE;
          }
          case TransportException transport -> {
            error(transport.getMessage());
            yield ExitCodes.FAILURE;
          }
          case FaultsException faults -> {
            faults.faults().forEach(fault -> err.line(fault.toString()));
            yield ExitCodes.FAILURE;
          }
          default -> {
            error("this is a fault of tallyman itself: " + failure);
            yield ExitCodes.FAILURE;
          }
        };
    if (RootCommand.isVerbose(command)) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.text(trace.toString());
    }
    return code;
  }

  private void tryHelp(CommandLine command) {
    err.line("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
  }

  private void error(@Nullable String message) {
    err.line("error: " + message);
  }
}
