package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.RuntimeFixture.FileView;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Secrets and configs. */
interface FilesContract extends ContractPart {

  /** In no engine's words. */
  String CONTENT = "s3cret-" + "0123456789abcdef\n";

  @Test
  default void filesHaveTheirContentAndPermissionsOrAreRefused() {
    InstanceSpec spec = withFiles();
    if (!canHaveFiles()) {
      assertThatThrownBy(() -> run().runtime().launch(spec))
          .isInstanceOf(RuntimeFailure.Unsupported.class)
          .hasMessageContaining(Capability.FILES.word());
      return;
    }
    Instance running = run().launchReady(spec);

    assertThat(run().fixture().fileIn(running, "/run/secrets/key"))
        .isEqualTo(new FileView(CONTENT, 0400, 0, 0));
    assertThat(run().fixture().fileIn(running, "/etc/app/key"))
        .isEqualTo(new FileView("other", 0444, 0, 0));
  }

  @Test
  default void theEngineDoesNotKnowTheContentOfFiles() {
    assumeFiles();
    Instance running = run().launchReady(withFiles());

    assertThat(run().fixture().allThatTheEngineSaysOf(running))
        .contains(running.uid())
        .doesNotContain(CONTENT.strip());
  }

  @Test
  default void filesSurviveARestartOfTheProcess() {
    assumeFiles();
    InstanceSpec spec = withFiles();
    assertRunning(run().runtime().launch(spec));
    var _ = run().runtime().stop(spec.uid(), Duration.ZERO);

    Instance again = run().runtime().start(spec.uid(), spec.surroundings().files());

    assertThat(run().fixture().fileIn(again, "/run/secrets/key").content()).isEqualTo(CONTENT);
  }

  @Test
  default void filesThatTheHostHasLostArePutBackByTheNextStart() {
    assumeFiles();
    InstanceSpec spec = withFiles();
    assertRunning(run().runtime().launch(spec));
    var _ = run().runtime().stop(spec.uid(), Duration.ZERO);
    run().fixture().loseMemory();

    Instance again = run().runtime().start(spec.uid(), spec.surroundings().files());

    assertThat(run().fixture().fileIn(again, "/run/secrets/key").content()).isEqualTo(CONTENT);
  }

  @Test
  default void filesGoWithTheirInstance() {
    assumeFiles();
    InstanceSpec spec = withFiles();
    assertRunning(run().runtime().launch(spec));
    assertThat(run().fixture().filesInMemory(spec.uid())).isEqualTo(2);

    run().runtime().remove(spec.uid());

    assertThat(run().fixture().filesInMemory(spec.uid())).isZero();
  }

  @Test
  default void anotherContentIsAnotherInstance() {
    assumeFiles();
    InstanceSpec spec = withFiles();
    Instance first = run().runtime().launch(spec);
    InstanceSpec changed =
        run()
            .spec(spec.uid(), new Program.RunsForever())
            .file(file("/run/secrets/key", "changed", 0400))
            .build();

    Instance second = run().launchReady(changed);

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(run().fixture().fileIn(second, "/run/secrets/key").content()).isEqualTo("changed");
  }

  private InstanceSpec withFiles() {
    return run()
        .spec(new Program.RunsForever())
        .file(file("/run/secrets/key", CONTENT, 0400))
        .file(file("/etc/app/key", "other", 0444))
        .build();
  }

  private static HostFile file(String target, String content, int mode) {
    return new HostFile(target, new HostFile.Content(content.getBytes(UTF_8)), mode, 0, 0);
  }

  private boolean canHaveFiles() {
    return run().runtime().info().capabilities().contains(Capability.FILES);
  }

  private void assumeFiles() {
    assumeTrue(canHaveFiles(), "this engine gives no files from memory");
  }
}
