package dev.tallyman.runtime.oci.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36",
    "docker.io/busybox:1, docker.io/library/busybox:1",
    "team/app, docker.io/team/app:latest",
    "localhost/app:1, localhost/app:1",
    "localhost:5000/app, localhost:5000/app:latest",
    "127.0.0.1:5000/a/b/c:1, 127.0.0.1:5000/a/b/c:1",
    "registry.example/app@sha256:0123, registry.example/app@sha256:0123",
    "registry.example:5000/app:1@sha256:0123, registry.example:5000/app:1@sha256:0123"
  })
  void aReferenceHasOneMeaning(String image, String full) {
    assertThat(ImageReference.qualified(image)).isEqualTo(full);
    assertThat(ImageReference.qualified(full)).isEqualTo(full);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void whatIsNoReferenceIsLeftAsItIs(String image) {
    assertThat(ImageReference.qualified(image)).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io",
    "localhost:5000/app, localhost:5000",
    "a.example/b/c:1, a.example"
  })
  void theRegistryIsTheFirstPart(String image, String registry) {
    assertThat(ImageReference.registry(ImageReference.qualified(image))).isEqualTo(registry);
  }
}
