package dev.tallyman.proto.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract against the last published one, which is in {@code
 * src/test/resources/tallyman-v1.contract}.
 *
 * <p>Additions pass. So that they are kept from then on, they are to be recorded with {@code mvn
 * -pl proto test -Dtallyman.proto.accept=true}; a CI run insists on it.
 */
class ContractTest {

  private static final String ACCEPT = "mvn -pl proto test -Dtallyman.proto.accept=true";

  @BeforeAll
  static void acceptWhenAsked() throws IOException {
    if (Boolean.getBoolean("tallyman.proto.accept")) {
      PublishedContract.write(current());
    }
  }

  @Test
  void all_source_files_are_compared() throws IOException {
    assertThat(
            CurrentContract.descriptors().getFileList().stream().map(FileDescriptorProto::getName))
        .containsExactlyInAnyOrderElementsOf(CurrentContract.sourceFiles());
  }

  @Test
  void nothing_that_was_published_is_broken() throws IOException {
    PublishedContract published = PublishedContract.read();
    List<String> breaks =
        ContractCheck.breaks(published.contract(), published.retired(), current());
    assertThat(breaks)
        .as(
            "changes that break nodes and control planes already running; take them back, or, if"
                + " nobody can run the old form any more: %s",
            ACCEPT)
        .isEmpty();
  }

  @Test
  void additions_are_recorded() throws IOException {
    Set<String> additions = ContractCheck.additions(PublishedContract.read().contract(), current());
    if (additions.isEmpty()) {
      return;
    }
    String message = "the contract has grown; record it with: " + ACCEPT + "\n" + additions;
    if ("true".equals(System.getenv("CI"))) {
      assertThat(additions).as(message).isEqualTo(new TreeSet<>());
    }
    abort(message);
  }

  private static Contract current() {
    return Contract.of(CurrentContract.descriptors());
  }
}
