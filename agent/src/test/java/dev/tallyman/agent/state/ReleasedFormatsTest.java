package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that a former agent wrote are read for ever. To add a format: keep these, and put files of
 * the new one next to them; {@link #main} writes them.
 */
class ReleasedFormatsTest {

  private static final String AGENT_ID = "000102030405060708090a0b0c0d0e0f";
  private static final List<String> NAMES =
      List.of("desired-control-plane.bin", "history.bin", "identity.bin");

  @TempDir Path folder;

  @Test
  void stateOfFormatOneIsRead() throws Exception {
    for (String name : NAMES) {
      try (InputStream in =
          Optional.ofNullable(ReleasedFormatsTest.class.getResourceAsStream("v1/" + name))
              .orElseThrow(() -> new IOException("no resource v1/" + name))) {
        Files.copy(in, folder.resolve(name));
      }
    }

    try (Store store =
        StateDirectory.open(folder, InstantSource.system(), RandomGenerator.getDefault())) {
      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 42)));
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
      assertThat(store.agentId()).isEqualTo(AGENT_ID);
    }
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
      store.saveDesired(Samples.desired("control-plane", 42));
      store.saveRemembered(Samples.remembered());
      System.out.println(store.agentId());
    }
  }
}
