package dev.tallyman.controlplane.auth;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.transport.TokenHash;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The known tokens, from a YAML file that holds only their hashes:
 *
 * <pre>{@code
 * nodes:
 *   node-1: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
 * admins:
 *   alice: fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9
 * }</pre>
 *
 * A token is made with {@code openssl rand -hex 32 | tee token | tr -d '\n' | sha256sum}.
 * Immutable.
 */
public final class Tokens {

  private static final YamlReader READER =
      new YamlReader(new YamlReader.Bounds(1 << 20, 4, 40_000));
  private static final String NODES = "nodes";
  private static final String ADMINS = "admins";

  private final Map<TokenHash, Principal> principals;

  private Tokens(Map<TokenHash, Principal> principals) {
    this.principals = Map.copyOf(principals);
  }

  /**
   * Reads the file.
   *
   * @throws FaultsException with all that is wrong in it
   */
  public static Tokens read(Path file) {
    Faults faults = new Faults();
    Map<TokenHash, Principal> principals = new HashMap<>();
    List<YamlValue> documents = READER.readFile(file, faults);
    for (YamlValue document : documents) {
      if (document instanceof YamlValue.Mapping mapping) {
        mapping.entries().forEach(section -> readSection(section, principals, faults));
      } else {
        faults.add(
            document.place().toString(),
            document.kindName() + " (expected: a mapping of nodes and admins)");
      }
    }
    if (principals.isEmpty() && faults.isEmpty()) {
      faults.add(file.toString(), "no token in it (expected: at least one under nodes or admins)");
    }
    faults.throwIfAny();
    return new Tokens(principals);
  }

  /** Whose token that is. */
  public Optional<Principal> principal(TokenHash hash) {
    return Optional.ofNullable(principals.get(hash));
  }

  private static void readSection(
      YamlValue.Entry section, Map<TokenHash, Principal> principals, Faults faults) {
    if (!section.key().equals(NODES) && !section.key().equals(ADMINS)) {
      faults.add(
          section.place().toString(),
          section.key()
              + ": not known (expected: nodes or admins)"
              + Suggestions.didYouMean(section.key(), List.of(NODES, ADMINS)));
      return;
    }
    if (!(section.value() instanceof YamlValue.Mapping names)) {
      faults.add(
          section.value().place().toString(),
          section.key()
              + ": "
              + section.value().kindName()
              + " (expected: a mapping from names to hashes)");
      return;
    }
    for (YamlValue.Entry entry : names.entries()) {
      Principal principal =
          section.key().equals(NODES)
              ? new Principal.NodeToken(entry.key())
              : new Principal.AdminToken(entry.key());
      readHash(section.key() + "." + entry.key(), entry, principal, principals, faults);
    }
  }

  private static void readHash(
      String field,
      YamlValue.Entry entry,
      Principal principal,
      Map<TokenHash, Principal> principals,
      Faults faults) {
    String text =
        entry.value() instanceof YamlValue.Scalar(var _, String scalar, var _) ? scalar : "";
    try {
      if (principals.putIfAbsent(TokenHash.parseHex(text), principal) != null) {
        faults.add(
            entry.place().toString(),
            field + ": the same token as another one (expected: one token for each)");
      }
    } catch (IllegalArgumentException e) {
      faults.add(entry.place().toString(), field + ": " + e.getMessage());
    }
  }
}
