package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that a former agent wrote are read for ever. To add a format: keep these, and put files of
 * the new one next to them; {@link #main} writes them.
 */
class ReleasedFormatsTest {

  private static final String AGENT_ID = "000102030405060708090a0b0c0d0e0f";

  @TempDir Path folder;

  @Test
  void stateOfFormatOneIsRead() throws Exception {
    copy("v1", "desired-control-plane.bin", "history.bin", "identity.bin");

    try (Store store = open(folder)) {
      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 42)));
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
      assertThat(store.agentId()).isEqualTo(AGENT_ID);
    }
  }

  @Test
  void stateOfFormatOneWithStacksIsRead() throws Exception {
    copy("v1-stacks", "desired-stacks.bin", "history.bin", "identity.bin");

    try (Store store = open(folder)) {
      assertThat(store.loadDesired("stacks"))
          .isEqualTo(new Loaded.Present<>(Samples.desiredOfAStack()));
      assertThat(store.loadRemembered())
          .isEqualTo(new Loaded.Present<>(Samples.rememberedOfAStack()));
      assertThat(store.agentId()).isEqualTo(AGENT_ID);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"desired-control-plane.bin", "history.bin", "identity.bin"})
  void stateOfANewerAgentIsSetAsideAndSaidToBeThat(String name) throws Exception {
    copy("v1", name);
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[9] = 2;
    Files.write(file, bytes);

    try (Store store = open(folder)) {
      Loaded<?> loaded =
          switch (name) {
            case "history.bin" -> store.loadRemembered();
            case "identity.bin" -> new Loaded.Present<>(store.agentId());
            default -> store.loadDesired("control-plane");
          };

      if (loaded instanceof Loaded.SetAside<?>(Path aside, String why)) {
        assertThat(why)
            .isEqualTo("It has format version 2, written by a newer agent (expected: at most 1).");
        assertThat(aside).hasBinaryContent(bytes);
      } else {
        assertThat(name).isEqualTo("identity.bin");
        assertThat(store.agentId()).isNotEqualTo(AGENT_ID);
      }
    }
  }

  private void copy(String format, String... names) throws IOException {
    for (String name : names) {
      try (InputStream in =
          Optional.ofNullable(ReleasedFormatsTest.class.getResourceAsStream(format + "/" + name))
              .orElseThrow(() -> new IOException("no resource " + format + "/" + name))) {
        Files.copy(in, folder.resolve(name));
      }
    }
  }

  private static Store open(Path folder) throws StateException {
    return StateDirectory.open(folder, InstantSource.system(), RandomGenerator.getDefault());
  }

  /** Writes the files of the present format into a folder. */
  public static void main(String[] args) throws StateException {
    RandomGenerator counting =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
              bytes[i] = (byte) i;
            }
          }
        };
    try (Store store = StateDirectory.open(Path.of(args[0]), InstantSource.system(), counting)) {
      store.saveDesired(Samples.desiredOfAStack());
      store.saveRemembered(Samples.rememberedOfAStack());
      System.out.println(store.agentId());
    }
  }
}
