package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.state.FileFormat.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Whatever stands in a file of the state directory, it is read as something that can be written and
 * read again, or set aside with a reason.
 */
class StateFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
  private static final String FEED = "control-plane";

  /** Bytes as they are: a checksum stops most. */
  @FuzzTest
  void anyFileIsReadOrSetAside(byte[] input) throws IOException, StateException {
    inFolder(store -> {
      for (String name : List.of("desired-control-plane.bin", "history.bin", "identity.bin")) {
        Files.write(store.folder().resolve(name), input);
      }
      store.check();
    });
  }

  /** What an agent would have written: the checksum is right. */
  @FuzzTest
  void anyDesiredStateIsReadOrSetAside(byte[] input) throws IOException, StateException {
    inFolder(store -> {
      store.write("desired-control-plane.bin", Kind.DESIRED, input);
      store.check();
    });
  }

  @FuzzTest
  void anyHistoryIsReadOrSetAside(byte[] input) throws IOException, StateException {
    inFolder(store -> {
      store.write("history.bin", Kind.HISTORY, input);
      store.check();
    });
  }

  @FuzzTest
  void anyIdentityIsReadOrSetAside(byte[] input) throws IOException, StateException {
    inFolder(store -> {
      store.write("identity.bin", Kind.IDENTITY, input);
      store.check();
    });
  }

  private interface Trial {
    void run(Opened store) throws IOException, StateException;
  }

  private record Opened(Path folder) {

    void write(String name, Kind kind, byte[] payload) throws IOException {
      Files.write(folder.resolve(name), FileFormat.encode(kind, payload));
    }

    void check() throws StateException {
      try (StateDirectory store =
          StateDirectory.open(folder, InstantSource.fixed(NOW), RandomGenerator.getDefault())) {
        if (store.loadDesired(FEED) instanceof Loaded.Present<FeedState>(FeedState state)
            && state.feed().equals(FEED)) {
          store.saveDesired(state);
          assertThat(store.loadDesired(FEED)).isEqualTo(new Loaded.Present<>(state));
        }
        if (store.loadRemembered() instanceof Loaded.Present<Remembered>(Remembered remembered)) {
          store.saveRemembered(remembered);
          assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(remembered));
        }
        String id = store.agentId();
        assertThat(id).matches("[0-9a-f]{32}").isEqualTo(store.agentId());
      }
    }
  }

  private static void inFolder(Trial trial) throws IOException, StateException {
    Path folder = Files.createTempDirectory("state");
    try {
      trial.run(new Opened(folder));
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
