package dev.tallyman.cli.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the output of several workloads is told apart. */
class LogFormatTest {

  private static final Optional<Instant> AT = Optional.of(Instant.parse("2026-11-22T10:00:00Z"));

  private static LogFormat format(LogFormat.Times times, LogFormat.Target target) {
    LogFormat format = new LogFormat(times, target);
    format.name(List.of("web", "database"));
    return format;
  }

  @Test
  void namesStandBeforeTheLinesInOneColumn() {
    LogFormat format = format(LogFormat.Times.HIDDEN, LogFormat.Target.OTHER);
    assertThat(format.line("web", AT, "GET /")).isEqualTo("web      | GET /");
    assertThat(format.line("database", AT, "ready")).isEqualTo("database | ready");
  }

  @Test
  void timesAreShownWhenAskedFor() {
    assertThat(format(LogFormat.Times.SHOWN, LogFormat.Target.OTHER).line("web", AT, "x"))
        .isEqualTo("web      | 2026-11-22T10:00:00Z x");
  }

  @Test
  void onATerminalNamesAreColouredAndLinesCannotControlIt() {
    LogFormat format = format(LogFormat.Times.HIDDEN, LogFormat.Target.TERMINAL);
    assertThat(format.line("database", AT, "a\u001B[2Jb\u0007\u001B]0;title"))
        .isEqualTo("\u001B[36mdatabase | \u001B[0mab]0;title");
    assertThat(format.line("web", AT, "\u001B[31mred"))
        .isEqualTo("\u001B[33mweb      | \u001B[0m\u001B[31mred\u001B[0m");
    assertThat(format(LogFormat.Times.HIDDEN, LogFormat.Target.PLAIN_TERMINAL).line("web", AT, "x"))
        .isEqualTo("web      | x");
  }

  @Test
  void aFileGetsLinesAsTheyWereWritten() {
    assertThat(
            format(LogFormat.Times.HIDDEN, LogFormat.Target.OTHER).line("web", AT, "a\u001B[2Jb"))
        .isEqualTo("web      | a\u001B[2Jb");
  }

  @Test
  void piecesBecomeLinesAndAnEndlessLineIsToldInParts() {
    LogLines lines = new LogLines();
    assertThat(lines.add("one\r\ntw".getBytes(UTF_8))).containsExactly("one");
    assertThat(lines.add("o\nthree".getBytes(UTF_8))).containsExactly("two");
    assertThat(lines.rest()).contains("three");
    assertThat(lines.rest()).isEmpty();
    assertThat(lines.add(new byte[LogLines.MAX_BYTES])).hasSize(1);
    assertThat(lines.rest()).isEmpty();
  }
}
