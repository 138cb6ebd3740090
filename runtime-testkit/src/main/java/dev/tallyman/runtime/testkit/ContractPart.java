package dev.tallyman.runtime.testkit;

/** A part of {@link ContainerRuntimeContract}: tests of one subject. */
interface ContractPart {

  /** The run of the present test. */
  ContractRun run();
}
