package dev.tallyman.agent.feed;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a folder of manifests: looks at it every second, which costs a question about each file,
 * and tells the loop what it says when that has changed. A folder that cannot be listed is no empty
 * folder: what it said stands.
 */
public final class ManifestsFeed implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ManifestsFeed.class);

  /** Files change while they are written; a second is long enough for that to be over mostly. */
  private static final Duration GAP = Duration.ofSeconds(1);

  private static final String STORE = "folder";
  private static final int SHOWN_PROBLEMS = 3;

  private final ManifestsFolder folder;
  private final Path path;
  private final Inbox inbox;
  private final Thread thread;

  // The thread's own.
  private final Map<String, Desired> told = new HashMap<>();
  private long revision;
  private String said = "";
  private String problems = "";
  private boolean isSpeaking;

  private ManifestsFeed(
      Path path, Map<String, String> environment, Inbox inbox, Optional<FeedState> remembered) {
    this.path = path;
    this.folder = new ManifestsFolder(path, environment);
    this.inbox = inbox;
    this.thread = Thread.ofVirtual().name("feed-" + FeedNames.MANIFESTS).unstarted(this::run);
    remembered.ifPresent(state -> {
      revision = state.revision();
      state.desired().forEach(desired -> told.put(desired.uid(), desired));
    });
  }

  /**
   * Starts to watch.
   *
   * @param environment variables that files may use
   * @param remembered what the folder said when that was last written down
   */
  public static ManifestsFeed start(
      Path folder, Map<String, String> environment, Inbox inbox, Optional<FeedState> remembered) {
    ManifestsFeed feed = new ManifestsFeed(folder, environment, inbox, remembered);
    feed.thread.start();
    return feed;
  }

  /** Ends it. What the folder said stands. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(GAP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      folder.look().ifPresent(this::tell);
      say(FeedView.Link.CONNECTED, problems);
    } catch (IOException e) {
      say(FeedView.Link.DISCONNECTED, ManifestsFolder.why(e));
    } catch (RuntimeException defect) {
      log.error("Feed {} met a defect; what it said stands", FeedNames.MANIFESTS, defect);
      say(FeedView.Link.DISCONNECTED, "a defect of the agent: " + defect);
    }
  }

  private void tell(ManifestsFolder.Reading reading) {
    Map<String, Desired> now = new HashMap<>();
    reading
        .desired()
        .forEach(desired ->
            now.put(desired.uid(), desired.after(Optional.ofNullable(told.get(desired.uid())))));
    switch (reading.unknown()) {
      case NO -> {}
      // Nobody knows which of these the unusable file wants.
      case YES -> told.forEach(now::putIfAbsent);
    }
    boolean changed = !now.equals(told);
    if (changed || !isSpeaking) {
      isSpeaking = true;
      revision += changed ? 1 : 0;
      told.clear();
      told.putAll(now);
      inbox.post(
          new Message.FeedSnapshot(
              new FeedState(FeedNames.MANIFESTS, STORE, revision, List.copyOf(now.values()))));
    }
    problems = shown(reading.problems());
  }

  private static String shown(List<String> problems) {
    if (problems.isEmpty()) {
      return "";
    }
    List<String> shown = new ArrayList<>(problems.stream().limit(SHOWN_PROBLEMS).toList());
    int more = problems.size() - shown.size();
    if (more > 0) {
      shown.add("and " + more + " more");
    }
    return String.join("; ", shown) + ". What these files last said stands.";
  }

  private void say(FeedView.Link link, String message) {
    String what = link + message;
    if (what.equals(said)) {
      return;
    }
    said = what;
    if (!message.isEmpty()) {
      log.warn("Manifests in {}: {}", path, message);
    }
    inbox.post(
        new Message.FeedChanged(
            new FeedView(
                FeedNames.MANIFESTS,
                path.toString(),
                link,
                message,
                STORE,
                revision,
                Optional.empty())));
  }
}
