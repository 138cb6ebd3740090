package dev.tallyman.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real folder, changed in the ways in which people and tools change folders. */
class ManifestsFeedTest {

  private static final String WEB = "services: {web: {image: app:1}}\n";

  @TempDir Path folder;
  private final Inbox inbox = new Inbox();
  private Optional<ManifestsFeed> feed = Optional.empty();
  private Optional<FeedState> state = Optional.empty();
  private Optional<FeedView> view = Optional.empty();

  @AfterEach
  void end() {
    feed.ifPresent(ManifestsFeed::close);
  }

  @Test
  void eachFileIsAStackNamedByItselfOrByItsFile() throws IOException {
    write("shop.yaml", WEB);
    write("other.yml", "name: blog\n" + WEB);
    write("notes.txt", "no manifest");
    start();

    awaitWorkloads(Map.of("shop/web", 1L, "blog/web", 1L));
    assertThat(view.orElseThrow().link()).isEqualTo(FeedView.Link.CONNECTED);
  }

  @Test
  void aFileThatIsSavedReplacedOrRemovedIsFollowed() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));

    write("shop.yaml", "services: {web: {image: app:2}}\n");
    awaitWorkloads(Map.of("shop/web", 2L));

    Path next = Files.writeString(folder.resolve("next.tmp"), "services: {api: {image: app:3}}\n");
    Files.move(next, folder.resolve("shop.yaml"), StandardCopyOption.ATOMIC_MOVE);
    awaitWorkloads(Map.of("shop/api", 1L));

    Files.delete(folder.resolve("shop.yaml"));
    awaitWorkloads(Map.of());
  }

  @Test
  void aLinkToAFolderThatIsSwappedIsFollowed() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..1"));
    Path second = Files.createDirectory(folder.resolve("..2"));
    Files.writeString(first.resolve("shop.yaml"), WEB);
    Files.writeString(second.resolve("shop.yaml"), "services: {web: {image: app:22}}\n");
    Path data = folder.resolve("..data");
    Files.createSymbolicLink(data, first.getFileName());
    Files.createSymbolicLink(folder.resolve("shop.yaml"), Path.of("..data", "shop.yaml"));
    start();
    awaitWorkloads(Map.of("shop/web", 1L));

    Path swap = Files.createSymbolicLink(folder.resolve("..swap"), second.getFileName());
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
    awaitWorkloads(Map.of("shop/web", 2L));
  }

  @Test
  void aFileThatCannotBeUsedKeepsWhatItLastSaidAndSaysWhy() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));

    write("shop.yaml", "services: {web: {image: app:2, imagee: x}}\n");
    await()
        .until(() -> drained().view.map(v -> v.message().contains("shop.yaml:1:")).orElse(false));
    assertThat(view.orElseThrow().message()).contains("imagee");
    awaitWorkloads(Map.of("shop/web", 1L));

    write("shop.yaml", WEB + "# mended\n");
    await().until(() -> drained().view.map(v -> v.message().isEmpty()).orElse(false));
  }

  @Test
  void atItsStartAnUnusableFileTakesNothingAway() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));
    FeedState remembered = state.orElseThrow();
    end();

    write("shop.yaml", "services: [\n");
    feed = Optional.of(ManifestsFeed.start(folder, Map.of(), inbox, Optional.of(remembered)));
    await().until(() -> drained().view.map(v -> !v.message().isEmpty()).orElse(false));
    awaitWorkloads(Map.of("shop/web", 1L));
  }

  @Test
  void whatDidNotChangeSinceTheLastLifeKeepsItsGeneration() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));
    FeedState remembered = state.orElseThrow();
    end();
    state = Optional.empty();

    feed = Optional.of(ManifestsFeed.start(folder, Map.of(), inbox, Optional.of(remembered)));
    awaitWorkloads(Map.of("shop/web", 1L));
    assertThat(state.orElseThrow().revision()).isEqualTo(remembered.revision());
  }

  @Test
  void anEmptyFolderSaysThatNothingIsWanted() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));
    FeedState remembered = state.orElseThrow();
    end();
    Files.delete(folder.resolve("shop.yaml"));
    state = Optional.empty();

    feed = Optional.of(ManifestsFeed.start(folder, Map.of(), inbox, Optional.of(remembered)));

    awaitWorkloads(Map.of());
  }

  @Test
  void aFolderThatIsGoneIsNoEmptyFolder() throws IOException {
    write("shop.yaml", WEB);
    start();
    awaitWorkloads(Map.of("shop/web", 1L));

    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    await()
        .until(() -> drained().view.map(v -> v.link() == FeedView.Link.DISCONNECTED).orElse(false));
    awaitWorkloads(Map.of("shop/web", 1L));
    Files.move(away, folder);
    await().until(() -> drained().view.map(v -> v.link() == FeedView.Link.CONNECTED).orElse(false));
  }

  @Test
  void twoFilesOfOneStackAreNotMixed() throws IOException {
    write("a.yaml", "name: shop\n" + WEB);
    write("b.yaml", "name: shop\nservices: {api: {image: app:1}}\n");
    start();

    awaitWorkloads(Map.of("shop/web", 1L));
    assertThat(view.orElseThrow().message()).contains("b.yaml: name: shop (expected: one that");
  }

  @Test
  void fiveHundredFilesAreFiveHundredStacks() throws IOException {
    Map<String, Long> expected = new TreeMap<>();
    for (int i = 0; i < 500; i++) {
      write("s" + i + ".yaml", WEB);
      expected.put("s" + i + "/web", 1L);
    }
    start();

    awaitWorkloads(expected);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void start() {
    feed = Optional.of(ManifestsFeed.start(folder, Map.of(), inbox, Optional.empty()));
  }

  private ManifestsFeedTest drained() throws InterruptedException {
    for (Message message : inbox.take(Duration.ofMillis(20))) {
      if (message instanceof Message.FeedSnapshot snapshot) {
        state = Optional.of(snapshot.state());
      }
      if (message instanceof Message.FeedChanged changed) {
        view = Optional.of(changed.view());
      }
    }
    return this;
  }

  private void awaitWorkloads(Map<String, Long> generations) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> drained().view.isPresent() && workloads().equals(Optional.of(generations)));
    assertThat(state.orElseThrow().feed()).isEqualTo(FeedNames.MANIFESTS);
  }

  private Optional<Map<String, Long>> workloads() {
    return state.map(s -> {
      Map<String, Long> workloads = new TreeMap<>();
      List<Desired> all = s.desired();
      all.forEach(d -> workloads.put(d.stack() + "/" + d.name(), d.generation()));
      return workloads;
    });
  }
}
