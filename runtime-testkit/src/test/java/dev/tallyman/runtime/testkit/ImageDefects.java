package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Defects in what is said of the engine and of its images. */
final class ImageDefects {

  private ImageDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "pulls in the background",
            sound ->
                pulling(
                    sound,
                    (images, image, progress) ->
                        Thread.ofVirtual().start(() -> images.pull(image, progress))),
            "aPulledImageIsPresentWhenThePullReturns"),
        new Defect(
            "pulls without a word",
            sound -> pulling(sound, (images, image, _) -> images.pull(image, _ -> {})),
            "aPulledImageIsPresentWhenThePullReturns"),
        new Defect(
            "keeps quiet about a failed pull",
            sound ->
                pulling(
                    sound,
                    (images, image, progress) -> {
                      try {
                        images.pull(image, progress);
                      } catch (RuntimeFailure e) {
                        progress.accept(new PullProgress(image, 0, 0, String.valueOf(e)));
                      }
                    }),
            "anImageThatNoRegistryHasCannotBePulled",
            "aMalformedReferenceCannotBePulled",
            "aPullWithoutPermissionIsDenied"),
        new Defect(
            "has one failure for all pulls",
            sound ->
                pulling(
                    sound,
                    (images, image, progress) -> {
                      try {
                        images.pull(image, progress);
                      } catch (RuntimeFailure e) {
                        throw new RuntimeFailure.PullFailed("pull failed", e);
                      }
                    }),
            "anImageThatNoRegistryHasCannotBePulled",
            "aMalformedReferenceCannotBePulled",
            "aPullWithoutPermissionIsDenied"),
        new Defect(
            "pulls once",
            sound ->
                pulling(
                    sound,
                    (images, image, progress) -> {
                      if (images.isPresent(image)) {
                        throw new RuntimeFailure.Internal("exists", null);
                      }
                      images.pull(image, progress);
                    }),
            "anImageThatIsPresentMayBePulledAgain"),
        new Defect(
            "takes every image for present",
            sound ->
                new DelegatingRuntime(sound.runtime()) {
                  @Override
                  public Images images() {
                    Images images = super.images();
                    return new Images() {
                      @Override
                      public Optional<ImageHealthCheck> healthCheck(String image) {
                        return images.healthCheck(image);
                      }

                      @Override
                      public boolean isPresent(String image) {
                        return true;
                      }

                      @Override
                      public void pull(String image, Consumer<PullProgress> progress) {}
                    };
                  }
                },
            "anImageIsPresentOrNot",
            "aPulledImageIsPresentWhenThePullReturns"),
        new Defect(
            "shouts its name",
            sound ->
                saying(
                    sound,
                    info ->
                        new RuntimeInfo(
                            info.kind().toUpperCase(Locale.ROOT),
                            info.version(),
                            info.apiVersion(),
                            info.os(),
                            info.architecture(),
                            info.cpus(),
                            info.memoryBytes(),
                            info.capabilities())),
            "theEngineAnswersAndSaysWhatItIs"),
        new Defect(
            "does not know its size",
            sound ->
                saying(
                    sound,
                    info ->
                        new RuntimeInfo(
                            info.kind(),
                            info.version(),
                            info.apiVersion(),
                            info.os(),
                            info.architecture(),
                            0,
                            info.memoryBytes(),
                            info.capabilities())),
            "theEngineAnswersAndSaysWhatItIs"),
        new Defect(
            "can do nothing",
            sound ->
                saying(
                    sound,
                    info ->
                        new RuntimeInfo(
                            info.kind(),
                            info.version(),
                            info.apiVersion(),
                            info.os(),
                            info.architecture(),
                            info.cpus(),
                            info.memoryBytes(),
                            Set.of())),
            "theEngineHasSomeIsolation"),
        new Defect(
            "says something else each time",
            sound ->
                saying(
                    sound,
                    info ->
                        new RuntimeInfo(
                            info.kind(),
                            String.valueOf(System.nanoTime()),
                            info.apiVersion(),
                            info.os(),
                            info.architecture(),
                            info.cpus(),
                            info.memoryBytes(),
                            info.capabilities())),
            "whatTheEngineSaysIsTheSameEachTime"));
  }

  /** A pull that may use sound images. */
  private interface Pull {
    void pull(Images images, String image, Consumer<PullProgress> progress);
  }

  private static ContainerRuntime pulling(Defect.Sound sound, Pull pull) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public Images images() {
        Images images = super.images();
        return new Images() {
          @Override
          public Optional<ImageHealthCheck> healthCheck(String image) {
            return images.healthCheck(image);
          }

          @Override
          public boolean isPresent(String image) {
            return images.isPresent(image);
          }

          @Override
          public void pull(String image, Consumer<PullProgress> progress) {
            pull.pull(images, image, progress);
          }
        };
      }
    };
  }

  private static ContainerRuntime saying(Defect.Sound sound, UnaryOperator<RuntimeInfo> change) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public RuntimeInfo info() {
        return change.apply(super.info());
      }
    };
  }
}
