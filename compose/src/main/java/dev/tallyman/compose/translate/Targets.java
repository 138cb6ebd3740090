package dev.tallyman.compose.translate;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The places inside a container that something is put at; no two things go to one place. */
final class Targets {

  private final Map<String, Placed<?>> taken = new HashMap<>();
  private final Findings findings;

  Targets(Findings findings) {
    this.findings = findings;
  }

  /** Takes a place; a fault where it is none or is taken. */
  Optional<String> take(Placed<String> target) {
    String path = target.value();
    if (!path.startsWith("/") || path.matches("/+")) {
      findings.bad(target, "an absolute path inside the container, other than /");
      return Optional.empty();
    }
    String plain = path.replaceAll("/+", "/").replaceAll("/$", "");
    Placed<?> before = taken.putIfAbsent(plain, target);
    if (before != null) {
      findings.refuse(
          target,
          "%s is the target of %s at %s already".formatted(plain, before.path(), before.place()));
      return Optional.empty();
    }
    return Optional.of(plain);
  }
}
