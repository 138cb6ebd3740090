package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.FileKind;
import dev.tallyman.proto.v1.FileMount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilesTest {

  @Test
  void secretsAndConfigsBecomeFiles() {
    Compose compose =
        Compose.of(
                """
                services:
                  web:
                    image: x
                    secrets:
                      - {source: password}
                      - {source: token, target: api, uid: "103", gid: "104", mode: "0440"}
                    configs:
                      - {source: site, target: /etc/site.conf}
                      - {source: inline}
                secrets:
                  password: {name: app_password, file: /srv/app/password.txt}
                  token: {environment: TOKEN}
                  unused: {file: /nowhere}
                configs:
                  site: {file: site.conf}
                  inline: {content: "a=1\\n"}
                """)
            .withEnvironment(Map.of("TOKEN", "t0ken"));
    compose =
        new Compose(
            compose.model(),
            compose.environment(),
            Map.of(
                java.nio.file.Path.of("/srv/app/password.txt"), "s3cret",
                java.nio.file.Path.of("/srv/app/site.conf"), "site"));

    List<FileMount> files = compose.web().getFilesList();
    assertThat(files)
        .extracting(file -> file.getTarget() + "=" + file.getContent().toStringUtf8())
        .containsExactly(
            "/run/secrets/password=s3cret",
            "/run/secrets/api=t0ken",
            "/etc/site.conf=site",
            "/inline=a=1\n");
    assertThat(files)
        .extracting(FileMount::getKind)
        .containsExactly(
            FileKind.FILE_KIND_SECRET,
            FileKind.FILE_KIND_SECRET,
            FileKind.FILE_KIND_CONFIG,
            FileKind.FILE_KIND_CONFIG);
    assertThat(files.get(1).getUid()).isEqualTo(103);
    assertThat(files.get(1).getGid()).isEqualTo(104);
    assertThat(files.get(1).getMode()).isEqualTo(0440);
    assertThat(compose.stack().toString()).doesNotContain("s3cret");
  }

  @Test
  void whatCannotBeReadIsAFaultThatDoesNotShowIt() {
    List<String> faults =
        Compose.of(
                """
                services:
                  web:
                    image: x
                    secrets:
                      - {source: gone}
                      - {source: unset}
                      - {source: nothing}
                      - {source: outside}
                      - {source: long}
                      - {source: mistyped}
                      - {source: driven, mode: "999", uid: root}
                secrets:
                  gone: {file: /gone}
                  unset: {environment: SECRET_TOKN}
                  nothing: {}
                  outside: {external: true}
                  long: {environment: LONG}
                  driven: {environment: TWO, file: /gone, driver: vault}
                """)
            .withEnvironment(Map.of("LONG", "hidden".repeat(200_000), "TWO", "hidden"))
            .faults();

    assertThat(faults).noneSatisfy(fault -> assertThat(fault).contains("hidden"));
    assertThat(faults)
        .satisfiesExactlyInAnyOrder(
            f ->
                assertThat(f)
                    .contains(
                        "services.web.secrets[5].source: there is no secret mistyped under secrets:"),
            f ->
                assertThat(f)
                    .contains(
                        "secrets[6].mode: 999 (expected: permission bits in octal such as 0440, at most 0777"),
            f -> assertThat(f).contains("secrets[6].uid: root (expected: a number"),
            f -> assertThat(f).contains("secrets.gone.file: /gone: there is no such file"),
            f ->
                assertThat(f)
                    .contains("secrets.unset.environment: the variable SECRET_TOKN is not set"),
            f ->
                assertThat(f)
                    .contains(
                        "secrets.nothing: says nothing about what is in it (expected: one of file:, environment:)"),
            f ->
                assertThat(f)
                    .contains(
                        "secrets.outside: external: true: not supported: hand it over with the control plane"),
            f ->
                assertThat(f)
                    .contains(
                        "secrets.long.environment: too large (expected: at most 1048576 bytes)"),
            f -> assertThat(f).contains("secrets.driven: has several contents"),
            f -> assertThat(f).contains("secrets.driven.driver: not supported"));
  }

  @Test
  void twoThingsCannotBeAtOnePlace() {
    assertThat(
            Compose.of(
                    """
                    services:
                      web:
                        image: x
                        volumes: [{type: volume, target: /run/secrets/a}]
                        secrets: [{source: a}]
                    secrets: {a: {environment: A}}
                    """)
                .withEnvironment(Map.of("A", "1"))
                .faults())
        .containsExactly(
            "compose.yaml:5:24: services.web.secrets[0].source: /run/secrets/a is the target of services.web.volumes[0].target at compose.yaml:4:38 already");
  }
}
