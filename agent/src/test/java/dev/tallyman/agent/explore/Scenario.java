package dev.tallyman.agent.explore;

import dev.tallyman.agent.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A small world to be walked.
 *
 * @param name says what it is about
 * @param engines names of the node's engines
 * @param wants what people want one after the other, each at any time
 * @param programs exit codes with which the programs of a uid end by themselves, run by run, the
 *     last one again and again; one that is not named runs on
 * @param faults how many things may go wrong
 */
record Scenario(
    String name,
    List<String> engines,
    List<Want> wants,
    Map<String, List<Integer>> programs,
    int faults) {

  /** Something that people want. */
  sealed interface Want {
    /** What it is, for people. */
    String words();

    /** The control plane wants these, new or changed, and those no more. */
    record Change(String words, List<Workload> upserts, Set<String> removed) implements Want {}

    /** An operator drains the node. */
    record Drain() implements Want {
      @Override
      public String words() {
        return "an operator drains the node";
      }
    }
  }

  Scenario {
    engines = List.copyOf(engines);
    wants = List.copyOf(wants);
    programs = Map.copyOf(programs);
  }

  /** The same, where as many things may go wrong. */
  Scenario withFaults(int newFaults) {
    return new Scenario(name, engines, wants, programs, newFaults);
  }
}
