package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.SelinuxLabel;
import dev.tallyman.proto.v1.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountsTest {

  @Test
  void volumesDirectoriesAndMemoryAreMounted() {
    List<Mount> mounts =
        Compose.of(
                """
                services:
                  web:
                    image: x
                    volumes:
                      - {type: volume, source: data, target: /data/, volume: {nocopy: true, subpath: a/b}, read_only: true}
                      - {type: volume, target: /anonymous, volume: {}}
                      - {type: volume, source: there, target: /there}
                      - {type: bind, source: /srv/app/x, target: /x, bind: {}, consistency: cached}
                      - {type: bind, source: /y, target: /y, bind: {create_host_path: false, propagation: rslave, selinux: Z, recursive: enabled}}
                      - {type: tmpfs, target: /t, tmpfs: {size: "1048576", mode: 448}}
                    tmpfs: ["/run", "/tmp:size=64m,mode=1777,noexec,ro"]
                volumes:
                  data: {name: app_data, driver: local, driver_opts: {type: nfs, o: ""}, labels: {a: b}}
                  there: {name: elsewhere, external: true}
                """)
            .web()
            .getMountsList();

    Mount data = mounts.get(0);
    assertThat(data.getTarget()).isEqualTo("/data");
    assertThat(data.getReadOnly()).isTrue();
    assertThat(data.getVolume().getNoCopy()).isTrue();
    assertThat(data.getVolume().getSubpath()).isEqualTo("a/b");
    assertThat(data.getVolume().getVolume())
        .isEqualTo(
            Volume.newBuilder()
                .setName("app_data")
                .setDriver("local")
                .putDriverOptions("type", "nfs")
                .putLabels("a", "b")
                .build());
    assertThat(mounts.get(1).getVolume().getVolume()).isEqualTo(Volume.getDefaultInstance());
    assertThat(mounts.get(2).getVolume().getVolume())
        .isEqualTo(Volume.newBuilder().setName("elsewhere").setExternal(true).build());
    assertThat(mounts.get(3).getBind().getPath()).isEqualTo("/srv/app/x");
    assertThat(mounts.get(3).getBind().getCreate()).isTrue();
    assertThat(mounts.get(4).getBind().getCreate()).isFalse();
    assertThat(mounts.get(4).getBind().getPropagation()).isEqualTo("rslave");
    assertThat(mounts.get(4).getBind().getSelinux()).isEqualTo(SelinuxLabel.SELINUX_LABEL_PRIVATE);
    assertThat(mounts.get(5).getTmpfs().getSizeBytes()).isEqualTo(1 << 20);
    assertThat(mounts.get(5).getTmpfs().getMode()).isEqualTo(0700);
    assertThat(mounts.get(6).getTarget()).isEqualTo("/run");
    Mount tmp = mounts.get(7);
    assertThat(tmp.getReadOnly()).isTrue();
    assertThat(tmp.getTmpfs().getSizeBytes()).isEqualTo(64L << 20);
    assertThat(tmp.getTmpfs().getMode()).isEqualTo(01777);
    assertThat(tmp.getTmpfs().getOptionsList()).containsExactly("noexec");
  }

  @Test
  void mountsThatCannotBeAreToldByName() {
    assertThat(
            Compose.service(
                    """
                    volumes:
                      - {type: image, source: redis, target: /a}
                      - {type: npipe, source: x, target: /b}
                      - {type: bind, source: ./x, target: /c}
                      - {type: volume, target: c}
                      - {type: volume, target: /}
                      - {type: volume, target: /d, bind: {propagation: rslave}}
                      - {type: volume, source: data, target: /e, volume: {subpath: ../x, labels: {a: b}}}
                      - {type: bind, source: /x, target: /f, bind: {propagation: mine, recursive: disabled}}
                      - {type: bind, target: /g}
                      - {type: tmpfs, target: /h, tmpfs: {size: big}}
                    tmpfs: ["/d", "/i:size=50%", "/j:no exec"]
                    """)
                .faults())
        .filteredOn(fault -> !fault.contains("there is no volume data"))
        .satisfiesExactly(
            f -> assertThat(f).contains("volumes[0].type: image (expected: bind, volume or tmpfs"),
            f -> assertThat(f).contains("volumes[1].type: npipe (expected"),
            f ->
                assertThat(f)
                    .contains("volumes[2].source: ./x (expected: an absolute path of the host"),
            f -> assertThat(f).contains("volumes[3].target: c (expected: an absolute path inside"),
            f -> assertThat(f).contains("volumes[4].target: / (expected"),
            f -> assertThat(f).contains("volumes[5].bind: is not for type: volume"),
            f -> assertThat(f).contains("volumes[6].volume.subpath: ../x (expected: a path within"),
            f ->
                assertThat(f)
                    .contains("volumes[6].volume.labels: not supported: give the volume a name"),
            f -> assertThat(f).contains("propagation: mine (expected: private"),
            f -> assertThat(f).contains("recursive: disabled (expected: enabled"),
            f -> assertThat(f).contains("volumes[8]: source: missing"),
            f -> assertThat(f).contains("tmpfs.size: big (expected: a number"),
            f ->
                assertThat(f)
                    .contains(
                        "tmpfs[0]: /d is the target of services.web.volumes[5].target at compose.yaml:10:"),
            f -> assertThat(f).contains("tmpfs[1]: /i:size=50% (expected: a size such as 64m"),
            f -> assertThat(f).contains("tmpfs[2]: no exec (expected: options such as size=64m"));
  }

  @Test
  void volumesAndNetworksOfOneNameAreDescribedInOneWay() {
    assertThat(
            Compose.of(
                    """
                    services: {web: {image: x}}
                    volumes:
                      a: {name: same, driver: local}
                      b: {name: same}
                      cc: {external: true, driver_opts: {type: nfs}}
                    """)
                .faults())
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "volumes.b: describes same in another way than volumes.a at compose.yaml:3"),
            f -> assertThat(f).contains("volumes.cc: external: true and other keys than name"));
  }
}
