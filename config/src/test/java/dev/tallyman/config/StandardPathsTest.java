package dev.tallyman.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.config.StandardPaths.User;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardPathsTest {

  private static final Path HOME = Path.of("/home/u");

  @Test
  void rootHasTheFoldersOfTheSystem() {
    StandardPaths paths =
        new StandardPaths(User.ROOT, Path.of("/root"), Map.of("XDG_RUNTIME_DIR", "/run/user/0"));
    assertThat(paths.stateDir()).hasToString("/var/lib/tallyman");
    assertThat(paths.configDir()).hasToString("/etc/tallyman");
    assertThat(paths.nodeSocket()).hasToString("/run/tallyman/agent.sock");
    assertThat(paths.controlPlaneSocket()).hasToString("/run/tallyman/control-plane.sock");
  }

  @Test
  void otherUsersHaveTheirXdgFolders() {
    StandardPaths paths =
        new StandardPaths(
            User.OTHER,
            HOME,
            Map.of(
                "XDG_RUNTIME_DIR", "/run/user/7",
                "XDG_STATE_HOME", "/s",
                "XDG_CONFIG_HOME", "/c"));
    assertThat(paths.stateDir()).hasToString("/s/tallyman");
    assertThat(paths.configDir()).hasToString("/c/tallyman");
    assertThat(paths.nodeSocket()).hasToString("/run/user/7/tallyman/agent.sock");
  }

  @Test
  void withoutXdgTheHomeFolderIsUsed() {
    StandardPaths paths = new StandardPaths(User.OTHER, HOME, Map.of("XDG_STATE_HOME", "relative"));
    assertThat(paths.stateDir()).hasToString("/home/u/.local/state/tallyman");
    assertThat(paths.configDir()).hasToString("/home/u/.config/tallyman");
    assertThat(paths.runtimeDir()).hasToString("/home/u/.local/state/tallyman/run");
  }

  @Test
  void theVersionIsTheOneOfTheBuild() {
    assertThat(ProgramVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
