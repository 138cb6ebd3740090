"""Faults on request."""

import signal
import subprocess
import time

from .support import IMAGE, SLEEP, DoubleTest, until


class FaultTest(DoubleTest):
    def fault(self, kind, *options):
        return self.double.admin("fault", kind, *options)["id"]

    def test_a_slow_call_is_slow_so_often_as_asked(self):
        self.fault("slow", "--on=list", "--seconds=1", "--times=1")
        begun = time.monotonic()
        self.ok("list")
        self.assertGreater(time.monotonic() - begun, 1)
        self.assertEqual(1, self.double.admin("fault")[0]["struck"])
        self.ok("list")
        self.assertEqual(1, self.double.admin("fault")[0]["struck"])

    def test_a_fault_can_spare_calls_and_be_for_one_container(self):
        self.ok("create", "--name=meant", IMAGE)
        self.ok("create", "--name=other", IMAGE)
        self.fault("fail", "--on=start", "--container=meant", "--skip=1", "--text=no luck")
        self.ok("start", "other")
        self.ok("start", "meant")
        self.fails("start", "meant", text="no luck")
        self.ok("start", "other")

    def test_faults_are_cleared_by_kind_by_number_and_all(self):
        first = self.fault("fail", "--on=list")
        self.fault("slow", "--on=list", "--seconds=0")
        self.double.admin("fault", "clear", str(first))
        self.ok("list")
        self.double.admin("fault", "clear", "slow")
        self.assertEqual([], self.double.admin("fault"))

    def test_a_hung_call_ends_by_sigkill_alone(self):
        self.double.admin("calls", "--clear")
        self.fault("hung", "--on=image list", "--times=1")
        call = self.double.begin("image", "list")
        until(lambda: [c for c in self.double.admin("calls") if c.get("hangs")], "it hangs")
        call.terminate()
        call.send_signal(signal.SIGINT)
        with self.assertRaises(subprocess.TimeoutExpired):
            call.wait(0.5)
        call.kill()
        self.assertEqual(-9, call.wait(10))
        self.ok("image", "list")

    def test_a_call_may_hang_after_its_work(self):
        self.fault("hung", "--on=create", "--when=after", "--times=1")
        call = self.double.begin("create", "--name=created", IMAGE)
        until(lambda: self.double.listed("created"), "it is made")
        self.assertIsNone(call.poll())
        call.kill()
        call.wait()

    def test_a_late_success_looks_like_a_failure(self):
        self.ok("create", "--name=late", IMAGE, "sleep", "100")
        for words, state in (
            (["start", "late"], "running"),
            (["stop", "-t=0", "late"], "stopped"),
            (["delete", "late"], None),
        ):
            self.fault("xpc-timeout", "--times=1")
            done = self.fails(*words, text="XPC timeout")
            self.assertEqual(("", state), (done.out, self.double.state("late")))
            self.double.admin("fault", "clear")

    def test_an_effect_may_come_after_the_call_has_failed(self):
        self.fault("late", "--on=create", "--seconds=2", "--times=1")
        self.fails("create", "--name=belated", IMAGE, text="XPC timeout")
        self.assertIsNone(self.double.listed("belated"))
        until(lambda: self.double.listed("belated") == "stopped", "it is made")

    def test_the_server_may_crash_under_a_call_that_did_its_work(self):
        self.double.shell("before", SLEEP)
        self.ok("create", "--name=during", IMAGE, "sleep", "100")
        self.fault("crash", "--on=start", "--when=after", "--times=1")
        self.fails("start", "during", text="XPC connection error: Connection interrupted")
        for name in ("before", "during"):
            self.assertEqual("stopped", self.double.state(name))
            self.assertTrue(self.double.truth(name)["hidden"])

    def test_a_drain_that_takes_too_long_hides_the_code(self):
        self.ok("create", "--name=drained", IMAGE, "sh", "-c", "exit 3")
        self.fault("drain-timeout", "--on=start", "--times=1")
        done = self.fails("start", "-a", "drained")
        self.assertTrue(done.err.splitlines()[-1].startswith("Error: "), done)
        self.await_state("drained", "stopped")
        self.assertEqual(3, self.double.truth("drained")["exit"]["code"])
        self.assertEqual(3, self.double.run("start", "-a", "drained").status)

    def test_a_record_can_hide_for_a_while_and_vanish_for_good(self):
        self.double.shell("lost", SLEEP)
        self.fault("hidden", "--on=list", "--show=lost", "--times=1")
        self.assertIsNone(self.double.state("lost"))
        self.assertEqual("running", self.double.state("lost"))
        self.double.admin("vanish", "lost")
        self.assertIsNone(self.double.state("lost"))
        self.assertIsNone(self.double.truth("lost"))

    def test_the_order_can_be_chosen(self):
        for name in ("aa", "bb", "cc"):
            self.ok("create", "--name=order-" + name, IMAGE)
        self.fault("order", "--value=sorted")
        self.assertEqual(sorted(self.double.records()), list(self.double.records()))
        self.double.admin("fault", "clear")
        self.fault("order", "--value=reversed")
        self.assertEqual(sorted(self.double.records(), reverse=True), list(self.double.records()))

    def test_documents_can_have_unknown_keys_or_be_cut(self):
        self.ok("create", "--name=odd", IMAGE)
        self.fault("unknown-keys")
        record = self.double.records()["odd"]
        self.assertEqual({"nested": [1, {"deep": True}]}, record["futureObject"])
        self.assertEqual("x", record["status"]["futureField"])
        self.assertIn("future", self.ok("system", "status", "--format=json").json)
        self.fault("garbage", "--on=list", "--times=1")
        with self.assertRaises(ValueError):
            self.double.run("list", "-a", "--format=json").json

    def test_the_shape_of_1_4_1_can_be_had_early(self):
        self.fault("nested-status")
        status = self.ok("system", "status", "--format=json").json
        self.assertEqual({"status", "server", "paths"}, set(status))

    def test_an_exit_code_can_be_shown_where_it_is_proposed(self):
        self.double.run("run", "--name=told", IMAGE, "sh", "-c", "exit 6")
        self.await_state("told", "stopped")
        for value in ("status.exitCode", "exitCode", "lastExitCode"):
            self.fault("exit-code", "--value=" + value)
            record = self.double.records()["told"]
            place = record["status"] if value.startswith("status") else record
            self.assertEqual(6, place[value.rpartition(".")[2]])
            self.double.admin("fault", "clear")

    def test_a_state_that_nobody_knows_can_be_shown(self):
        self.ok("create", "--name=weird", IMAGE)
        self.fault("state", "--value=paused", "--show=weird")
        self.assertEqual("paused", self.double.state("weird"))

    def test_a_pull_can_fail_by_the_keychain(self):
        self.double.admin("image", "behind:1", "--busybox")
        self.fault("keychain", "--on=image pull", "--times=1")
        self.fails("image", "pull", "behind:1", text="-25308")
        self.ok("image", "pull", "behind:1")

    def test_a_list_can_fail_while_all_else_works(self):
        self.fault("fail", "--on=list", "--text=XPC connection error: Connection interrupted")
        self.fails("list", "-a", text="Ensure container system service has been started")
        self.ok("image", "list")
