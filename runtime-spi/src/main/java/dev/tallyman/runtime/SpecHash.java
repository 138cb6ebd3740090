package dev.tallyman.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hashes an {@link InstanceSpec}. Each part is preceded by its length, so that no two specs have
 * the same encoding. The encoding is kept for ever: another one would replace every instance at an
 * upgrade of the agent. A part that is added later is encoded only where it is set.
 */
final class SpecHash {

  private static final int HASH_BYTES = 16;
  private static final int MARK_BYTES = 4;

  private final MessageDigest digest = sha256();

  private SpecHash() {}

  static String of(InstanceSpec spec) {
    SpecHash hash = new SpecHash();
    hash.text(spec.image());
    hash.list(spec.command());
    hash.list(spec.args());
    hash.map(spec.env());
    hash.map(spec.labels());
    hash.text(spec.workingDir().orElse(""));
    hash.text(spec.user().orElse(""));
    hash.text(spec.isolation().name());
    hash.number(spec.limits().cpuMillis());
    hash.number(spec.limits().memoryBytes());
    hash.number(spec.limits().pids());
    hash.number(spec.ports().size());
    for (PortBinding port : spec.ports()) {
      hash.number(port.containerPort());
      hash.number(port.hostPort());
      hash.text(port.hostIp());
      hash.text(port.protocol().name());
    }
    hash.text(spec.stopSignal().orElse(""));
    spec.fixedName().ifPresent(name -> hash.tag("fixedName").text(name));
    if (!spec.dependencies().isEmpty()) {
      hash.tag("dependencies").set(spec.dependencies());
    }
    SurroundingsHash.add(spec.surroundings(), hash);
    return HexFormat.of().formatHex(hash.digest.digest(), 0, HASH_BYTES);
  }

  static String mark(String uid) {
    return HexFormat.of().formatHex(sha256().digest(uid.getBytes(UTF_8)), 0, MARK_BYTES);
  }

  /** Begins a part that is encoded only where it is set. */
  SpecHash tag(String name) {
    text(name);
    return this;
  }

  /** Values whose order says nothing. */
  void set(Collection<String> values) {
    list(values.stream().sorted().toList());
  }

  /** The names of some of an enum's values. */
  void words(Set<? extends Enum<?>> values) {
    set(values.stream().map(Enum::name).toList());
  }

  void optional(Optional<String> value) {
    list(value.stream().toList());
  }

  /** A SHA-256 in place of what must not be found by trying. */
  void secret(byte[] bytes) {
    text(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  void list(List<String> values) {
    number(values.size());
    values.forEach(this::text);
  }

  void map(Map<String, String> values) {
    number(values.size());
    values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> {
          text(entry.getKey());
          text(entry.getValue());
        });
  }

  void text(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  void number(long value) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
