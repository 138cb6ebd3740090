package dev.tallyman.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.transport.TokenHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {

  @TempDir private Path folder;

  @Test
  void tokens_stand_for_nodes_and_admins() throws IOException {
    Tokens tokens =
        Tokens.read(
            write(
                """
                nodes:
                  node-1: %s
                admins:
                  alice: %s
                """
                    .formatted(hash("one"), hash("two"))));
    assertThat(tokens.principal(TokenHash.of("one"))).contains(new Principal.NodeToken("node-1"));
    assertThat(tokens.principal(TokenHash.of("two"))).contains(new Principal.AdminToken("alice"));
    assertThat(tokens.principal(TokenHash.of("three"))).isEmpty();
  }

  @Test
  void all_faults_of_the_file_are_named_with_their_line_and_no_token_is_shown() throws IOException {
    Path file =
        write(
            """
            nodes:
              node-1: a-plain-token
              node-2: %s
              node-3: %s
            admin:
              alice: %s
            admins: [bob]
            """
                .formatted(hash("one"), hash("one"), hash("two")));
    assertThatThrownBy(() -> Tokens.read(file))
        .isInstanceOf(FaultsException.class)
        .message()
        .contains(
            file
                + ":2:3: nodes.node-1: token hash: 13 characters (expected: the 64 hexadecimal digits")
        .contains(file + ":4:3: nodes.node-3: the same token as another one")
        .contains(file + ":5:1: admin: not known (expected: nodes or admins); did you mean admins?")
        .contains(file + ":7:9: admins: a list (expected: a mapping from names to hashes)")
        .doesNotContain("a-plain-token")
        .hasLineCount(4);
  }

  @Test
  void file_without_a_token_is_refused() throws IOException {
    Path empty = write("");
    assertThatThrownBy(() -> Tokens.read(empty)).hasMessageContaining(empty + ": no token in it");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Tokens.read(missing)).hasMessageContaining(missing.toString());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("tokens.yaml"), text);
  }

  private static String hash(String token) {
    return TokenHash.of(token).toHex();
  }
}
