package dev.tallyman.runtime.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/**
 * The user's logins at registries, as {@code docker login} keeps them: in {@code config.json}, or
 * with a helper program that is named there. Read anew for each pull, so that a login counts at
 * once. A registry without a login is asked as nobody.
 */
final class RegistryCredentials {

  /** The name under which Docker keeps the login at Docker Hub. */
  private static final String DOCKER_HUB = "https://index.docker.io/v1/";

  private static final String NO_SUCH_LOGIN = "credentials not found";
  private static final long HELPER_SECONDS = 10;
  private static final long MAX_CONFIG_BYTES = 1 << 20;

  private final Path configFile;
  private final List<Path> programs;

  /**
   * @param folder the folder of {@code config.json}
   * @param path folders of helper programs, as in the environment's {@code PATH}
   */
  RegistryCredentials(Path folder, String path) {
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
  Optional<String> header(String registry) throws IOException, InterruptedException {
    Optional<JsonNode> config = read();
    if (config.isEmpty()) {
      return Optional.empty();
    }
    String key = registry.equals("docker.io") ? DOCKER_HUB : registry;
    String helper =
        config
            .get()
            .path("credHelpers")
            .path(key)
            .asText(config.get().path("credsStore").asText(""));
    Optional<ObjectNode> login =
        helper.isEmpty() ? fromFile(config.get(), key) : fromHelper(helper, key);
    return login.map(found ->
        Base64.getUrlEncoder()
            .encodeToString(
                found.put("serveraddress", key).toString().getBytes(StandardCharsets.UTF_8)));
  }

  private Optional<JsonNode> read() throws IOException {
    try {
      if (Files.size(configFile) > MAX_CONFIG_BYTES) {
        throw new IOException(configFile + " is larger than 1 MiB");
      }
      return Optional.of(EngineHttp.JSON.readTree(Files.readAllBytes(configFile)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonProcessingException bad) {
      throw new IOException(
          "%s is not JSON (line %d)".formatted(configFile, bad.getLocation().getLineNr()));
    }
  }

  private Optional<ObjectNode> fromFile(JsonNode config, String key) throws IOException {
    for (var entry : config.path("auths").properties()) {
      if (host(entry.getKey()).equals(host(key))) {
        return login(entry.getKey(), entry.getValue());
      }
    }
    return Optional.empty();
  }

  private Optional<ObjectNode> login(String key, JsonNode entry) throws IOException {
    String token = entry.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(EngineHttp.JSON.createObjectNode().put("identitytoken", token));
    }
    String encoded = entry.path("auth").asText("");
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
  private Optional<ObjectNode> fromHelper(String helper, String key)
      throws IOException, InterruptedException {
    String program = "docker-credential-" + helper;
    Path file =
        programs.stream()
            .map(path -> path.resolve(program))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException(program + " is not among the host's programs"));
    Process process =
        new ProcessBuilder(List.of(file.toString(), "get")).redirectErrorStream(true).start();
    try {
      try (var in = process.getOutputStream()) {
        in.write(key.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        // It does not want to know; its exit code says what that means.
      }
      byte[] output = process.getInputStream().readNBytes((int) MAX_CONFIG_BYTES);
      if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(program + " did not end within " + HELPER_SECONDS + " s");
      }
      String text = new String(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        if (text.contains(NO_SUCH_LOGIN)) {
          return Optional.empty();
        }
        throw new IOException(program + " ended with exit code " + process.exitValue());
      }
      JsonNode login = EngineHttp.JSON.readTree(text);
      String user = login.path("Username").asText("");
      String secret = login.path("Secret").asText("");
      return Optional.of(
          user.equals("<token>")
              ? EngineHttp.JSON.createObjectNode().put("identitytoken", secret)
              : password(user, secret));
    } finally {
      process.destroyForcibly();
    }
  }

  private static ObjectNode password(String user, String password) {
    return EngineHttp.JSON.createObjectNode().put("username", user).put("password", password);
  }

  private static String host(String key) {
    String stripped = key.replaceFirst("^https?://", "");
    int slash = stripped.indexOf('/');
    return slash < 0 ? stripped : stripped.substring(0, slash);
  }
}
