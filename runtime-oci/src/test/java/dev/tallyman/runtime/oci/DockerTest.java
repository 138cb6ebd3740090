package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.InstanceState.ExitCause;
import java.util.List;

/** What a real Docker must give. */
final class DockerTest extends RealEngineTest {

  @Override
  TestEngine engine() {
    return TestEngine.docker();
  }

  @Override
  List<ExitCause> causesOfWantOfMemory() {
    return List.of(ExitCause.OUT_OF_MEMORY);
  }
}
