package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.InstanceState.ExitCause;
import java.util.List;

/** What a real Docker must give. */
final class DockerTest extends RealEngineTest {

  /**
   * Docker that is killed after containerd has begun a process and before it wrote that down takes
   * the container for never started, and no call of its API reaches the process.
   */
  @Override
  boolean leavesNothingBehind() {
    return false;
  }

  @Override
  TestEngine engine() {
    return TestEngine.docker();
  }

  @Override
  List<ExitCause> causesOfWantOfMemory() {
    return List.of(ExitCause.OUT_OF_MEMORY);
  }
}
