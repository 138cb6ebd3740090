package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.apple.command.CallFailed;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RefusalsTest {

  private final Refusals refusals = new Refusals("apple (/usr/local/bin/container)");

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of(
            Verb.LIST,
            "Error: internalError: \"failed\" (cause: \"interrupted: \"XPC connection error: x\"\")",
            RuntimeFailure.Unavailable.class),
        Arguments.of(Verb.CREATE, "Error: XPC timeout for request", RuntimeFailure.TimedOut.class),
        Arguments.of(Verb.CREATE, "Error: container already exists: a-1", Conflict.class),
        Arguments.of(
            Verb.CREATE, "Error: path '/no' does not exist", RuntimeFailure.InvalidSpec.class),
        Arguments.of(Verb.CREATE, "Error: something new", RuntimeFailure.Internal.class),
        Arguments.of(
            Verb.START,
            "Error: failed to find target executable /no",
            RuntimeFailure.InvalidSpec.class),
        Arguments.of(Verb.START, "Error: bind: Address already in use", Conflict.class),
        Arguments.of(
            Verb.START,
            "Error: get failed: container a-1 not found",
            RuntimeFailure.InstanceNotFound.class),
        Arguments.of(
            Verb.DELETE,
            "Error: internalError: \"x\" (cause: \"notFound: \"container with ID a-1 not found\"\")",
            RuntimeFailure.InstanceNotFound.class),
        Arguments.of(Verb.PULL, "Error: HTTP 401 Unauthorized", RuntimeFailure.PullDenied.class),
        Arguments.of(
            Verb.PULL,
            "Error: error querying keychain for host, -25308",
            RuntimeFailure.PullDenied.class),
        Arguments.of(Verb.PULL, "Error: 404 manifest unknown", RuntimeFailure.ImageNotFound.class),
        Arguments.of(Verb.PULL, "Error: connection refused", RuntimeFailure.PullFailed.class),
        Arguments.of(
            Verb.REMOVE_ASSET,
            "Error: cannot delete subnet n with referring containers: a-1",
            Conflict.class));
  }

  @ParameterizedTest
  @MethodSource("words")
  void anErrorMeansWhatACallerCanDo(Verb verb, String words, Class<? extends RuntimeFailure> kind) {
    assertThat(refusals.of(verb, "a-1", 1, words))
        .isInstanceOf(kind)
        .hasMessageContaining("apple (/usr/local/bin/container)")
        .hasMessageContaining("a-1");
  }

  @Test
  void networksWithoutThePluginAreUnsupportedAndSaySo() {
    assertThat(
            refusals.of(
                Verb.MAKE_ASSET, "network n", 64, "Error: Plugin 'container-network' not found."))
        .isInstanceOf(RuntimeFailure.Unsupported.class)
        .hasMessageContaining("macOS 26");
  }

  @Test
  void aCallThatWasKilledMayHaveBeenDone() {
    assertThat(refusals.of(Verb.STOP, "a-1", new CallFailed.TooLate("no end within 5 ms")))
        .isInstanceOf(RuntimeFailure.TimedOut.class)
        .hasMessageContaining("may have been done");
  }
}
