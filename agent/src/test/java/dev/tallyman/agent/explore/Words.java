package dev.tallyman.agent.explore;

import dev.tallyman.agent.inbox.Message.ActionEnded;
import dev.tallyman.agent.inbox.Message.Sighting;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;

/** Short sentences for stories. */
final class Words {

  private Words() {}

  static String of(Action action) {
    return action.getClass().getSimpleName()
        + " of "
        + action.uid()
        + (action instanceof Action.Launch launch
            ? ", generation " + launch.workload().generation()
            : "")
        + " at "
        + action.runtime();
  }

  static String of(ActionEnded ended) {
    String what =
        switch (ended.sighting()) {
          case Sighting.Known known -> known.instance().map(Words::of).orElse("nothing there");
          case Sighting.Unknown _ -> "what is there is not known";
        };
    return ended.failure().map(f -> f.kind() + ", ").orElse("") + what;
  }

  static String of(Instance instance) {
    return instance.id() + " " + of(instance.state());
  }

  static String of(InstanceState state) {
    return switch (state) {
      case InstanceState.Created _ -> "created";
      case InstanceState.Running _ -> "running";
      case InstanceState.Paused _ -> "paused";
      case InstanceState.Exited exited ->
          "exited " + (exited.exitCode().isPresent() ? exited.exitCode().getAsInt() : "?");
      case InstanceState.Broken _ -> "broken";
    };
  }
}
