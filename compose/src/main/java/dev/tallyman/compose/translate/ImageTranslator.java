package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.Optional;

/** Image, pull policy and platform. */
final class ImageTranslator {

  private ImageTranslator() {}

  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    Fields fields = service.fields();
    Optional<Placed<String>> image = fields.text("image");
    if (image.isEmpty() && !fields.has("build")) {
      findings.refuse(
          fields.self(), "image: missing (expected: the image to run, such as redis:8)");
    }
    image.ifPresent(name -> spec.setImage(Form.IMAGE.check(name, findings)));
    fields
        .text("pull_policy")
        .flatMap(word -> pullPolicy(word, findings))
        .ifPresent(spec::setPullPolicy);
    fields
        .text("platform")
        .ifPresent(platform -> spec.setPlatform(Form.PLATFORM.check(platform, findings)));
  }

  private static Optional<PullPolicy> pullPolicy(Placed<String> word, Findings findings) {
    return switch (word.value()) {
      case "always" -> Optional.of(PullPolicy.PULL_POLICY_ALWAYS);
      case "missing", "if_not_present" -> Optional.of(PullPolicy.PULL_POLICY_IF_NOT_PRESENT);
      case "never" -> Optional.of(PullPolicy.PULL_POLICY_NEVER);
      case "build" -> {
        findings.refuse(
            word,
            "build: not supported: build the image with your engine's build command and use never or missing");
        yield Optional.empty();
      }
      default -> {
        findings.bad(
            word, "always, missing, if_not_present or never; there is no pulling after a time");
        yield Optional.empty();
      }
    };
  }
}
