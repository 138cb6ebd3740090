"""`list`, `inspect`, `logs`, `exec`, `stats`."""

import json
import subprocess
import time

from .support import IMAGE, SLEEP, DoubleTest, until


class ListTest(DoubleTest):
    def test_nothing_is_an_empty_list(self):
        self.assertEqual("[]\n", self.ok("list", "--format=json").out)
        self.assertEqual("", self.ok("list", "--quiet").out)
        self.assertRegex(self.ok("list").out, r"^ID +IMAGE .*\n$")

    def test_only_who_runs_is_listed_without_all(self):
        self.ok("create", "--name=stopped", IMAGE)
        self.double.shell("running", SLEEP)
        self.assertEqual(["running"], [e["id"] for e in self.ok("list", "--format=json").json])
        self.assertEqual({"running", "stopped"}, set(self.ok("list", "-a", "-q").out.split()))
        self.ok("delete", "-f", "running", "stopped")

    def test_foreign_ones_and_the_builder_are_listed_and_machines_are_not(self):
        self.double.admin("foreign", "theirs", "--label", "who=them")
        self.double.admin("foreign", "buildkit", "--kind=buildkit", "--stopped")
        self.double.admin("foreign", "vm-1", "--kind=machine")
        records = self.double.records()
        self.assertEqual({"theirs", "buildkit"}, set(records))
        self.assertEqual({"who": "them"}, records["theirs"]["configuration"]["labels"])
        self.assertTrue(self.double.truth("vm-1")["alive"])
        self.fails("run", "--name=vm-1", IMAGE, text="already exists")
        self.ok("delete", "-f", "theirs", "buildkit")

    def test_the_order_is_another_one_in_each_call(self):
        for number in range(6):
            self.ok("create", "--name=one-of-%d" % number, IMAGE)
        orders = {self.ok("list", "-a", "-q").out for _ in range(12)}
        self.assertGreater(len(orders), 1)


class InspectTest(DoubleTest):
    def test_the_answer_is_an_array_for_people_and_a_missing_one_is_a_failure(self):
        self.ok("create", "--name=shown", "--label=path=/x", IMAGE)
        done = self.ok("inspect", "shown")
        self.assertTrue(done.out.startswith('[\n  {\n    "configuration" : {\n'), done)
        self.assertIn('"path" : "\\/x"', done.out)
        done = self.fails("inspect", "shown", "nope", "none", text="Error: container not found: nope, none\n")
        self.assertEqual("", done.out)


class LogsTest(DoubleTest):
    def test_before_the_first_start_there_is_no_log(self):
        self.ok("create", "--name=never", IMAGE)
        self.fails("logs", "never")
        self.fails("logs", "nope", text="container with ID nope not found")

    def test_both_streams_are_one_and_blank_ends_are_cut(self):
        self.double.run("run", "--name=talks", IMAGE, "sh", "-c", "echo; echo a; echo; echo b; echo")
        self.assertEqual("a\n\nb\n", self.ok("logs", "talks").out)
        self.assertEqual("a\nb\n", self.ok("logs", "-n", "5", "talks").out)
        self.assertEqual("b\n", self.ok("logs", "-n=1", "talks").out)
        self.assertIn("vminitd", self.ok("logs", "--boot", "talks").out)

    def test_a_byte_that_is_no_text_fails_the_call_but_stands_in_the_file(self):
        self.double.run("run", "--name=binary", IMAGE, "printf", "a\\377b\\n")
        self.fails("logs", "binary", text="failed to convert container logs to utf8")
        self.assertEqual("a\udcffb\n", self.double.log("binary"))

    def test_who_follows_never_ends(self):
        self.double.shell("followed", "echo first; sleep 0.3; echo second")
        call = self.double.begin("logs", "-f", "followed", stdout=subprocess.PIPE)
        lines = [call.stdout.readline(), call.stdout.readline()]
        self.assertEqual([b"first\n", b"second\n"], lines)
        self.await_state("followed", "stopped")
        time.sleep(0.3)
        self.assertIsNone(call.poll())
        call.kill()
        call.wait()
        call.stdout.close()


