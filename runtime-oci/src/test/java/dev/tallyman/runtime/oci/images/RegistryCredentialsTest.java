package dev.tallyman.runtime.oci.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryCredentialsTest {

  @TempDir Path folder;
  private RegistryCredentials credentials;

  @BeforeEach
  void open() {
    credentials = new RegistryCredentials(folder, folder.toString());
  }

  @Test
  void withoutAFileNobodyIsLoggedIn() throws Exception {
    assertThat(credentials.header("docker.io")).isEmpty();
  }

  @Test
  void aLoginIsFoundByItsRegistry() throws Exception {
    config(
        """
        {"auths": {
          "https://index.docker.io/v1/": {"auth": "%s"},
          "registry.example:5000": {"auth": "%s"},
          "https://old.example/v2/": {"auth": "%s"},
          "token.example": {"identitytoken": "t0ken"},
          "empty.example": {}},
         "currentContext": "x"}
        """
            .formatted(base64("a:b"), base64("user:pass:word"), base64("c:d")));

    assertThat(login("docker.io"))
        .contains(
            "{\"username\":\"a\",\"password\":\"b\",\"serveraddress\":\"https://index.docker.io/v1/\"}");
    assertThat(login("registry.example:5000"))
        .contains(
            "{\"username\":\"user\",\"password\":\"pass:word\",\"serveraddress\":\"registry.example:5000\"}");
    assertThat(login("old.example"))
        .contains("{\"username\":\"c\",\"password\":\"d\",\"serveraddress\":\"old.example\"}");
    assertThat(login("token.example"))
        .contains("{\"identitytoken\":\"t0ken\",\"serveraddress\":\"token.example\"}");
    assertThat(login("empty.example")).isEmpty();
    assertThat(login("registry.example")).isEmpty();
  }

  @Test
  void aLoginCountsAtOnce() throws Exception {
    assertThat(login("a.example")).isEmpty();
    config("{\"auths\": {\"a.example\": {\"auth\": \"" + base64("x:y") + "\"}}}");
    assertThat(login("a.example")).isPresent();
  }

  @Test
  void aHelperIsAskedWhereOneIsNamed() throws Exception {
    helper("general", "echo '{\"Username\":\"u\",\"Secret\":\"for '$(cat)'\"}'");
    helper("special", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
    config("{\"credsStore\": \"general\", \"credHelpers\": {\"b.example\": \"special\"}}");

    assertThat(login("a.example"))
        .contains(
            "{\"username\":\"u\",\"password\":\"for a.example\",\"serveraddress\":\"a.example\"}");
    assertThat(login("b.example"))
        .contains("{\"identitytoken\":\"t\",\"serveraddress\":\"b.example\"}");
  }

  @Test
  void aHelperThatKnowsNoLoginMeansNone() throws Exception {
    helper("store", "echo 'credentials not found in native keychain'; exit 1");
    config("{\"credsStore\": \"store\"}");

    assertThat(login("a.example")).isEmpty();
  }

  @Test
  void aHelperThatFailsIsNamedAndItsOutputIsNotRepeated() throws Exception {
    helper("store", "echo s3cret; exit 3");
    config("{\"credsStore\": \"store\"}");

    assertThatThrownBy(() -> login("a.example"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("docker-credential-store ended with exit code 3")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\u0000b", "../../bin/true", "-x", " "})
  void aHelperThatIsNoNameIsRefused(String helper) throws Exception {
    config("{\"credsStore\": \"" + helper + "\"}");

    assertThatThrownBy(() -> login("a.example"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("credsStore or credHelpers (expected: 1 to 64 of a-z");
  }

  @Test
  void aHelperThatIsNotThereIsNamed() throws Exception {
    config("{\"credsStore\": \"nosuch\"}");

    assertThatThrownBy(() -> login("a.example"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("docker-credential-nosuch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\": ",
        "{\"auths\": {\"a.example\": {\"auth\": \"s3cret!!\"}}}",
        "{\"auths\": {\"a.example\": {\"auth\": \"czNjcmV0\"}}}"
      })
  void aBrokenFileIsNamedAndItsSecretsAreNotRepeated(String text) throws Exception {
    config(text);

    assertThatThrownBy(() -> login("a.example"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json")
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("czNjcmV0");
  }

  private Optional<String> login(String registry) throws IOException, InterruptedException {
    return credentials
        .header(registry)
        .map(header -> new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8))
        .map(json -> {
          try {
            Json tree = Json.parse(json);
            return tree.toString();
          } catch (IOException e) {
            throw new AssertionError(json, e);
          }
        });
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  private void helper(String name, String script) throws IOException {
    Path file = folder.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n[ \"$1\" = get ] || exit 9\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
