package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {

  private static Trial trial(String template) {
    return Trial.web("labels: {it: '" + template + "'}").env("SET", "s").env("EMPTY", "");
  }

  @ParameterizedTest
  @CsvSource({
    "$SET, s",
    "a${SET}b, asb",
    "${NONE}, ''",
    "${NONE:-x}, x",
    "${NONE-x}, x",
    "${EMPTY:-x}, x",
    "${EMPTY-x}, ''",
    "${SET:-x}, s",
    "${SET:+x}, x",
    "${EMPTY:+x}, ''",
    "${EMPTY+x}, x",
    "${NONE+x}, ''",
    "${SET:?x}, s",
    "${EMPTY?x}, ''",
    "${NONE:-${NONE:-${SET}}}, s",
    "${NONE:-{[1]}}, {[1]}",
    "${SET:-${NONE:?never asked}}, s",
    "$$SET $${SET} $$$SET, $SET ${SET} $s",
    "5$ $1 $-, 5$ $1 $-",
  })
  void everyFormOfVariableIsReplaced(String template, String expected) {
    assertThat(trial(template).ofWeb("labels/it")).isEqualTo('"' + expected + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${", "${}", "${ SET}", "${SET", "${SET!}", "${SET:}", "${#SET}", "${SET/a/b}"})
  void aFormThatIsNotKnownIsRefusedWithItsPlace(String template) {
    assertThat(trial(template).faults())
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:18: services.web.labels.it: " + template)
        .contains("not a variable");
  }

  @Test
  void aDemandedVariableIsMissedWithItsNameMessageAndPlace() {
    Trial trial =
        Trial.web("hostname: ${HOST:?which host, ${SET}?}", "user: ${EMPTY:?}", "platform: ${P?p}")
            .env("SET", "Ada")
            .env("EMPTY", "");
    assertThat(trial.faults())
        .containsExactly(
            "compose.yaml:4:15: services.web.hostname: the variable HOST must be set: which host,"
                + " Ada?",
            "compose.yaml:5:11: services.web.user: the variable EMPTY must be set to something",
            "compose.yaml:6:15: services.web.platform: the variable P must be set: p");
  }

  @Test
  void whatAVariableHoldsIsNotReplacedAgain() {
    assertThat(Trial.web("user: $A").env("A", "${B:?no}").ofWeb("user")).isEqualTo("\"${B:?no}\"");
  }

  @Test
  void keysAreNotReplaced() {
    assertThat(Trial.web("labels: {$A: b}").env("A", "x").ofWeb("labels"))
        .isEqualTo("{\"$A\":\"b\"}");
  }

  @Test
  void aVariableThatIsNotSetIsWarnedOfOnce() {
    assertThat(Trial.web("user: $NOBODY", "hostname: a$NOBODY").warnings())
        .containsExactly(
            "compose.yaml:4:11: services.web.user: the variable NOBODY is not set; an empty text"
                + " takes its place");
  }

  @Test
  void numbersAndTruthsMayComeFromVariables() {
    Trial trial =
        Trial.web("init: $YES", "scale: ${N}", "cpus: $C", "ports: ['$P:80']")
            .env("YES", "on")
            .env("N", "3")
            .env("C", "0.50")
            .env("P", "8080");
    assertThat(trial.ofWeb("init")).isEqualTo("true");
    assertThat(trial.ofWeb("scale")).isEqualTo("3");
    assertThat(trial.ofWeb("cpus")).isEqualTo("0.5");
    assertThat(trial.ofWeb("ports/0/published")).isEqualTo("\"8080\"");
  }

  @Test
  void theProjectsNameIsAVariable() {
    assertThat(Trial.web("container_name: ${COMPOSE_PROJECT_NAME}-one").ofWeb("container_name"))
        .isEqualTo("\"shop-one\"");
  }

  @Test
  void theShellWinsOverTheEnvironmentFile() {
    Trial trial =
        Trial.web("labels: {a: $A, b: $B}").file(".env", "A=file\nB=${A}2\n").env("A", "shell");
    assertThat(trial.ofWeb("labels")).isEqualTo("{\"a\":\"shell\",\"b\":\"shell2\"}");
  }
}
