package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.oci.http.EngineHttp.Answer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which engine it is, and which version of the API is spoken with it. Read from the headers of
 * {@code /_ping}, which every engine sends within a millisecond; {@code /version} takes Podman most
 * of a second.
 *
 * @param kind the family of the engine
 * @param version the engine's own version; empty if it does not say
 * @param api the version of the Docker Engine API that is spoken
 */
public record Dialect(Kind kind, String version, String api) {

  /** The families of engines, which differ in their answers. */
  public enum Kind {
    DOCKER("docker", "Docker"),
    PODMAN("podman", "Podman");

    private final String word;
    private final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /** The oldest version that can be used. */
    public Version oldest() {
      return switch (this) {
        case DOCKER -> new Version(20, 10);
        case PODMAN -> new Version(4, 3);
      };
    }

    /** The word that stands in {@code RuntimeInfo}. */
    public String word() {
      return word;
    }
  }

  /** What Docker 20.10 and Podman 4.3 speak; has everything that is needed. */
  private static final Version OLDEST_API = new Version(1, 41);

  /** The oldest that Docker speaks since 29. */
  private static final Version PREFERRED_API = new Version(1, 44);

  private static final Pattern DOCKER_SERVER = Pattern.compile("Docker/(\\S+).*");

  /**
   * Reads the answer to {@code /_ping}.
   *
   * @throws Unusable if the engine is too old, or is none
   */
  public static Dialect of(Answer ping) throws Unusable {
    Version newest =
        ping.header("Api-Version")
            .flatMap(Version::parse)
            .orElseThrow(() ->
                new Unusable(
                    "somebody answers, but does not speak the Docker Engine API (no header"
                        + " Api-Version)"));
    Optional<String> libpod = ping.header("Libpod-Api-Version");
    Kind kind = libpod.isPresent() ? Kind.PODMAN : Kind.DOCKER;
    String version = libpod.or(() -> dockerVersion(ping)).orElse("");
    Optional<Version> number = Version.parse(version);
    if (number.isPresent() && number.get().compareTo(kind.oldest()) < 0) {
      throw new Unusable(
          "%s %s is too old (expected: %s or newer)".formatted(kind.title, version, kind.oldest()));
    }
    if (newest.compareTo(OLDEST_API) < 0) {
      throw new Unusable(
          "%s %s speaks version %s of the Docker Engine API (expected: %s or newer)"
              .formatted(kind.title, version, newest, OLDEST_API));
    }
    Version spoken = newest.compareTo(PREFERRED_API) < 0 ? newest : PREFERRED_API;
    return new Dialect(kind, version, spoken.toString());
  }

  private static Optional<String> dockerVersion(Answer ping) {
    return ping.header("Server")
        .map(DOCKER_SERVER::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1));
  }

  /** The engine's own name and version, for people. */
  public String title() {
    return version.isEmpty() ? kind.title : kind.title + " " + version;
  }

  /** Whether the version of the API that is spoken is this one or a newer one. */
  public boolean speaks(int major, int minor) {
    return Version.parse(api)
        .filter(spoken -> spoken.compareTo(new Version(major, minor)) >= 0)
        .isPresent();
  }

  /** A path of the Docker Engine API. */
  public String path(String path) {
    return "/v" + api + path;
  }

  /** A path of Podman's own API, for what its Docker API cannot say. */
  public String libpodPath(String path) {
    return "/v" + version + "/libpod" + path;
  }

  /** The engine cannot be used; the message says why. */
  public static final class Unusable extends Exception {
    public Unusable(String reason) {
      super(reason);
    }
  }

  /** The first two numbers of a version. */
  public record Version(int major, int minor) implements Comparable<Version> {

    private static final Pattern NUMBERS = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6}).*");

    public static Optional<Version> parse(String text) {
      Matcher matcher = NUMBERS.matcher(text);
      return matcher.matches()
          ? Optional.of(
              new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    }

    @Override
    public int compareTo(Version other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }
}
