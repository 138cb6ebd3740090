package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls by real engines from a registry on the loopback. */
final class PullTest {

  private static final Deadlines SHORT =
      new Deadlines(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(3));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aPullTellsHowFarItIs(String kind) {
    TestEngine engine = TestEngine.of(kind);
    try (LoopbackRegistry registry = new LoopbackRegistry(Optional.empty());
        OciRuntime runtime = runtime(engine, Deadlines.DEFAULT)) {
      String image = registry.image();
      List<PullProgress> told = new ArrayList<>();

      runtime.images().pull(image, told::add);

      assertThat(told)
          .isNotEmpty()
          .allSatisfy(progress -> assertThat(progress.image()).isEqualTo(image))
          .anySatisfy(p -> assertThat(p.message()).containsIgnoringCase("complete"));
      removeImage(engine, image);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aPullWithoutProgressIsGivenUp(String kind) {
    try (LoopbackRegistry registry = new LoopbackRegistry(Optional.empty());
        OciRuntime runtime = runtime(TestEngine.of(kind), SHORT)) {
      String image = registry.stallingImage();

      assertThatThrownBy(() -> runtime.images().pull(image, progress -> {}))
          .isInstanceOf(RuntimeFailure.TimedOut.class)
          .hasMessageContaining(image);
      assertThat(runtime.images().isPresent(image)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aPullUsesTheUsersLogin(String kind) throws IOException {
    TestEngine engine = TestEngine.of(kind);
    try (LoopbackRegistry registry = new LoopbackRegistry(Optional.of("ann:s3cret"));
        OciRuntime runtime = runtime(engine, Deadlines.DEFAULT)) {
      String image = registry.image();
      assertThatThrownBy(() -> runtime.images().pull(image, progress -> {}))
          .isInstanceOf(RuntimeFailure.PullDenied.class);

      Files.writeString(
          folder.resolve("config.json"),
          "{\"auths\": {\"%s\": {\"auth\": \"YW5uOnMzY3JldA==\"}}}".formatted(registry.address()));
      runtime.images().pull(image, progress -> {});

      assertThat(runtime.images().isPresent(image)).isTrue();
      removeImage(engine, image);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void aLoginThatCannotBeReadIsNamedAndTheEngineNotBlamed(String kind) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"auths\": ");
    try (OciRuntime runtime = runtime(TestEngine.of(kind), Deadlines.DEFAULT)) {
      assertThatThrownBy(() -> runtime.images().pull("127.0.0.1:1/image:1", progress -> {}))
          .isInstanceOf(RuntimeFailure.PullFailed.class)
          .hasMessageContaining("config.json");
    }
  }

  private OciRuntime runtime(TestEngine engine, Deadlines deadlines) {
    return new OciRuntime(
        engine.kind(), "pulls", engine.socket(), deadlines, InstantSource.system(), folder);
  }

  private static void removeImage(TestEngine engine, String image) {
    try {
      new EngineHttp(engine.socket())
          .delete("/v1.41/images/" + EngineHttp.encode(image) + "?force=1");
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(image, e);
    }
  }
}
