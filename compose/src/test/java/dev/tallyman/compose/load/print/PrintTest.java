package dev.tallyman.compose.load.print;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintTest {

  private static Project load(String text) {
    Path directory = Path.of("/srv/shop");
    return new ComposeLoader()
        .load(
            LoadRequest.of(directory, List.of(Path.of("compose.yaml")))
                .withEnvironment(Map.of("PASSWORD", "correct horse", "PIN", "12"))
                .withSources(Sources.inMemory(Map.of(directory.resolve("compose.yaml"), text))));
  }

  private static final String TEXT =
      """
      services:
        web:
          image: "5"
          command: [sh, -c, "echo $$HOME '\\"'\\n  x", "true", "null", "1e3", "a: b", "", "- x", ü]
          environment: {URL: "db://u:${PASSWORD}@db", ONLY: "${PIN}", MORE: "port 8012"}
          ports: ["80:80"]
          volumes: ["./a:/b:ro", "v:/w"]
          cpus: 0.5
          init: true
          x-any: [[1, [a]], {}, [], {a: {b: null}}, .inf, 0x1F]
        empty: {image: i, command: []}
      volumes: {v: }
      secrets: {p: {environment: PASSWORD}, q: {environment: PIN}}
      """;

  @Test
  void whatIsPrintedAsYamlLoadsAsTheSame() {
    Project project = load(TEXT.replace("${PASSWORD}", "p").replace("${PIN}", "1"));
    String printed = ComposeYaml.print(project);
    assertThat(ComposeYaml.print(load(printed))).isEqualTo(printed);
    assertThat(ComposeJson.print(load(printed))).isEqualTo(ComposeJson.print(project));
  }

  @Test
  void whatIsPrintedAsJsonIsJsonAndLoadsAsTheSame() {
    Project project = load(TEXT.replace("${PASSWORD}", "p").replace("${PIN}", "1"));
    String printed = ComposeJson.print(project);
    assertThat(
            JsonParser.parseString(printed)
                .getAsJsonObject()
                .getAsJsonObject("services")
                .getAsJsonObject("web")
                .getAsJsonArray("command")
                .get(2)
                .getAsString())
        .isEqualTo("echo $$HOME '\"'\n  x");
    assertThat(ComposeJson.print(load(printed)).replace("\"+Inf\"", "\"+Inf\"")).isEqualTo(printed);
  }

  @Test
  void valuesThatSecretsAreMadeOfAreHidden() {
    Project project = load(TEXT);
    for (String printed : List.of(ComposeYaml.print(project), ComposeJson.print(project))) {
      assertThat(printed)
          .doesNotContain("correct horse")
          .contains("db://u:***@db")
          .contains("port 8012")
          .contains("PASSWORD")
          .containsPattern("ONLY\"?: \"?\\*\\*\\*");
    }
  }

  @Test
  void aSmallProjectIsPrintedPlainly() {
    assertThat(ComposeYaml.print(load("services: {a: {image: i, ports: ['1:2']}}")))
        .isEqualTo(
            """
            name: shop
            services:
              a:
                image: i
                ports:
                  - mode: ingress
                    target: 2
                    published: "1"
                    protocol: tcp
                networks:
                  default: null
            networks:
              default:
                name: shop_default
            """);
  }
}
