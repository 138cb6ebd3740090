package dev.tallyman.compose.translate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How tightly a service is held, whatever else its keys say. */
enum Policy {
  /** As its keys say. */
  DEFAULT,
  /** No network. */
  ISOLATED,
  /** No capabilities, no new privileges, a root file system that cannot be written. */
  HARDENED,
  /** Both, and a sandbox or a virtual machine of its own. */
  UNTRUSTED;

  static final List<String> WORDS = Arrays.stream(values()).map(Policy::word).toList();

  static Optional<Policy> of(String word) {
    return Arrays.stream(values()).filter(policy -> policy.word().equals(word)).findFirst();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean cutsNetwork() {
    return switch (this) {
      case DEFAULT, HARDENED -> false;
      case ISOLATED, UNTRUSTED -> true;
    };
  }

  boolean hardens() {
    return switch (this) {
      case DEFAULT, ISOLATED -> false;
      case HARDENED, UNTRUSTED -> true;
    };
  }

  boolean needsSandbox() {
    return this == UNTRUSTED;
  }

  /** Whether this one holds at least as tightly in every respect. */
  boolean covers(Policy other) {
    return (cutsNetwork() || !other.cutsNetwork())
        && (hardens() || !other.hardens())
        && (needsSandbox() || !other.needsSandbox());
  }
}
