package dev.tallyman.cli.install;

import dev.tallyman.cli.output.Output;
import java.util.List;

/** Runs nothing, and says what would be run. */
final class ShownCommands implements Commands {

  private final Output out;
  private final String lead;

  /**
   * @param lead what stands before each command, for people
   */
  ShownCommands(Output out, String lead) {
    this.out = out;
    this.lead = lead;
  }

  @Override
  public void run(List<String> words) {
    out.line(lead + " " + String.join(" ", words));
  }

  @Override
  public void tryToRun(List<String> words) {
    run(words);
  }

  @Override
  public boolean isTrue(List<String> words) {
    return false;
  }

  @Override
  public void awaitNo(List<String> words) {}
}
