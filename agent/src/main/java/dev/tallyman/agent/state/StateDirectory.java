package dev.tallyman.agent.state;

import com.sun.security.auth.module.UnixSystem;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.state.FileFormat.Kind;
import dev.tallyman.agent.state.v1.DesiredFile;
import dev.tallyman.agent.state.v1.HistoryFile;
import dev.tallyman.agent.state.v1.IdentityFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state in a folder of its own, which only the agent's user may enter: {@code
 * desired-<feed>.bin}, {@code history.bin} and {@code identity.bin}. Removing any of them, or all,
 * is safe: running workloads are found again by their labels. What is removed while an agent uses
 * it is made anew at the next save. That is not done where a disk may have been unmounted: it would
 * come back with older state, by which a job that has ended since would run again.
 */
public final class StateDirectory implements Store {

  private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);

  private static final String HISTORY = "history.bin";
  private static final String IDENTITY = "identity.bin";
  private static final int ID_BYTES = 16;
  private static final Pattern FEED = Pattern.compile("[a-z0-9-]{1,63}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path folder;
  private final StateFiles files;
  private final RandomGenerator random;
  private DirectoryLock lock;

  /** What the folder holds, by file. Payloads are made again when they are needed. */
  private final Map<String, Held> held = new LinkedHashMap<>();

  private final Map<String, Parts> desiredParts = new HashMap<>();
  private final Parts historyParts = new Parts();

  /** What the folder, and the one above it, are to the operating system; empty if not known. */
  private Optional<Object> self;

  private final Optional<Object> above;

  /** The folder was lost, and not all that it held is there again. */
  private boolean lost;

  /** What a file of the folder holds. */
  private record Held(Kind kind, Supplier<byte[]> payload) {}

  private StateDirectory(
      Path folder, StateFiles files, DirectoryLock lock, RandomGenerator random) {
    this.folder = folder;
    this.files = files;
    this.lock = lock;
    this.random = random;
    this.self = keyOf(folder);
    this.above = keyOf(folder.resolveSibling("."));
  }

  /**
   * Takes a folder into use: makes it and the folders above it when they are missing, closes it to
   * others, locks it, and sweeps what a killed agent left half written.
   *
   * @param clock for the names of files that are set aside
   * @param random for this agent's identity
   * @throws StateException if it is a symbolic link, not a folder or somebody else's, if another
   *     agent uses it, or if it cannot be written
   */
  public static StateDirectory open(Path folder, InstantSource clock, RandomGenerator random)
      throws StateException {
    Path real = prepare(folder.toAbsolutePath().normalize());
    DirectoryLock lock = DirectoryLock.take(real);
    try {
      StateFiles files = new StateFiles(real, clock);
      files.sweep();
      return new StateDirectory(real, files, lock, random);
    } catch (StateException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Path prepare(Path folder) throws StateException {
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        // Those above it are not ours, and get the mode that the user gives to all.
        Optional<Path> above = Optional.ofNullable(folder.getParent());
        if (above.isPresent()) {
          Files.createDirectories(above.get());
        }
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      requireOurs(folder);
      return folder.toRealPath();
    } catch (IOException e) {
      throw StateException.of("use the state directory", folder, e);
    }
  }

  private static void requireOurs(Path folder) throws IOException, StateException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw new StateException(
          "State directory " + folder + " is a symbolic link (expected: the folder itself).");
    }
    if (!attributes.isDirectory()) {
      throw new StateException("State directory " + folder + " is a file (expected: a folder).");
    }
    long owner =
        Integer.toUnsignedLong(
            (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    long self = new UnixSystem().getUid();
    if (owner != self) {
      throw new StateException(
          "State directory "
              + folder
              + " belongs to user "
              + attributes.owner().getName()
              + " (expected: the agent's own user, with the number "
              + self
              + ").");
    }
    Set<PosixFilePermission> mode = attributes.permissions();
    if (!mode.equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
      log.warn(
          "State directory {} had mode {}; it is {} now, so that nobody else can read it",
          folder,
          PosixFilePermissions.toString(mode),
          PosixFilePermissions.toString(OWNER_ONLY));
    }
  }

  @Override
  public Loaded<FeedState> loadDesired(String feed) throws StateException {
    String file = desiredFile(feed);
    Loaded<FeedState> loaded =
        files.load(
            file, Kind.DESIRED, payload -> DesiredFormat.read(DesiredFile.parseFrom(payload)));
    loaded.found().ifPresent(state -> held.put(file, held(state)));
    return report("Desired state of feed " + feed, loaded);
  }

  @Override
  public void saveDesired(FeedState state) throws StateException {
    save(desiredFile(state.feed()), held(state));
  }

  private Held held(FeedState state) {
    return new Held(
        Kind.DESIRED,
        () ->
            DesiredFormat.write(state, desiredParts.computeIfAbsent(state.feed(), _ -> new Parts()))
                .toByteArray());
  }

  private void save(String file, Held content) throws StateException {
    held.put(file, content);
    if (lost || isRemoved()) {
      makeAnew();
    } else {
      files.save(file, content.kind(), content.payload().get());
    }
  }

  /** Whether somebody took the folder away, or all that is in it, and no disk was unmounted. */
  private boolean isRemoved() {
    // The lock's file is never removed by an agent.
    if (Files.exists(folder.resolve(DirectoryLock.NAME), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Optional<Object> now = keyOf(folder);
    return now.isPresent()
        ? now.equals(self)
        : above.isPresent() && keyOf(folder.resolveSibling(".")).equals(above);
  }

  private void makeAnew() throws StateException {
    if (!lost) {
      lost = true;
      log.error(
          "State directory {} was removed while this agent uses it; it is made anew with all that"
              + " the agent knows",
          folder);
    }
    if (isRemoved()) {
      lock.close();
      lock = DirectoryLock.take(prepare(folder));
      self = keyOf(folder);
    }
    for (Map.Entry<String, Held> file : held.entrySet()) {
      files.save(file.getKey(), file.getValue().kind(), file.getValue().payload().get());
    }
    lost = false;
  }

  /** Two paths with one key are one folder. */
  private static Optional<Object> keyOf(Path folder) {
    try {
      return Optional.ofNullable(
          Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey());
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  private static String desiredFile(String feed) {
    if (!FEED.matcher(feed).matches()) {
      throw new IllegalArgumentException(
          "feed: " + feed + " (expected: 1 to 63 characters of a-z, 0-9 and '-')");
    }
    return "desired-" + feed + ".bin";
  }

  @Override
  public Loaded<Remembered> loadRemembered() throws StateException {
    Loaded<Remembered> loaded =
        files.load(
            HISTORY, Kind.HISTORY, payload -> HistoryFormat.read(HistoryFile.parseFrom(payload)));
    loaded.found().ifPresent(remembered -> held.put(HISTORY, held(remembered)));
    return report("History", loaded);
  }

  @Override
  public void saveRemembered(Remembered remembered) throws StateException {
    save(HISTORY, held(remembered));
  }

  private Held held(Remembered remembered) {
    return new Held(
        Kind.HISTORY, () -> HistoryFormat.write(remembered, historyParts).toByteArray());
  }

  @Override
  public String agentId() throws StateException {
    Loaded<String> loaded =
        files.load(IDENTITY, Kind.IDENTITY, payload -> checkedId(IdentityFile.parseFrom(payload)));
    Optional<String> kept = report("Identity", loaded).found();
    if (kept.isPresent()) {
      held.put(IDENTITY, identity(kept.get()));
      return kept.get();
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    save(IDENTITY, identity(id));
    return id;
  }

  private static Held identity(String id) {
    return new Held(
        Kind.IDENTITY, () -> IdentityFile.newBuilder().setAgentId(id).build().toByteArray());
  }

  private static String checkedId(IdentityFile file) {
    if (!ID.matcher(file.getAgentId()).matches()) {
      throw new IllegalArgumentException("agent_id is not 32 hexadecimal digits");
    }
    return file.getAgentId();
  }

  private static <T> Loaded<T> report(String what, Loaded<T> loaded) {
    if (loaded instanceof Loaded.SetAside<T>(Path path, String why)) {
      log.error(
          "{} on disk cannot be used and was set aside as {}: {} The agent goes on without it.",
          what,
          path,
          why);
    }
    return loaded;
  }

  @Override
  public void close() {
    lock.close();
  }
}
