package dev.tallyman.runtime;

import java.util.Optional;
import java.util.function.Consumer;

/** The images of an engine. The rules of {@link ContainerRuntime} hold for these methods too. */
public interface Images {

  /** Whether the engine has the image, so that a launch finds it. Always asks the engine. */
  boolean isPresent(String image);

  /**
   * The health check that the image brings, or empty if it has none or switches it off. What an
   * image with a digest or an id says is remembered.
   *
   * @throws RuntimeFailure.ImageNotFound if the engine does not have the image
   */
  Optional<ImageHealthCheck> healthCheck(String image);

  /**
   * Fetches the image from its registry, or makes sure that what the engine has is what the
   * registry has. Does not return before the image can be used. The deadline is one without
   * progress: {@link Deadlines#pullStall()}.
   *
   * @param image reference with tag or digest
   * @param progress is told what happens, by a thread of the runtime
   * @throws RuntimeFailure.ImageNotFound if the registry does not have it
   * @throws RuntimeFailure.PullDenied if the registry wants other credentials
   * @throws RuntimeFailure.PullFailed if the registry could not be reached or broke off
   * @throws RuntimeFailure.InvalidSpec if the reference is malformed
   */
  void pull(String image, Consumer<PullProgress> progress);
}
