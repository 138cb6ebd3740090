package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Every file of the state directory, cut at every length and with every single bit flipped, is set
 * aside as it is and reported, and never believed; the others are read as ever.
 */
class DamagedFilesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00.250Z");

  @TempDir Path folder;

  /** How one of the files is read. */
  private interface Reading {
    Loaded<?> read(Store store) throws StateException;
  }

  /** One of the files, as it should be. */
  private static final class Intact {
    final Path path;
    final byte[] content;
    final Reading reading;

    Intact(Path path, byte[] content, Reading reading) {
      this.path = path;
      this.content = content;
      this.reading = reading;
    }
  }

  private final List<Intact> files = new ArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(StateDirectory.class);
  private int damaged;

  /** Thousands of lines help nobody. */
  @BeforeEach
  void beSilent() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  @Test
  void everyCutAndEveryFlippedBitOfEveryFileIsNoticed() throws Exception {
    try (StateDirectory store = open()) {
      write(store);
      for (Intact intact : files) {
        byte[] file = intact.content;
        for (int length = 0; length < file.length; length++) {
          check(store, intact, Arrays.copyOf(file, length), "cut to " + length + " bytes");
        }
        for (int i = 0; i < file.length; i++) {
          for (int bit = 0; bit < Byte.SIZE; bit++) {
            byte[] flipped = file.clone();
            flipped[i] ^= (byte) (1 << bit);
            check(store, intact, flipped, "bit " + bit + " of byte " + i + " flipped");
          }
        }
      }
    }
    System.out.printf("%,d damaged files were set aside%n", damaged);
  }

  /** An agent begins anew, and its identity too, when the file of that was damaged. */
  @Test
  void everyCutAndEveryFlippedBitOfTheIdentityGivesANewOne() throws Exception {
    try (StateDirectory store = open()) {
      String id = store.agentId();
      Path path = folder.resolve("identity.bin");
      byte[] file = Files.readAllBytes(path);
      for (int i = 0; i < file.length * Byte.SIZE; i++) {
        byte[] flipped = file.clone();
        flipped[i / Byte.SIZE] ^= (byte) (1 << i % Byte.SIZE);
        Files.write(path, flipped);
        assertThat(store.agentId())
            .as("bit %d flipped", i)
            .matches("[0-9a-f]{32}")
            .isNotEqualTo(id);
      }
      for (int length = 0; length < file.length; length++) {
        Files.write(path, Arrays.copyOf(file, length));
        assertThat(store.agentId()).as("cut to %d", length).isNotEqualTo(id);
      }
      Files.write(path, file);
      assertThat(store.agentId()).isEqualTo(id);
    }
  }

  private StateDirectory open() throws StateException {
    return StateDirectory.open(folder, InstantSource.fixed(NOW), RandomGenerator.getDefault());
  }

  private void write(StateDirectory store) throws Exception {
    store.saveDesired(Samples.desired("control-plane", 42));
    store.saveDesired(Samples.desiredOfAStack());
    store.saveRemembered(Samples.rememberedOfAStack());
    keep("desired-control-plane.bin", s -> s.loadDesired("control-plane"));
    keep("desired-stacks.bin", s -> s.loadDesired("stacks"));
    keep("history.bin", Store::loadRemembered);
  }

  private void keep(String name, Reading reading) throws IOException {
    Path path = folder.resolve(name);
    files.add(new Intact(path, Files.readAllBytes(path), reading));
  }

  private void check(StateDirectory store, Intact intact, byte[] content, String how)
      throws Exception {
    damaged++;
    Path path = intact.path;
    Files.write(path, content);

    Loaded<?> loaded = intact.reading.read(store);

    if (loaded instanceof Loaded.SetAside<?>(Path aside, String why)) {
      boolean isAsItWas = Arrays.equals(Files.readAllBytes(aside), content) && !Files.exists(path);
      assertThat(isAsItWas).as("%s %s is set aside as it is", path, how).isTrue();
      assertThat(why.isBlank()).as("%s %s has a reason", path, how).isFalse();
    } else {
      throw new AssertionError(path + " " + how + " was taken for " + loaded);
    }
    Files.write(path, intact.content);
    if (damaged % 100 == 0) {
      for (Intact other : files) {
        assertThat(other.reading.read(store))
            .as("%s while %s was %s", other.path, path, how)
            .isInstanceOf(Loaded.Present.class);
      }
    }
  }
}
