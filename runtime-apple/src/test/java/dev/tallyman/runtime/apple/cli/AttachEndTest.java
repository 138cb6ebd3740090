package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.apple.cli.AttachEnd.Code;
import dev.tallyman.runtime.apple.cli.AttachEnd.Unclear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttachEndTest {

  private static final String XPC =
      """
      Error: failed to wait (cause: "interrupted: "XPC connection error: Connection interrupted"")
      Ensure container system service has been started with `container system start`.
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 42, 64, 126, 127, 130, 137, 143, 255})
  void withoutAWordOfTheCommandTheCodeIsTheContainers(int code) {
    assertThat(judge(code, "")).isEqualTo(new Code(code));
    assertThat(judge(code, "what the program said\n")).isEqualTo(new Code(code));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 130, 143, 255})
  void aCodeThatTheCommandGivesItselfIsNotTheContainersWhenItSpokeLast(int code) {
    assertThat(judge(code, "program\nError: no runtime client exists: container is stopped\n"))
        .isEqualTo(new Unclear("Error: no runtime client exists: container is stopped"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 42, 137})
  void aCodeThatTheCommandNeverGivesIsTheContainersWhateverWasSaid(int code) {
    assertThat(judge(code, "Error: of the program\n")).isEqualTo(new Code(code));
  }

  @Test
  void theHintBelowAnErrorDoesNotHideIt() {
    assertThat(judge(1, XPC)).isInstanceOf(Unclear.class);
    assertThat(((Unclear) judge(1, XPC)).why()).contains("XPC connection error");
  }

  @Test
  void anErrorThatIsNotTheLastWordIsTheProgramsOwn() {
    assertThat(judge(1, "Error: cannot open\nbye\n")).isEqualTo(new Code(1));
  }

  @Test
  void anErrorThatStandsInTheContainersOutputIsTheProgramsOwn() {
    assertThat(
            AttachEnd.judge(1, "Error: cannot open\n", false, false, "Error: cannot open"::equals))
        .isEqualTo(new Code(1));
  }

  @Test
  void ofACommandThatWasKilledNothingIsBelieved() {
    assertThat(AttachEnd.judge(0, "", true, false, _ -> false)).isInstanceOf(Unclear.class);
    assertThat(AttachEnd.judge(137, "", true, false, _ -> false)).isInstanceOf(Unclear.class);
  }

  @Test
  void whatWasThrownAwayMayHaveBeenAnError() {
    assertThat(AttachEnd.judge(1, " \n", false, true, _ -> false)).isInstanceOf(Unclear.class);
    assertThat(AttachEnd.judge(3, "", false, true, _ -> false)).isEqualTo(new Code(3));
    assertThat(AttachEnd.judge(1, "said since\n", false, true, _ -> false)).isEqualTo(new Code(1));
  }

  private static AttachEnd judge(int code, String errors) {
    return AttachEnd.judge(code, errors, false, false, _ -> false);
  }
}
