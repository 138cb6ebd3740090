package dev.tallyman.runtime.apple;

import dev.tallyman.runtime.testkit.ContainerRuntimeContract;
import dev.tallyman.runtime.testkit.RuntimeFixture;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with the answers of version 0.12.3. */
final class ZeroPoint12ContractTest extends ContainerRuntimeContract {

  @TempDir static Path folder;
  private static @Nullable DoubleFixture fixture;

  @BeforeAll
  static void make() {
    FakeApple.requireAllShapes();
    fixture =
        new DoubleFixture(
            FakeApple.of(folder.resolve("double"), "0.12.3"), folder.resolve("state"));
  }

  @AfterAll
  static void unmake() {
    if (fixture != null) {
      fixture.close();
    }
  }

  @Override
  protected RuntimeFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("there is no double");
    }
    return fixture;
  }
}
