package dev.tallyman.agent.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.roster.AppleUse.Wanted;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppleUseTest {

  @TempDir private Path folder;

  @Test
  void aMacThatHasTheCommandHasTheRuntime() throws IOException {
    Files.createFile(
        folder.resolve("container"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    assertThat(use().wanted(List.of(), "Mac OS X", "/nowhere:" + folder))
        .containsExactly(new Wanted("apple", "container"));
    assertThat(use().wanted(List.of(), "Mac OS X", "/nowhere")).isEmpty();
    assertThat(use().wanted(List.of(), "Linux", folder.toString())).isEmpty();
  }

  @Test
  void whatIsConfiguredIsWantedEverywhere() {
    assertThat(use().wanted(choices("docker", "apple"), "Linux", ""))
        .containsExactly(new Wanted("apple", "container"));
    assertThat(use().wanted(choices("vm=apple:///opt/bin/container"), "Mac OS X", ""))
        .containsExactly(new Wanted("vm", "/opt/bin/container"));
    assertThat(use().wanted(choices("apple=unix:///run/docker.sock"), "Mac OS X", "")).isEmpty();
  }

  @Test
  void anAddressIsASocketOrACommandAndNothingElse() {
    assertThat(RuntimeChoice.parse("a=apple:///opt/c").orElseThrow().socket()).isEmpty();
    assertThat(RuntimeChoice.parse("a=unix:///run/s").orElseThrow().appleCommand()).isEmpty();
    assertThat(RuntimeChoice.parse("a=unix:///run/s").orElseThrow().socket())
        .contains(Path.of("/run/s"));
    assertThat(RuntimeChoice.parse("a=/run/s").orElseThrow().socket()).contains(Path.of("/run/s"));
    assertThat(RuntimeChoice.parse("a=apple://container")).isEmpty();
    assertThat(RuntimeChoice.parse("a=http:///x")).isEmpty();
  }

  private AppleUse use() {
    return new AppleUse("container", Optional.empty(), Permission.MAY_START, folder);
  }

  private static List<RuntimeChoice> choices(String... texts) {
    return Stream.of(texts).map(text -> RuntimeChoice.parse(text).orElseThrow()).toList();
  }
}
