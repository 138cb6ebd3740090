package dev.tallyman.compose.load.dotenv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DotenvTest {

  private final Faults faults = new Faults();
  private final Dotenv dotenv =
      new Dotenv("shop.env", new Interpolator(faults, new ArrayList<>()), faults);

  private Map<String, String> read(String text) {
    return dotenv.read(text, Variables.of(Map.of("OUT", "outside", "A", "mine")));
  }

  private List<String> faults() {
    return faults.list().stream().map(Fault::toString).toList();
  }

  @Test
  void commentsBlankLinesExportAndColonsAreKnown() {
    assertThat(read("# first\n\n  X=1 # one\r\nexport Y=two words \nZ: 3\nN#=\n"))
        .isEqualTo(Map.of("X", "1", "Y", "two words", "Z", "3"));
    assertThat(faults())
        .containsExactly(
            "shop.env:6:1: \"N#\": not a variable's name (expected: letters, digits and _)");
  }

  @Test
  void quotesKeepBlanksHashesAndLines() {
    assertThat(read("X=\" a # b \"\nY='it''\nZ=\"one\ntwo\" # end\nW=''\n"))
        .containsEntry("X", " a # b ")
        .containsEntry("Z", "one\ntwo")
        .containsEntry("W", "");
    assertThat(faults())
        .containsExactly("shop.env:2:7: Y: text after the closing quote (expected: nothing)");
  }

  @Test
  void doubleQuotesKnowEscapesAndSingleQuotesDoNot() {
    assertThat(read("X=\"a\\tb\\n\\\"c\\\" \\\\ \\q \\0101\"\nY='a\\tb $OUT \\' c'\n"))
        .isEqualTo(Map.of("X", "a\tb\n\"c\" \\ \\q A", "Y", "a\\tb $OUT ' c"));
  }

  @Test
  void variablesAreReplacedAndOutsideComesFirst() {
    assertThat(read("A=1\nB=$A-${OUT}-${NO:-d}\nC=\"\\$A $$A\"\nD=${B}\n"))
        .containsEntry("B", "mine-outside-d")
        .containsEntry("C", "$A $A")
        .containsEntry("D", "mine-outside-d");
  }

  @Test
  void aNameAloneTakesTheValueFromOutsideOrIsLeftOut() {
    assertThat(read("OUT\nNOWHERE\nEMPTY=\nA"))
        .isEqualTo(Map.of("OUT", "outside", "EMPTY", "", "A", "mine"));
  }

  @Test
  void everyFaultHasItsLine() {
    read("X=1\nBAD NAME=2\nY=${\n=3\nZ=\"open\nmore");
    assertThat(faults())
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("shop.env:2:1: \"BAD NAME\""),
            fault -> assertThat(fault).startsWith("shop.env:3:1: ${: not a variable"),
            fault -> assertThat(fault).startsWith("shop.env:4:1: \"\""),
            fault -> assertThat(fault).isEqualTo("shop.env:5:1: Z: the closing \" is missing"));
  }

  @Test
  void theRawFormatTakesValuesAsTheyStand() {
    assertThat(
            dotenv.readRaw("# c\nX=\"$OUT\" # y\nOUT\nY= z \n", Variables.of(Map.of("OUT", "o"))))
        .isEqualTo(Map.of("X", "\"$OUT\" # y", "OUT", "o", "Y", " z "));
  }
}
