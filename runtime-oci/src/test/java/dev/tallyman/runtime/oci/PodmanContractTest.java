package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.testkit.ContainerRuntimeContract;
import dev.tallyman.runtime.testkit.RuntimeFixture;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real Podman. */
final class PodmanContractTest extends ContainerRuntimeContract {

  @TempDir static Path folder;
  private static @Nullable EngineFixture fixture;

  @BeforeAll
  static void connect() {
    fixture = new EngineFixture(TestEngine.podman(), folder);
  }

  @AfterAll
  static void disconnect() {
    if (fixture != null) {
      fixture.close();
    }
  }

  @Override
  protected RuntimeFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("there is no engine");
    }
    return fixture;
  }
}
