package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtendsAndIncludeTest {

  @Test
  void aServiceTakesWhatItExtendsAlongAChain() {
    Trial trial =
        Trial.of(
            """
            services:
              web: {extends: mid, command: [x], ports: ['2:2']}
              mid: {extends: {service: base}, user: mid}
              base: {image: i, user: base, command: [y], ports: ['1:1'], depends_on: [db]}
              db: {image: d}
            """);
    assertThat(trial.ofWeb("image")).isEqualTo("\"i\"");
    assertThat(trial.ofWeb("user")).isEqualTo("\"mid\"");
    assertThat(trial.ofWeb("command")).isEqualTo("[\"x\"]");
    assertThat(trial.ofWeb("ports/1/published")).isEqualTo("\"2\"");
    assertThat(trial.ofWeb("depends_on/db/condition")).isEqualTo("\"service_started\"");
    assertThat(trial.ofWeb("extends")).isEqualTo("null");
  }

  @Test
  void pathsOfAnotherFileAreOfItsDirectory() {
    Trial trial =
        Trial.of("services: {web: {extends: {file: base/b.yaml, service: one}}}")
            .file(
                "base/b.yaml",
                "services: {one: {extends: {file: ../c.yaml, service: two}, volumes: ['./v:/v'],"
                    + " env_file: e.env}, broken: {nonsense: 1}}")
            .file("base/e.env", "E=1")
            .file("c.yaml", "services: {two: {image: '${I:-i}', volumes: ['./w:/w']}}");
    assertThat(trial.ofWeb("volumes/1/source")).isEqualTo("\"/srv/shop/base/v\"");
    assertThat(trial.ofWeb("volumes/0/source")).isEqualTo("\"/srv/shop/w\"");
    assertThat(trial.ofWeb("environment/E")).isEqualTo("\"1\"");
    assertThat(trial.load().files())
        .extracting(file -> Trial.DIRECTORY.relativize(file).toString())
        .containsExactly("compose.yaml", "base/b.yaml", "c.yaml", "base/e.env");
  }

  @Test
  void marksActOnWhatIsExtended() {
    Trial trial =
        Trial.of(
            """
            services:
              web: {extends: base, volumes: !reset [], ports: !override ['2:2']}
              base: {image: i, volumes: ['./a:/a'], ports: ['1:1']}
            """);
    assertThat(trial.ofWeb("volumes")).isEqualTo("null");
    assertThat(trial.ofWeb("ports/1")).isEqualTo("null");
    assertThat(trial.at("/services/base/volumes/0/target")).isEqualTo("\"/a\"");
  }

  @Test
  void circlesOfExtendsAreSpelledOut() {
    assertThat(Trial.of("services: {a: {extends: b}, b: {extends: c}, c: {extends: a}}").faults())
        .contains("compose.yaml:1:59: services.c.extends: a circle of services: a -> b -> c -> a");
    assertThat(Trial.of("services: {a: {image: i, extends: a}}").faults())
        .containsExactly("compose.yaml:1:35: services.a.extends: a circle of services: a -> a");
    assertThat(
            Trial.of("services: {a: {extends: {file: b.yaml, service: b}}}")
                .file("b.yaml", "services: {b: {extends: {file: compose.yaml, service: a}}}")
                .faults())
        .anySatisfy(fault ->
            assertThat(fault).contains("a (compose.yaml) -> b (b.yaml) -> a (compose.yaml)"));
  }

  @Test
  void whatIsNotThereIsNamedWithANearName() {
    assertThat(Trial.of("services: {web: {image: i, extends: bass}, base: {image: i}}").faults())
        .containsExactly(
            "compose.yaml:1:37: services.web.extends: there is no service bass in compose.yaml; did"
                + " you mean base?");
    assertThat(Trial.web("extends: {file: no.yaml, service: a}").faults())
        .containsExactly("compose.yaml:4:21: no.yaml: there is no such file");
    assertThat(Trial.web("extends: {file: no.yaml}").faults())
        .containsExactly("compose.yaml:4:14: services.web.extends: the key service is missing");
  }

  @Test
  void anIncludedProjectHasItsOwnDirectoryAndVariables() {
    Trial trial =
        Trial.of("include: [parts/db.yaml]\nservices: {web: {image: i, extends: db}}")
            .file(
                "parts/db.yaml",
                "name: other\nservices: {db: {image: '$IMAGE', volumes: ['./d:/d', data:/e],"
                    + " environment: [OWN, IMAGE]}}\nvolumes: {data: }\nx-not: here\n")
            .file("parts/.env", "IMAGE=postgres\nOWN=yes\n");
    assertThat(trial.at("/name")).isEqualTo("\"shop\"");
    assertThat(trial.at("/services/db/image")).isEqualTo("\"postgres\"");
    assertThat(trial.at("/services/db/volumes/0/source")).isEqualTo("\"/srv/shop/parts/d\"");
    assertThat(trial.at("/services/db/environment/OWN")).isEqualTo("\"yes\"");
    assertThat(trial.at("/volumes/data/name")).isEqualTo("\"shop_data\"");
    assertThat(trial.at("/x-not")).isEqualTo("null");
    assertThat(trial.env("IMAGE", "shell").at("/services/db/image")).isEqualTo("\"shell\"");
  }

  @Test
  void theLongFormSaysDirectoryFilesAndVariables() {
    Trial trial =
        Trial.of(
                "include: [{path: [p/a.yaml, p/b.yaml], project_directory: ., env_file: [v.env,"
                    + " /dev/null]}]")
            .file("p/a.yaml", "services: {a: {image: '$I', user: x}}")
            .file("p/b.yaml", "services: {a: {user: y, volumes: ['./v:/v']}}")
            .file("v.env", "I=image");
    assertThat(trial.at("/services/a/user")).isEqualTo("\"y\"");
    assertThat(trial.at("/services/a/image")).isEqualTo("\"image\"");
    assertThat(trial.at("/services/a/volumes/0/source")).isEqualTo("\"/srv/shop/v\"");
  }

  @Test
  void theSameFromTwoIncludesIsOneAndAnotherOfTheSameNameIsRefused() {
    Trial diamond =
        Trial.of("include: [a.yaml, b.yaml]")
            .file("a.yaml", "include: [c.yaml]\nservices: {a: {image: i}}")
            .file("b.yaml", "include: [c.yaml]\nservices: {b: {image: i}}")
            .file("c.yaml", "services: {c: {image: i}}");
    assertThat(diamond.faults()).isEmpty();
    assertThat(
            Trial.of("include: [a.yaml]\nservices: {a: {image: mine}}")
                .file("a.yaml", "services: {a: {image: i}}")
                .faults())
        .containsExactly(
            "compose.yaml:2:15: services.a: an included file has another one of that name, at"
                + " a.yaml:1:12 (expected: another name, or the same in both)");
  }

  @Test
  void aLaterMainFileMayChangeWhatIsIncluded() {
    assertThat(
            Trial.of("include: [a.yaml]")
                .over("o.yaml", "services: {a: {user: u}}")
                .file("a.yaml", "services: {a: {image: i}}")
                .at("/services/a/user"))
        .isEqualTo("\"u\"");
  }

  @Test
  void circlesOfIncludesAndWhatIsNotThereAreRefused() {
    assertThat(Trial.of("include: [a.yaml]").file("a.yaml", "include: [compose.yaml]").faults())
        .containsExactly(
            "a.yaml:1:11: include: a circle of files: compose.yaml -> a.yaml -> compose.yaml");
    assertThat(Trial.of("include: [no.yaml]\nservices: {}").faults())
        .containsExactly("compose.yaml:1:11: no.yaml: there is no such file");
    assertThat(Trial.of("include: ['https://host/x.yaml']\nservices: {}").faults())
        .singleElement()
        .asString()
        .contains("others are not supported");
    assertThat(Trial.of("include: [{env_file: x}]\nservices: {}").faults())
        .containsExactly("compose.yaml:1:11: include[0]: the key path is missing");
    assertThat(Trial.of("include: a.yaml\nservices: {}").faults()).hasSize(1);
  }
}
