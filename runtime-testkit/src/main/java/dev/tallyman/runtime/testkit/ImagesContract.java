package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Images: whether they are there, and how they are fetched. */
interface ImagesContract extends ContractPart {

  @Test
  default void anImageIsPresentOrNot() {
    Images images = run().runtime().images();
    String present = run().fixture().invocation(new Program.RunsForever()).image();

    assertThat(images.isPresent(present)).isTrue();
    assertThat(images.isPresent(run().fixture().missingImage())).isFalse();
  }

  @Test
  default void anImageThatNoRegistryHasCannotBePulled() {
    String missing = run().fixture().missingImage();

    assertThatThrownBy(() -> run().runtime().images().pull(missing, _ -> {}))
        .isInstanceOfAny(RuntimeFailure.ImageNotFound.class, RuntimeFailure.PullFailed.class)
        .hasMessageContaining(missing);
    assertThat(run().runtime().images().isPresent(missing)).isFalse();
  }

  @Test
  default void aMalformedReferenceCannotBePulled() {
    assertThatThrownBy(() -> run().runtime().images().pull("no such:thing:1", _ -> {}))
        .isInstanceOf(RuntimeFailure.InvalidSpec.class);
  }

  @Test
  default void aPulledImageIsPresentWhenThePullReturns() {
    Optional<String> pullable = run().fixture().pullableImage();
    assumeTrue(pullable.isPresent(), "this fixture has no registry with an image to pull");
    String image = pullable.orElseThrow();
    List<PullProgress> told = new CopyOnWriteArrayList<>();
    assertThat(run().runtime().images().isPresent(image)).isFalse();

    run().runtime().images().pull(image, told::add);

    assertThat(run().runtime().images().isPresent(image)).isTrue();
    assertThat(told)
        .isNotEmpty()
        .allSatisfy(progress -> {
          assertThat(progress.image()).isEqualTo(image);
          assertThat(progress.doneBytes()).isNotNegative();
          assertThat(progress.totalBytes()).isNotNegative();
        });
  }

  @Test
  default void anImageThatIsPresentMayBePulledAgain() {
    Optional<String> pullable = run().fixture().pullableImage();
    assumeTrue(pullable.isPresent(), "this fixture has no registry with an image to pull");
    String image = pullable.orElseThrow();

    run().runtime().images().pull(image, _ -> {});
    run().runtime().images().pull(image, _ -> {});

    assertThat(run().runtime().images().isPresent(image)).isTrue();
  }

  @Test
  default void aPullWithoutPermissionIsDenied() {
    Optional<String> denied = run().fixture().deniedImage();
    assumeTrue(denied.isPresent(), "this fixture has no registry that refuses an image");

    assertThatThrownBy(() -> run().runtime().images().pull(denied.orElseThrow(), _ -> {}))
        .isInstanceOf(RuntimeFailure.PullDenied.class);
  }
}
