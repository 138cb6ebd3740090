package dev.tallyman.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.FaultsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of all layers are read, or refused with all faults; what was read can be printed and
 * read again.
 *
 * <p>The input is a settings file. Lines that begin with {@code #env } or {@code #flag } and hold a
 * name, {@code =} and a value are variables and flags as well; to YAML they are comments.
 */
class SettingsFuzzTest {

  private enum Mode {
    FAST,
    VERY_SLOW
  }

  private static final String ENV = "#env ";
  private static final String FLAG = "#flag ";

  private static final List<Setting<?>> PRINTED =
      List.of(
          Setting.of("node.name", ValueTypes.text(), "Name.").defaultsTo("host-1"),
          Setting.of("node.labels", ValueTypes.mapOf(ValueTypes.text()), "Labels.")
              .defaultsTo(Map.of()),
          Setting.of(
                  "lease.renew",
                  ValueTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
                  "How often.")
              .defaultsTo(Duration.ofSeconds(10)),
          Setting.of("workers", ValueTypes.integer(1, 64), "How many.").defaultsTo(4),
          Setting.of("memory", ValueTypes.byteSize(1, Long.MAX_VALUE), "Bytes.").defaultsTo(1L),
          Setting.of("cpu", ValueTypes.cpuMillis(), "Cores.").defaultsTo(1500L),
          Setting.of("mode", ValueTypes.oneOf(Mode.class), "Mode.").defaultsTo(Mode.FAST),
          Setting.of("peers", ValueTypes.listOf(ValueTypes.text()), "Peers.").defaultsTo(List.of()),
          Setting.of("tls-ca", ValueTypes.path(), "Certificates.").optional(),
          Setting.of("verbose", ValueTypes.bool(), "Say more.").defaultsTo(false));
  private static final Setting<Optional<String>> TOKEN =
      Setting.of("token", ValueTypes.text(), "Token.").secret().optional();
  private static final SettingsSchema SCHEMA = SettingsSchema.of(withToken());

  private static List<Setting<?>> withToken() {
    List<Setting<?>> all = new ArrayList<>(PRINTED);
    all.add(TOKEN);
    return all;
  }

  @FuzzTest
  void settingsAreReadOrRefusedWithEachPlace(byte[] input) throws IOException {
    Path file = Files.createTempFile("settings", ".yaml");
    try {
      Files.write(file, input);
      Map<String, String> environment = new HashMap<>();
      Map<Setting<?>, List<String>> flags = new HashMap<>();
      for (String line : new String(input, StandardCharsets.UTF_8).split("\n", -1)) {
        pair(line, ENV).ifPresent(pair -> environment.put(pair[0], pair[1]));
        pair(line, FLAG)
            .ifPresent(pair ->
                SCHEMA.settings().stream()
                    .filter(setting -> setting.key().equals(pair[0]))
                    .forEach(setting ->
                        flags.computeIfAbsent(setting, _ -> new ArrayList<>()).add(pair[1])));
      }
      Layers layers = Layers.none().withFile(file).withEnvironment(environment).withFlags(flags);
      Settings settings = SCHEMA.read(layers);
      String printed = settings.print();
      Files.writeString(file, printed);
      Settings again = SCHEMA.read(Layers.none().withFile(file));
      for (Setting<?> setting : PRINTED) {
        assertThat(again.<Object>get(any(setting)))
            .as(setting.key())
            .isEqualTo(settings.<Object>get(any(setting)));
      }
    } catch (FaultsException refused) {
      for (Fault fault : refused.faults()) {
        assertThat(fault.where()).isNotBlank();
        assertThat(fault.message()).isNotBlank().doesNotContain("\n");
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Optional<String[]> pair(String line, String head) {
    int equals = line.indexOf('=');
    return line.startsWith(head) && equals > head.length()
        ? Optional.of(
            new String[] {line.substring(head.length(), equals), line.substring(equals + 1)})
        : Optional.empty();
  }

  /** For values that are compared only. */
  @SuppressWarnings("unchecked")
  private static Setting<Object> any(Setting<?> setting) {
    return (Setting<Object>) setting;
  }
}
