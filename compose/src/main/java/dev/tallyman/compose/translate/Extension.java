package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.Enforcement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What Compose has no key for: {@code x-tallyman} of a service or of the whole file. */
final class Extension {

  static final String KEY = "x-tallyman";

  static final KeyTable FILE =
      KeyTable.of(KEY + " of a file").translated("enforcement", "on_failure", "policy");

  static final KeyTable SERVICE =
      KeyTable.of(KEY + " of a service")
          .translated("enforcement", "env", "isolation", "liveness", "policy", "readiness")
          .translated("restart", "runtime", "startup", "update");

  static final KeyTable UPDATE =
      KeyTable.of(KEY + ".update").translated("deadline", "on_failure", "order");

  static final KeyTable PROBE =
      KeyTable.of("a probe")
          .translated("exec", "failure_threshold", "grpc", "http", "initial_delay", "interval")
          .translated("start_interval", "start_period", "success_threshold", "tcp", "timeout");

  static final KeyTable HTTP =
      KeyTable.of("an http probe").translated("headers", "path", "port", "scheme");

  static final KeyTable TCP = KeyTable.of("a tcp probe").translated("port");

  static final KeyTable GRPC = KeyTable.of("a grpc probe").translated("port", "service");

  static final List<String> ON_FAILURE = List.of("keep", "roll_back");
  static final List<String> RESTARTS = List.of("while-needed");
  private static final List<String> ENFORCEMENTS = List.of("strict", "warn");

  private Extension() {}

  /** The policy of a service, which may be the file's but not less tight. */
  static Placed<Policy> policy(
      Placed<Policy> ofFile, Optional<Fields> extension, Findings findings) {
    Optional<Placed<Policy>> own = extension.flatMap(fields -> policy(fields, findings));
    if (own.isEmpty()) {
      return ofFile;
    }
    if (!own.get().value().covers(ofFile.value())) {
      findings.refuse(
          own.get(),
          "%s is less tight than %s, the policy of the whole file at %s; a service can only tighten"
              .formatted(own.get().value().word(), ofFile.value().word(), ofFile.place()));
      return ofFile;
    }
    return own.get();
  }

  /** The policy that a mapping names. */
  static Optional<Placed<Policy>> policy(Fields extension, Findings findings) {
    return extension
        .text("policy")
        .flatMap(word -> {
          Optional<Policy> policy = Policy.of(word.value());
          if (policy.isEmpty()) {
            oneOf(word, Policy.WORDS, findings);
          }
          return policy.map(word::with);
        });
  }

  /** The enforcement that a mapping names. */
  static Optional<Enforcement> enforcement(Fields extension, Findings findings) {
    return extension
        .text("enforcement")
        .filter(word -> oneOf(word, ENFORCEMENTS, findings))
        .map(word -> Enforcement.valueOf("ENFORCEMENT_" + word.value().toUpperCase(Locale.ROOT)));
  }

  /** What becomes of a stack that does not come up, if a mapping says so. */
  static Optional<Stack.OnFailure> onFailure(Fields extension, Findings findings) {
    return extension
        .text("on_failure")
        .filter(word -> oneOf(word, ON_FAILURE, findings))
        .map(word -> Stack.OnFailure.valueOf(word.value().toUpperCase(Locale.ROOT)));
  }

  /** Whether a word is one of these; a fault where it is not. */
  static boolean oneOf(Placed<String> word, List<String> words, Findings findings) {
    if (words.contains(word.value())) {
      return true;
    }
    findings.bad(word, String.join(", ", words) + Suggestions.didYouMean(word.value(), words));
    return false;
  }
}
