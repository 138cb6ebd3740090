package dev.tallyman.runtime.oci.images;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.oci.http.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The user's logins at registries, as {@code docker login} keeps them: in {@code config.json}, or
 * with a helper program that is named there. Read anew for each pull, so that a login counts at
 * once. A registry without a login is asked as nobody.
 */
public final class RegistryCredentials {

  /** The name under which Docker keeps the login at Docker Hub. */
  private static final String DOCKER_HUB = "https://index.docker.io/v1/";

  private static final String NO_SUCH_LOGIN = "credentials not found";

  /** A part of a program's name, and no path. */
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private static final long HELPER_SECONDS = 10;
  private static final long MAX_CONFIG_BYTES = 1 << 20;

  private final Path configFile;
  private final List<Path> programs;

  /**
   * The logins in a folder, read anew each time.
   *
   * @param folder the folder of {@code config.json}
   * @param path folders of helper programs, as in the environment's {@code PATH}
   */
  public RegistryCredentials(Path folder, String path) {
    this.configFile = folder.resolve("config.json");
    this.programs =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toList();
  }

  /**
   * The value of the header {@code X-Registry-Auth}; empty for a registry without a login.
   *
   * @param registry such as {@code docker.io} or {@code registry.example:5000}
   * @throws IOException if the file or a helper cannot be read; the message holds no secret
   */
  public Optional<String> header(String registry) throws IOException, InterruptedException {
    Optional<Json> config = read();
    if (config.isEmpty()) {
      return Optional.empty();
    }
    String key = registry.equals("docker.io") ? DOCKER_HUB : registry;
    String special = config.get().at("credHelpers").at(key).text();
    String helper = special.isEmpty() ? config.get().at("credsStore").text() : special;
    Optional<JsonObject> login =
        helper.isEmpty() ? fromFile(config.get(), key) : fromHelper(helper, key);
    return login.map(found -> {
      found.addProperty("serveraddress", key);
      return Base64.getUrlEncoder()
          .encodeToString(found.toString().getBytes(StandardCharsets.UTF_8));
    });
  }

  private Optional<Json> read() throws IOException {
    try {
      if (Files.size(configFile) > MAX_CONFIG_BYTES) {
        throw new IOException(configFile + " is larger than 1 MiB");
      }
      return Optional.of(Json.parse(Files.readString(configFile)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException bad) {
      throw new IOException(configFile + " cannot be read, or is no JSON", bad);
    }
  }

  private Optional<JsonObject> fromFile(Json config, String key) throws IOException {
    for (var entry : config.at("auths").fields().entrySet()) {
      if (host(entry.getKey()).equals(host(key))) {
        return login(entry.getKey(), entry.getValue());
      }
    }
    return Optional.empty();
  }

  private Optional<JsonObject> login(String key, Json entry) throws IOException {
    String token = entry.at("identitytoken").text();
    if (!token.isEmpty()) {
      return Optional.of(token(token));
    }
    String encoded = entry.at("auth").text();
    if (encoded.isEmpty()) {
      return Optional.empty();
    }
    String decoded;
    try {
      decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      decoded = "";
    }
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw new IOException(
          "%s: auths.%s.auth (expected: base64 of user:password)".formatted(configFile, key));
    }
    return Optional.of(password(decoded.substring(0, colon), decoded.substring(colon + 1)));
  }

  /** Speaks the protocol of Docker's credential helpers: the server's name in, JSON out. */
  private Optional<JsonObject> fromHelper(String helper, String key)
      throws IOException, InterruptedException {
    if (!HELPER.matcher(helper).matches()) {
      throw new IOException(
          configFile
              + ": credsStore or credHelpers (expected: 1 to 64 of a-z, 0-9, '.', '_', '-')");
    }
    String program = "docker-credential-" + helper;
    Path file =
        programs.stream()
            .map(path -> path.resolve(program))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException(program + " is not among the host's programs"));
    Process process =
        new ProcessBuilder(List.of(file.toString(), "get")).redirectErrorStream(true).start();
    Thread watchdog = Thread.ofVirtual().name("credential-helper").start(() -> limit(process));
    try {
      try (var in = process.getOutputStream()) {
        in.write(key.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        // It does not want to know; its exit code says what that means.
      }
      byte[] output = process.getInputStream().readNBytes((int) MAX_CONFIG_BYTES);
      process.waitFor();
      String text = new String(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        if (text.contains(NO_SUCH_LOGIN)) {
          return Optional.empty();
        }
        throw new IOException(program + " ended with exit code " + process.exitValue());
      }
      Json login = Json.parse(text);
      String user = login.at("Username").text();
      String secret = login.at("Secret").text();
      return Optional.of(user.equals("<token>") ? token(secret) : password(user, secret));
    } finally {
      watchdog.interrupt();
      process.destroyForcibly();
    }
  }

  /** A helper that asks somebody for a password on a screen would never end. */
  private static void limit(Process process) {
    try {
      if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      // It has ended.
    }
  }

  private static JsonObject token(String token) {
    JsonObject login = new JsonObject();
    login.addProperty("identitytoken", token);
    return login;
  }

  private static JsonObject password(String user, String password) {
    JsonObject login = new JsonObject();
    login.addProperty("username", user);
    login.addProperty("password", password);
    return login;
  }

  private static String host(String key) {
    String stripped = key.replaceFirst("^https?://", "");
    int slash = stripped.indexOf('/');
    return slash < 0 ? stripped : stripped.substring(0, slash);
  }
}
