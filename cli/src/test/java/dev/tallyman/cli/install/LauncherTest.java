package dev.tallyman.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as it is installed, with its caches: bin, lib and libexec in a folder. */
class LauncherTest {

  private static final Map<String, String> LOADED =
      Map.of("TALLYMAN_JAVA_OPTS", "-Xlog:class+load");

  private final Path folder;
  private final Path home;
  private final Path launcher;

  LauncherTest(@TempDir Path folder) {
    this.folder = folder;
    this.home = folder.resolve("a home");
    this.launcher = home.resolve("bin/tallyman");
  }

  /** What a command has written, to standard output and error. */
  private record Said(int exitCode, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    for (String name : List.of("bin", "lib", "libexec")) {
      Files.createDirectories(home.resolve(name));
    }
    Files.copy(Path.of("../bin/tallyman"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.copy(Path.of("../scripts/lib/jdk.sh"), home.resolve("libexec/jdk.sh"));
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      // Tests' own classes are no part of it, and caches are made of jars alone.
      if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
        jar(path, home.resolve("lib/" + number++ + ".jar"));
      } else if (entry.endsWith(".jar")) {
        Files.copy(path, home.resolve("lib/" + number++ + "-" + path.getFileName()));
      }
    }
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        var paths = Files.walk(classes)) {
      paths
          .filter(Files::isRegularFile)
          .forEach(path -> {
            try {
              out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
              Files.copy(path, out);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private Said run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TALLYMAN_"));
    builder.environment().put("TALLYMAN_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Said(exitCode, Files.readString(out), Files.readString(err));
  }

  /** How many of our own classes came from a cache. */
  private long cached() throws IOException, InterruptedException {
    return run(LOADED, "version")
        .out()
        .lines()
        .filter(line -> line.contains("dev.tallyman.") && line.contains("shared objects file"))
        .count();
  }

  @Test
  void aCacheIsMadeIsUsedAndIsPassedOverInSilenceWhenItDoesNotFit() throws Exception {
    assertThat(cached()).isZero();
    String version = run(Map.of(), "version").out();

    Said made = run(Map.of(), "aot-cache");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(home.resolve("aot"))
        .isDirectoryContaining(file -> file.endsWith("daemon.aot"))
        .isDirectoryContaining(file -> file.endsWith("command.aot"))
        .isDirectoryNotContaining(file -> file.toString().endsWith(".new"));
    assertThat(cached()).isPositive();
    assertThat(run(Map.of(), "version")).isEqualTo(new Said(0, version, ""));
    assertThat(run(Map.of(), "aot-cache").out()).isEqualTo("The caches are up to date.\n");
    assertThat(run(Map.of("TALLYMAN_JAVA_OPTS", "-XX:AOTMode=off"), "version"))
        .isEqualTo(new Said(0, version, ""));

    Path cache = home.resolve("aot/command.aot");
    byte[] whole = Files.readAllBytes(cache);
    Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
    assertThat(run(Map.of(), "version")).as("torn").isEqualTo(new Said(0, version, ""));
    Files.writeString(cache, "not a cache at all");
    assertThat(run(Map.of(), "version")).as("foreign").isEqualTo(new Said(0, version, ""));
    Files.copy(home.resolve("aot/daemon.aot"), cache, StandardCopyOption.REPLACE_EXISTING);
    assertThat(run(Map.of(), "version")).as("other options").isEqualTo(new Said(0, version, ""));

    Files.write(cache, whole);
    try (var jars = Files.list(home.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        assertThat(jar.toFile().setLastModified(1_000_000_000_000L)).isTrue();
      }
    }
    assertThat(run(Map.of(), "version")).as("other jars").isEqualTo(new Said(0, version, ""));
    assertThat(cached()).isZero();
  }

  @Test
  void aLinkToTheLauncherAndAFolderWithSpacesAreNoObstacle() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);
    Process process =
        new ProcessBuilder(link.toString(), "version")
            .redirectOutput(folder.resolve("linked").toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    assertThat(folder.resolve("linked")).content().startsWith("tallyman ");
  }
}
