package dev.tallyman.runtime.apple.images;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.SpecRules;
import dev.tallyman.runtime.apple.cli.Verb;
import java.util.Optional;
import java.util.function.Consumer;

/** The images of Apple's container. */
public final class AppleImages implements Images {

  private final Cli cli;

  public AppleImages(Cli cli) {
    this.cli = requireNonNull(cli, "cli");
  }

  @Override
  public boolean isPresent(String image) {
    return SpecRules.isReference(image) && cli.platforms(image).isPresent();
  }

  /** Always empty: the engine does not tell an image's health check. */
  @Override
  public Optional<ImageHealthCheck> healthCheck(String image) {
    if (cli.platforms(image).isEmpty()) {
      throw cli.refusals().imageNotFound(Verb.IMAGE, image);
    }
    return Optional.empty();
  }

  /** The engine does not tell sizes; only its words are passed on. */
  @Override
  public void pull(String image, Consumer<PullProgress> progress) {
    if (!SpecRules.isReference(image)) {
      throw cli.refusals()
          .invalidSpec(
              Verb.PULL, image, "it is no reference (expected: one such as host/name:tag)");
    }
    progress.accept(new PullProgress(image, 0, 0, "asking its registry"));
    cli.pull(image, words -> progress.accept(new PullProgress(image, 0, 0, words)));
    progress.accept(new PullProgress(image, 0, 0, "done"));
  }
}
