package dev.tallyman.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.Host;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private final Path dir;
  private final TestHost host;

  MainTest(@TempDir Path dir) {
    this.dir = dir;
    host = new TestHost(dir);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help", "get --help", "get workloads --help", "apply -h", "delete -h", "describe -h",
        "describe workload -h", "feed accept -h", "events -h", "restart -h", "stop -h", "drain -h",
        "resume -h", "completion -h", "version -h", "--version", "version"
      })
  void helpAndVersionGoToStandardOutput(String args) {
    assertThat(host.run(args.split(" ", -1))).isZero();
    assertThat(host.out()).isNotBlank();
    assertThat(host.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | error: a command is missing | tallyman",
        "get | error: get what? (expected: workloads or nodes) | tallyman get",
        "get workloads -o xml | error: Invalid value for option '--output': xml (expected: table,"
            + " wide, json or yaml) | tallyman get workloads",
        "get workloads --watch -o yaml | error: --watch: not with -o yaml (expected: table, wide or"
            + " json) | tallyman get workloads",
        "get workloads --node n --node-socket s | error: --node: not with --node-socket, which asks"
            + " one node | tallyman get workloads",
        "get nodes --server x | error: Invalid value for option '--server': endpoint: | tallyman get"
            + " nodes",
        "apply | error: Missing required option: '--file=FILE' | tallyman apply",
        "delete | error: delete what? (expected: names, -f FILE or --stack NAME, one of these) |"
            + " tallyman delete",
        "delete a --stack b | error: delete what? (expected: names, -f FILE or --stack NAME, one of"
            + " these) | tallyman delete",
        "stop a/b/c | error: Invalid value for positional parameter at index 0..* (NAME): a/b/c"
            + " (expected: NAME or STACK/NAME) | tallyman stop",
        "describe node | error: describe which node? (expected: NAME or --node-socket, one of them)"
            + " | tallyman describe node",
        "events -o yaml | error: -o: yaml (expected: table or json) | tallyman events",
        "drain | error: Missing required parameter: 'NODE' | tallyman drain",
      })
  void misuseIsOneSentenceAndExitCode2(String args, String sentence, String help) {
    assertThat(host.run(args.isEmpty() ? new String[0] : args.split(" ", -1))).isEqualTo(2);
    assertThat(host.out()).isEmpty();
    assertThat(host.err()).startsWith(sentence).endsWith("Try '" + help + " --help'.\n");
    assertThat(host.err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "aply, aply: no such command; did you mean apply?",
    "get workload --stak x, --stak: no such option; did you mean --stack?",
    "get pods, pods: no such command",
    "drain a b, b: one argument too many",
    "control-plane --lisen x, --lisen: no such option; did you mean --listen?",
  })
  void aMistypedWordIsNamed(String args, String sentence) {
    assertThat(host.run(args.split(" ", -1))).isEqualTo(2);
    assertThat(host.err()).startsWith("error: " + sentence + "\n");
  }

  @Test
  void noControlPlaneIsASentenceThatSaysWhatToDo() {
    assertThat(host.run("get", "nodes")).isEqualTo(1);
    assertThat(host.out()).isEmpty();
    assertThat(host.err())
        .startsWith(
            "error: the control plane does not answer: unix:"
                + dir
                + "/tallyman/control-plane.sock")
        .endsWith(
            "Start it with 'tallyman control-plane', or name another one with --server or"
                + " TALLYMAN_SERVER.\n")
        .doesNotContain("Exception");
  }

  @Test
  void noAgentIsASentenceThatSaysWhatToDo() {
    assertThat(host.run("restart", "web")).isEqualTo(1);
    assertThat(host.err())
        .startsWith("error: the agent does not answer: unix:" + dir + "/tallyman/agent.sock")
        .endsWith("or TALLYMAN_NODE_SOCKET.\n");
  }

  @Test
  void aStackTraceIsShownOnlyWhenAskedFor() {
    assertThat(host.run("get", "nodes", "-v")).isEqualTo(1);
    assertThat(host.err()).contains("StatusRuntimeException").contains("\tat ");
  }

  @Test
  void theServerOfTheEnvironmentIsAskedAndChecked() {
    host.with("TALLYMAN_SERVER", "unix:" + dir + "/other.sock");
    assertThat(host.run("get", "nodes")).isEqualTo(1);
    assertThat(host.err()).contains("unix:" + dir + "/other.sock");
    host.with("TALLYMAN_SERVER", "nonsense");
    assertThat(host.run("get", "nodes")).isEqualTo(2);
    assertThat(host.err()).startsWith("error: TALLYMAN_SERVER: ");
  }

  @Test
  void plaintextToAnotherHostIsRefused() {
    host.with("TALLYMAN_TLS_CA", dir.resolve("none.pem").toString());
    assertThat(host.run("get", "nodes", "--server", "192.0.2.1:7400")).isEqualTo(1);
    assertThat(host.err()).startsWith("error: ").contains("none.pem");
  }

  @Test
  void allFaultsOfAllManifestsAreShownBeforeAnybodyIsAsked() throws IOException {
    Path one = Files.writeString(dir.resolve("1.yaml"), "workloads: [{name: a, imgae: b}]");
    Path two = Files.writeString(dir.resolve("2.yml"), "stack: [");
    Files.writeString(dir.resolve("readme.txt"), "not a manifest");
    assertThat(host.run("apply", "-f", dir.toString(), "-f", dir + "/none.yaml")).isEqualTo(1);
    assertThat(host.err().lines())
        .containsExactly(
            one + ":1:23: workloads[0].imgae: no such field; did you mean image?",
            one + ":1:13: workloads[0].image: missing (expected: text)",
            two
                + ":1:9: not valid YAML: while parsing a flow node, expected the node content, but"
                + " found '<stream end>'",
            dir + "/none.yaml: there is no such file");
  }

  @Test
  void aManifestFromStandardInputIsChecked() {
    host.withInput("workloads: []");
    assertThat(host.run("apply", "-f", "-")).isEqualTo(1);
    assertThat(host.err()).isEqualTo("-: no workloads in there\n");
  }

  @Test
  void aManifestForAnotherNodeIsRefused() {
    host.withInput("node: n1\nworkloads: [{name: a, image: b}]");
    assertThat(host.run("apply", "-f", "-", "--node", "n2")).isEqualTo(1);
    assertThat(host.err())
        .isEqualTo("standard input:2:13: node: n1 (expected: n2, as --node says, or none)\n");
  }

  @Test
  void completionScriptsKnowEveryCommand() {
    assertThat(host.run("completion", "bash")).isZero();
    assertThat(host.out().contains("complete -F _complete_tallyman")).isTrue();
    assertThat(host.out().lines().filter(line -> line.contains("local commands=")))
        .anyMatch(line -> line.contains("apply delete get describe"))
        .anyMatch(line -> line.contains("workloads workload nodes node"));
    assertThat(host.run("completion", "zsh")).isZero();
    assertThat(host.out().contains("bashcompinit")).isTrue();
    assertThat(host.run("completion", "fish")).isEqualTo(2);
  }

  @Test
  void completionScriptsCompleteFileNames(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("hello.yaml"), "");
    host.run("completion", "bash");
    Path script = Files.writeString(folder.resolve("script"), host.out());
    String words =
        "COMP_WORDS=(tallyman apply -f hel); COMP_CWORD=3; COMP_LINE='tallyman apply -f hel'";
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source "
                    + script
                    + "; "
                    + words
                    + "; _complete_tallyman; echo \"${COMPREPLY[@]}\"")
            .directory(folder.toFile())
            .start();
    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).isEqualTo("hello.yaml\n");
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void outputThatCannotBeWrittenIsNoSuccess() {
    assertThat(runWithOutputFailing("No space left on device")).isEqualTo(1);
    assertThat(host.err())
        .isEqualTo("error: the output cannot be written: No space left on device\n");
  }

  @Test
  void aReaderThatWentAwayIsNoReasonToSpeak() {
    assertThat(runWithOutputFailing("Broken pipe")).isEqualTo(141);
    assertThat(host.err()).isEmpty();
  }

  private int runWithOutputFailing(String reason) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };
    Host good = host.host();
    Host bad =
        new Host(
            good.in(),
            new Output(broken),
            good.err(),
            good.environment(),
            good.directory(),
            good.home(),
            good.paths(),
            good.clock(),
            good.screen());
    return Main.run(bad, "version");
  }
}
