"""What all calls have in common, and `system`."""

import signal
import subprocess
import unittest

from .support import IMAGE, SLEEP, Double, DoubleTest, until


class CallTest(DoubleTest):
    def test_the_version_is_said_with_and_without_a_server(self):
        self.double.admin("server", "down")
        done = self.ok("--version")
        self.assertRegex(done.out, r"^container CLI version 1\.0\.0 \(build: release, commit: \w{7}\)\n$")

    def test_a_call_without_a_server_fails_and_gives_a_hint(self):
        self.double.admin("server", "down")
        done = self.fails("list", "--all", text="XPC connection error: Connection invalid")
        self.assertTrue(done.err.endswith("started with `container system start`.\n"), done)
        self.assertEqual("", done.out)
        for words in (["image", "list"], ["network", "list"], ["stop", "x1"], ["run", IMAGE, "true"]):
            self.fails(*words, text="XPC connection error")

    def test_what_is_not_understood_ends_with_64_and_the_usage(self):
        for words, text in (
            (["run", "--restart=always", IMAGE], "Unknown option '--restart'"),
            (["run"], "Missing expected argument '<image>'"),
            (["run", "--env", "-x", IMAGE], "Missing value for '--env <env>'"),
            (["run", "-d=1", IMAGE], "does not take any value"),
            (["start", "one", "two"], "Unexpected argument 'two'"),
            (["no-such-command"], "Plugin 'container-no-such-command' not found."),
            (["list", "--filter=x"], "Unknown option '--filter'"),
        ):
            done = self.fails(*words, text=text, status=64)
            self.assertTrue(done.err.startswith("Error: "), done)
            self.assertIn("Usage: container", done.err)

    def test_help_ends_with_0_and_names_the_options_of_the_version(self):
        done = self.ok("run", "--help")
        self.assertIn("--cap-add <cap>", done.out)
        self.assertIn("--shm-size", done.out)
        self.assertNotIn("--kernel-arg", done.out)
        self.assertIn("status", self.ok("system", "--help").out)
        self.assertIn("create", self.ok("--help").out)

    def test_options_after_the_image_belong_to_the_container(self):
        done = self.ok("run", "--rm", "--name=words", IMAGE, "echo", "--", "--env=x", "-d")
        self.assertEqual("-- --env=x -d\n", done.out)

    def test_aliases_mean_the_same(self):
        self.assertEqual(self.ok("ls", "-a", "-q").out, self.ok("list", "--all", "--quiet").out)
        self.ok("i", "list")

    def test_a_signal_before_a_process_is_attached_ends_the_call_at_once(self):
        self.double.admin("fault", "slow", "--on", "list", "--seconds", "30")
        for count, (number, status) in enumerate(((signal.SIGTERM, 143), (signal.SIGINT, 130)), 1):
            call = self.double.begin("list")
            until(lambda n=count: self.double.admin("fault")[0]["struck"] == n, "the call waits")
            call.send_signal(number)
            self.assertEqual(status, call.wait(10))

    def test_a_hung_server_holds_calls_that_only_sigkill_ends_until_it_goes_on(self):
        self.double.admin("calls", "--clear")
        self.double.admin("server", "hung")
        held, killed = self.double.begin("list"), self.double.begin("system", "status")
        until(lambda: len([c for c in self.double.admin("calls") if c.get("hangs")]) >= 2, "both hang")
        killed.terminate()
        with self.assertRaises(subprocess.TimeoutExpired):
            killed.wait(0.5)
        killed.kill()
        self.assertEqual(-signal.SIGKILL, killed.wait(10))
        self.double.admin("server", "up")
        self.assertEqual(0, held.wait(10))

    def test_calls_are_logged_with_their_words_and_ends(self):
        self.double.admin("calls", "--clear")
        self.ok("list", "--all")
        self.double.run("inspect", "no-such")
        calls = self.double.admin("calls")
        self.assertEqual([["list", "--all"], ["inspect", "no-such"]], [c["argv"] for c in calls])
        self.assertEqual([0, 1], [c["exit"] for c in calls])
        self.assertTrue(all(c["start"] <= c["end"] for c in calls))
        self.assertEqual(1, len(self.double.admin("calls", "--on", "list")))

    def test_a_client_of_the_tests_own_is_neither_struck_nor_logged(self):
        self.double.admin("calls", "--clear")
        self.double.admin("server", "hung")
        self.double.admin("fault", "fail", "--on", "*")
        self.assertEqual([], self.double.admin_call("client", "list", "--format=json").json)
        self.assertEqual([], self.double.admin("calls"))


class SystemTest(unittest.TestCase):
    def double(self, version, *options):
        double = Double(version, *options)
        self.addCleanup(double.destroy)
        return double

    def test_the_status_is_json_with_exit_1_when_down(self):
        double = self.double("1.0.0")
        self.assertEqual("running", double.run("system", "status", "--format=json").json["status"])
        for state, word in (("down", "not running"), ("unregistered", "unregistered")):
            double.admin("server", state)
            done = double.run("system", "status", "--format", "json")
            self.assertEqual((1, word, ""), (done.status, done.json["status"], done.json["appRoot"]))

    def test_the_status_was_text_before_0_10(self):
        double = self.double("0.9.0")
        self.assertEqual("apiserver is running\n", double.run("system", "status").out)
        self.assertEqual(64, double.run("system", "status", "--format=json").status)

    def test_the_status_is_nested_in_1_4_1(self):
        double = self.double("1.4.1")
        status = double.run("system", "status", "--format=json").json
        self.assertEqual({"status", "server", "paths"}, set(status))
        double.admin("server", "down")
        self.assertEqual({"status": "not running"}, double.run("system", "status", "--format=json").json)

    def test_two_versions_are_said_and_one_when_down(self):
        double = self.double("0.12.3")
        client, server = double.run("system", "version", "--format=json").json
        self.assertEqual(("0.12.3", "container"), (client["version"], client["appName"]))
        self.assertRegex(
            server["version"], r"^container-apiserver version 0\.12\.3 \(build: release, commit: \w+\)$"
        )
        double.admin("server", "down")
        done = double.run("system", "version", "--format=json")
        self.assertEqual((0, 1), (done.status, len(done.json)))

    def test_a_start_without_a_kernel_asks_unless_it_is_told(self):
        double = self.double("1.0.0", "--down")
        self.assertEqual(1, double.run("system", "start").status)
        self.assertEqual(0, double.run("system", "start", "--enable-kernel-install").status)
        self.assertEqual(0, double.run("system", "start").status)
        self.assertEqual("running", double.run("system", "status", "--format=json").json["status"])

    def test_a_stop_ends_all_and_the_server_log_tells_exit_codes(self):
        double = self.double("1.0.0", "--down")
        logs = double.directory + "-logs"
        double.run("system", "start", "--enable-kernel-install", "--log-root=" + logs)
        self.assertEqual(logs, double.run("system", "status", "--format=json").json["logRoot"])
        double.run("run", "--name=ended", IMAGE, "sh", "-c", "exit 9")
        double.shell("web", "trap 'exit 4' TERM; echo up; " + SLEEP)
        until(lambda: "up" in double.log("web"), "it traps")
        self.assertEqual(0, double.run("system", "stop").status)
        self.assertFalse(double.truth("web")["alive"])
        double.run("system", "start")
        self.assertEqual("stopped", double.state("web"))
        with open(logs + "/container-apiserver.log", encoding="utf-8") as file:
            self.assertRegex(
                file.read(), r'"id": ended, "rc": ExitStatus\(exitCode: 9, .*finished in exit monitor'
            )
