package dev.tallyman.agent.metrics;

import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.plan.RuntimeView;
import java.util.ArrayList;
import java.util.List;

/** What a node still lacks before it can be relied on. Pure. */
final class Readiness {

  private Readiness() {}

  /** A sentence for each thing that is missing; empty when the node is ready. */
  static List<String> missing(NodeBoard.View view) {
    List<String> missing = new ArrayList<>();
    if (view.pass() != NodeBoard.FirstPass.DONE) {
      missing.add("The first complete pass over desired state and runtimes is not done.");
    }
    if (view.runtimes().stream().noneMatch(RuntimeView::isSeen)) {
      if (view.runtimes().isEmpty()) {
        missing.add("No container runtime was found.");
      }
      for (RuntimeView runtime : view.runtimes()) {
        missing.add(
            "Runtime "
                + runtime.name()
                + (runtime.reach() == RuntimeView.Reach.LOST
                    ? " does not answer"
                    : " has not been listed yet")
                + (runtime.message().isEmpty() ? "." : ": " + runtime.message()));
      }
    }
    return missing;
  }
}
