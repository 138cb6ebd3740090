package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.security.auth.module.UnixSystem;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real disk that is full: a small one of the host's memory. */
class FullDiskTest {

  private static final int DISK_BYTES = 128 << 10;

  @TempDir Path temporary;

  private final Inbox inbox = new Inbox();
  private final List<Message> told = new ArrayList<>();

  @Test
  @Timeout(60)
  void theWriterSaysSoOnceKeepsTheOldStateAndSavesWhenThereIsRoomAgain() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root can mount a small disk");
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "tmpfs", disk.toString()) == 0,
        "a small disk can be mounted");
    Logger log = (Logger) LoggerFactory.getLogger(StateWriter.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);
    try {
      tryIt(disk, said);
    } finally {
      log.detachAppender(said);
      run("umount", disk.toString());
    }
  }

  private void tryIt(Path disk, ListAppender<ILoggingEvent> said) throws Exception {
    try (Store store =
            StateDirectory.open(disk, InstantSource.system(), RandomGenerator.getDefault());
        StateWriter writer = StateWriter.start(store, inbox, Duration.ofMillis(5))) {
      writer.desired(Samples.change(Samples.desired("control-plane", 1)));
      awaitTold(new Message.DesiredSaved("control-plane", 1), 1);
      Path filler = disk.resolve("filler");
      fill(filler);

      writer.desired(Samples.change(Samples.desired("control-plane", 2)));
      writer.history(7, Samples.change(Samples.remembered()));

      Message failed =
          new Message.SaveFailed(
              "desired state of feed control-plane",
              "Cannot write "
                  + disk.toRealPath()
                  + "/desired-control-plane.bin: the disk is full; free some space, it is tried"
                  + " again.");
      awaitFailures(5);
      assertThat(told).filteredOn(Message.SaveFailed.class::isInstance).first().isEqualTo(failed);
      assertThat(errors(said)).hasSize(1);
      assertThat(told).doesNotContain(new Message.HistorySaved(7));

      Files.delete(filler);

      awaitTold(new Message.DesiredSaved("control-plane", 2), 1);
      awaitTold(new Message.HistorySaved(7), 1);
    }
    try (Store store =
        StateDirectory.open(disk, InstantSource.system(), RandomGenerator.getDefault())) {
      assertThat(store.loadDesired("control-plane"))
          .isEqualTo(new Loaded.Present<>(Samples.desired("control-plane", 2)));
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
    }
    assertThat(errors(said)).hasSize(1);
  }

  /** Takes all room that is left. */
  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1024];
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 2 * DISK_BYTES / block.length; i++) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("space");
    }
  }

  private static List<ILoggingEvent> errors(ListAppender<ILoggingEvent> said) {
    return List.copyOf(said.list).stream().filter(e -> e.getLevel() == Level.ERROR).toList();
  }

  private void awaitFailures(int times) {
    await()
        .until(() -> {
          told.addAll(inbox.take(Duration.ofMillis(50)));
          return told.stream().filter(Message.SaveFailed.class::isInstance).count() >= times;
        });
  }

  private void awaitTold(Message message, int times) {
    await()
        .until(() -> {
          told.addAll(inbox.take(Duration.ofMillis(50)));
          return told.stream().filter(message::equals).count() >= times;
        });
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
