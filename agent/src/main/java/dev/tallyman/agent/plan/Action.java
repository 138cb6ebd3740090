package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.HostFile;
import java.time.Duration;
import java.util.List;

/** One thing to do at a runtime for one uid. Each can be repeated without harm. */
public sealed interface Action {

  /** Name of the runtime that does it. */
  String runtime();

  /** The uid that it is done for. */
  String uid();

  /**
   * Make sure that the workload has a started instance of its spec, fetching its image as its
   * policy says.
   *
   * @param intent whether another instance has to make room
   */
  record Launch(String runtime, Workload workload, Intent intent) implements Action {
    @Override
    public String uid() {
      return workload.uid();
    }
  }

  /** Whether an instance of a former spec has to make room. */
  enum Intent {
    /** There is none. */
    FRESH,
    /** There is one; it runs on until the image of the new one is there. */
    REPLACE
  }

  /** Start the instance that is there. */
  record Start(String runtime, String uid, List<HostFile> files) implements Action {}

  /** Stop the instance if it runs, and start the same one again. */
  record Restart(String runtime, String uid, Duration grace, List<HostFile> files)
      implements Action {}

  /** Stop the instance and keep it. */
  record Stop(String runtime, String uid, Duration grace) implements Action {}

  /** Stop the instance and remove it. */
  record Retire(String runtime, String uid, Duration grace) implements Action {}
}
