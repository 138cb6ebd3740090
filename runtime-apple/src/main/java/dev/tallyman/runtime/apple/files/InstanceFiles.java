package dev.tallyman.runtime.apple.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.apple.shim.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Secrets and configs, each a file in a folder that only this user can look into, mounted read-only
 * into its instance.
 *
 * <p>macOS has no file system in memory that a user may mount, so they lie on disk, as what the
 * engine itself keeps of an instance does; they go with their instance. Only root can give a file
 * to another user: for others the owner inside is whoever runs the agent.
 */
public final class InstanceFiles {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}");

  private final Path folder;
  private final Owner owner;

  /** Whether files can be given to others. */
  public enum Owner {
    ANYBODY,
    ONLY_THIS_USER
  }

  /**
   * @param folder need not exist; made as this user's alone
   */
  public InstanceFiles(Path folder, Owner owner) {
    this.folder = requireNonNull(folder, "folder");
    this.owner = requireNonNull(owner, "owner");
  }

  /** What this user can do, as the name says that programs run under. */
  public static Owner ownerOf(String user) {
    return user.equals("root") ? Owner.ANYBODY : Owner.ONLY_THIS_USER;
  }

  /** Why files cannot be given as asked; empty if they can. */
  public Optional<String> obstacle(List<HostFile> files) {
    return switch (owner) {
      case ANYBODY -> Optional.empty();
      case ONLY_THIS_USER ->
          files.stream()
              .filter(file -> file.uid() != 0 || file.gid() != 0)
              .findFirst()
              .map(file ->
                  "file %s: owner %d:%d (expected: none, because only root can give files away)"
                      .formatted(file.target(), file.uid(), file.gid()));
    };
  }

  /**
   * Writes the files of a workload; those that lie there with the same content stay.
   *
   * @return where each lies, by its place inside
   */
  public Map<String, Path> write(String uid, List<HostFile> files) throws IOException {
    Map<String, Path> places = new LinkedHashMap<>();
    if (files.isEmpty()) {
      return places;
    }
    Path home = home(uid);
    Folders.makePrivate(home);
    for (HostFile file : files) {
      Path place = home.resolve(mark(file.target()));
      byte[] content = file.content().bytes();
      if (!Files.exists(place) || !Arrays.equals(Files.readAllBytes(place), content)) {
        Path draft = Files.createTempFile(home, "draft", "");
        Files.write(draft, content);
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.setPosixFilePermissions(place, permissions(file.mode()));
      if (owner == Owner.ANYBODY) {
        Files.setAttribute(place, "unix:uid", file.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(place, "unix:gid", file.gid(), LinkOption.NOFOLLOW_LINKS);
      }
      places.put(file.target(), place);
    }
    return places;
  }

  /** Removes the files of a workload. */
  public void remove(String uid) {
    Folders.remove(home(uid));
  }

  private Path home(String uid) {
    return folder.resolve(PLAIN.matcher(uid).matches() ? uid : mark(uid));
  }

  private static String mark(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    String letters = "rwxrwxrwx";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < letters.length(); i++) {
      text.append((mode >> (letters.length() - 1 - i) & 1) == 1 ? letters.charAt(i) : '-');
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(PosixFilePermissions.fromString(text.toString()));
    return permissions;
  }
}
