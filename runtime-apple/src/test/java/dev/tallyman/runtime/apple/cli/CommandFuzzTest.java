package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Whatever the command prints, it is read whole, or as unreadable with the reason. */
class CommandFuzzTest {

  /** No list may stand for more than this many ports; a published range is told in few words. */
  private static final int MOST_PORTS = 65_535;

  @FuzzTest
  void aListOfContainersIsReadWholeOrRefused(byte[] input) {
    try {
      List<Container> containers = ContainerList.read(text(input));
      for (Container container : containers) {
        assertThat(container.name()).isNotEmpty();
        assertThat(container.id()).startsWith(container.name());
        assertThat(container.ports()).hasSizeLessThanOrEqualTo(MOST_PORTS);
        if (container.exitCode().isPresent()) {
          assertThat(container.exitCode().getAsInt()).isBetween(0, 255);
        }
      }
    } catch (Unreadable reason) {
      assertThat(reason).message().isNotBlank();
    }
  }

  @FuzzTest
  void listsOfNetworksVolumesAndImagesAreReadWholeOrRefused(byte[] input) {
    String text = text(input);
    try {
      AssetList.networks(text).forEach(network -> assertThat(network.name()).isNotEmpty());
    } catch (Unreadable reason) {
      assertThat(reason).message().isNotBlank();
    }
    try {
      AssetList.volumes(text).forEach(volume -> assertThat(volume.name()).isNotEmpty());
    } catch (Unreadable reason) {
      assertThat(reason).message().isNotBlank();
    }
    try {
      assertThat(ImageReply.platforms(text)).isNotNull();
    } catch (Unreadable reason) {
      assertThat(reason).message().isNotBlank();
    }
  }

  @FuzzTest
  void whatTheCommandSaysOfItselfIsReadOrNotSaid(byte[] input) {
    String text = text(input);
    FactsReply.appRoot(text).ifPresent(path -> assertThat(path).isAbsolute());
    FactsReply.server(text).ifPresent(version -> assertThat(version.text()).isNotBlank());
    assertThat(FactsReply.flags(text)).allSatisfy(flag -> assertThat(flag).startsWith("--"));
    assertThat(FactsReply.word(text)).isNotEmpty();
    if (FactsReply.isRunning(text)) {
      assertThat(text).contains("running");
    }
    Version.in(text).ifPresent(version -> assertThat(version.major()).isNotNegative());
  }

  /** The first byte is the exit code; what follows was written to standard error. */
  @FuzzTest
  void anErrorOfAnyWordsHasAMeaning(byte[] input) {
    int exitCode = input.length == 0 ? 1 : Byte.toUnsignedInt(input[0]);
    String errors =
        input.length == 0 ? "" : new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
    Refusals refusals = new Refusals("apple");
    for (Verb verb : Verb.values()) {
      RuntimeFailure failure = refusals.of(verb, "w1", exitCode, errors);
      assertThat(failure).hasMessageContaining("w1");
    }
    assertThat(AttachEnd.judge(exitCode, errors, false, false, _ -> false)).isNotNull();
  }

  @FuzzTest
  void whatIsMarkedIsReadBack(byte[] input) {
    String text = text(input);
    assertThat(Marks.decode(Marks.encode(text))).isEqualTo(text);
    assertThat(Marks.decode(Map.of("k", text))).containsOnlyKeys("k");
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }
}