class ExecTest(DoubleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double.shell("host", SLEEP, "--env=A=1", "--workdir=/work")

    def test_the_code_and_the_output_are_the_commands(self):
        done = self.double.run("exec", "host", "sh", "-c", "echo out; echo err >&2; exit 9")
        self.assertEqual((9, "out\n", "err\n"), (done.status, done.out, done.err))
        self.assertEqual(137, self.double.run("exec", "host", "sh", "-c", "kill -9 $$").status)

    def test_it_has_the_containers_surroundings_and_its_own(self):
        done = self.ok("exec", "-e", "B=2", "host", "sh", "-c", "echo $A $B; pwd")
        self.assertEqual("1 2", done.out.splitlines()[0])
        self.assertTrue(done.out.splitlines()[1].endswith("/work"), done)
        self.assertEqual("x\n", self.ok("exec", "-i", "host", "cat", stdin=b"x\n").out)

    def test_who_is_missing_or_stopped_runs_nothing(self):
        self.fails("exec", "nope", "true", text="get failed: container nope not found")
        self.ok("create", "--name=idle", IMAGE)
        self.fails("exec", "idle", "true", text="container idle is not running")
        self.fails("exec", "host", "/no/such", text="failed to find target executable")
        self.fails("exec", "host", status=64)

    def test_a_detached_one_says_the_id_and_goes_on(self):
        self.assertEqual(
            "host\n", self.ok("exec", "-d", "host", "sh", "-c", "sleep 0.2; touch /tmp/tallyman-ran").out
        )
        until(lambda: self.double.run("exec", "host", "rm", "/tmp/tallyman-ran").status == 0, "it ran")


class StatsTest(DoubleTest):
    def test_only_who_runs_has_counters_and_they_grow(self):
        self.assertEqual("[]\n", self.ok("stats", "--format=json").out)
        self.double.shell("busy", "while :; do :; done", "--memory=256m")
        self.ok("create", "--name=idle", IMAGE)
        first = self.ok("stats", "--format=json", "busy", "idle").json
        self.assertEqual(["busy"], [element["id"] for element in first])
        second = self.ok("stats", "--format=json", "busy").json
        self.assertEqual(256 << 20, first[0]["memoryLimitBytes"])
        if self.double.facts["features"]["namespaces"]:
            self.assertGreater(second[0]["cpuUsageUsec"], first[0]["cpuUsageUsec"])
        self.fails("stats", "nope", text="no such container: nope")
        self.ok("delete", "-f", "busy")


class OldListTest(DoubleTest):
    version = "0.9.0"

    def test_json_lists_all_without_being_told(self):
        self.ok("create", "--name=stopped", IMAGE)
        self.assertEqual(
            ["stopped"], [e["configuration"]["id"] for e in self.ok("list", "--format=json").json]
        )
        self.assertNotIn("stopped", self.ok("list").out)

    def test_what_is_missing_is_passed_over(self):
        self.assertEqual([], json.loads(self.ok("inspect", "nope").out))
        self.assertEqual("", self.ok("stop", "nope").out)
        self.assertEqual("", self.ok("kill", "nope").out)
        self.fails("delete", "nope", text='notFound: "container with ID nope not found"')

    def test_nothing_is_deleted_if_one_is_missing(self):
        self.ok("create", "--name=kept", IMAGE)
        self.fails("delete", "kept", "nope")
        self.assertEqual("stopped", self.double.state("kept"))

    def test_a_failure_names_its_kind(self):
        self.fails("start", "nope", text='Error: notFound: "get failed: container nope not found"')


class MiddleTest(DoubleTest):
    version = "0.12.3"

    def test_what_is_missing_fails_except_for_inspect(self):
        self.assertEqual([], self.ok("inspect", "nope").json)
        for verb in ("stop", "kill", "delete"):
            expected = 'Error: internalError: "failed to %s container" (cause: "notFound: "container with ID nope not found"")'
            self.fails(verb, "nope", text=expected % verb)

    def test_a_kill_does_not_wait(self):
        self.double.admin("timing", "--linger", "3")
        self.addCleanup(self.double.admin, "timing", "--linger", "0.1")
        self.double.shell("victim", SLEEP)
        self.ok("kill", "victim")
        self.assertEqual("running", self.double.listed("victim"))
        self.await_state("victim", "stopped")
        self.fails("kill", "victim", text="no sandbox client exists: container is stopped")

    def test_the_images_signal_does_not_count_yet(self):
        self.double.admin(
            "image", "quit:1", "--busybox", "--config", '{"StopSignal":"SIGUSR1","Env":["PATH=/bin"]}'
        )
        self.ok("run", "-d", "--name=early", "quit:1", "sh", "-c", "trap 'exit 3' TERM; echo up; " + SLEEP)
        self.await_log("early", "up")
        self.ok("stop", "early")
        self.assertEqual(3, self.double.truth("early")["exit"]["code"])
