"""`start`, `stop`, `kill`, `delete`, and what a crash of the apiserver does to them."""

import os
import signal
import time

from .support import ADDRESSES_DIFFER, IMAGE, SLEEP, DoubleTest, until

TRAP = "trap 'exit 7' TERM; echo up; " + SLEEP
DEAF = "trap '' TERM; echo up; " + SLEEP


class StartTest(DoubleTest):
    def test_a_start_says_the_id_once_more_if_it_runs_already(self):
        self.ok("create", "--name=twice", IMAGE, "sleep", "100")
        self.assertEqual("twice\n", self.ok("start", "twice").out)
        first = self.double.truth("twice")["pid"]
        self.assertEqual("twice\n", self.ok("start", "twice").out)
        self.assertEqual(first, self.double.truth("twice")["pid"])
        self.fails(
            "start", "-a", "twice", text="attach is currently unsupported on already running containers"
        )

    def test_a_missing_one_cannot_be_started(self):
        self.fails("start", "nope", text="get failed: container nope not found")

    def test_each_start_empties_the_log_and_has_another_address(self):
        self.ok("create", "--name=anew", IMAGE, "sh", "-c", "echo run; sleep 100")
        addresses = set()
        for _ in range(3):
            self.ok("start", "anew")
            self.await_log("anew", "run")
            self.assertEqual("run\n", self.double.log("anew"))
            addresses.add(self.double.records()["anew"]["status"]["networks"][0]["ipv4Address"])
            self.ok("stop", "-t=0", "anew")
        self.assertEqual(3 if ADDRESSES_DIFFER else 1, len(addresses))
        self.assertEqual([], self.double.records()["anew"]["status"]["networks"])
        self.assertIn("startedDate", self.double.records()["anew"]["status"])

    def test_a_start_that_fails_leaves_the_record(self):
        self.ok("create", "--name=unfit", IMAGE, "/no/such")
        for options in ([], ["-a"]):
            self.fails("start", *options, "unfit", text="failed to find target executable")
            self.assertEqual("stopped", self.double.state("unfit"))

    def test_a_bind_source_that_vanished_is_a_failure(self):
        folder = os.path.join(self.double.parent, "source")
        os.mkdir(folder)
        self.ok("create", "--name=unbound", "-v=%s:/data" % folder, IMAGE, "true")
        os.rmdir(folder)
        self.fails("start", "unbound", text="does not exist")

    def test_an_attached_start_ends_with_the_code_and_leaves_the_record(self):
        self.ok("create", "--name=job", IMAGE, "sh", "-c", "echo done; exit 5")
        for _ in range(2):
            done = self.double.run("start", "-a", "job")
            self.assertEqual((5, "done\n"), (done.status, done.out))
            self.await_state("job", "stopped")

    def test_an_attached_start_learns_what_a_stop_came_to_and_counts_no_signals(self):
        for name, script, expected in (("polite", TRAP, 7), ("deaf", DEAF, 137)):
            self.ok("create", "--name=" + name, IMAGE, "sh", "-c", script)
            call = self.double.begin("start", "-a", name)
            until(lambda n=name: os.path.exists(self.double.truth(n)["log"]), "a log")
            self.await_log(name, "up")
            if name == "deaf":
                for _ in range(4):
                    call.terminate()
                    time.sleep(0.05)
                self.assertIsNone(call.poll())
            self.ok("stop", "-t", "1", name)
            self.assertEqual(expected, call.wait(10))

    def test_starts_come_one_after_the_other_and_a_list_does_not_wait(self):
        self.double.admin("fault", "slow", "--on=start", "--when=locked", "--seconds=1", "--times=1")
        for name in ("slow1", "slow2"):
            self.ok("create", "--name=" + name, IMAGE, "sleep", "100")
        begun = time.monotonic()
        first = self.double.begin("start", "slow1")
        until(lambda: self.double.admin("fault")[0]["struck"], "the first holds the lock")
        second = self.double.begin("start", "slow2")
        self.assertEqual("stopped", self.double.state("slow2"))
        self.assertIsNone(first.poll())
        self.assertEqual((0, 0), (first.wait(20), second.wait(20)))
        self.assertGreater(time.monotonic() - begun, 1)

    def test_a_killed_start_gives_the_lock_back(self):
        self.double.admin("fault", "hung", "--on=start", "--when=locked", "--times=1")
        self.ok("create", "--name=wedged", IMAGE, "sleep", "100")
        call = self.double.begin("start", "wedged")
        until(lambda: self.double.admin("fault")[0]["struck"], "it hangs")
        call.kill()
        call.wait()
        self.ok("start", "wedged")

    def test_who_attaches_meets_the_record_still_running_for_a_moment(self):
        self.double.admin("timing", "--linger", "2")
        self.addCleanup(self.double.admin, "timing", "--linger", "0.1")
        self.double.run("run", "--name=lingers", IMAGE, "true")
        self.assertEqual("running", self.double.listed("lingers"))
        self.await_state("lingers", "stopped")


class StopTest(DoubleTest):
    def test_a_stop_waits_for_the_process_and_kills_it_after_the_grace_period(self):
        for name, script, code in (("polite", TRAP, 7), ("deaf", DEAF, 137)):
            self.double.shell(name, script)
            self.await_log(name, "up")
            begun = time.monotonic()
            self.assertEqual(name + "\n", self.ok("stop", "--time=1", name).out)
            self.assertEqual("stopped", self.double.state(name))
            self.assertEqual(code, self.double.truth(name)["exit"]["code"])
            if code == 137:
                self.assertGreater(time.monotonic() - begun, 1)

    def test_a_signal_can_be_chosen_and_the_images_is_the_usual_one(self):
        config = '{"StopSignal":"SIGUSR1","Env":["PATH=/bin"]}'
        self.double.admin("image", "signalled:1", "--busybox", "--config", config)
        script = "trap 'exit 11' USR1; trap 'exit 12' USR2; echo up; " + SLEEP
        for name, options, code in (("usual", [], 11), ("chosen", ["-s", "USR2"], 12)):
            self.ok("run", "-d", "--name=" + name, "signalled:1", "sh", "-c", script)
            self.await_log(name, "up")
            self.ok("stop", *options, name)
            self.assertEqual(code, self.double.truth(name)["exit"]["code"])
        self.fails("stop", "-s", "NOSUCH", "usual", text="invalid signal")

    def test_who_is_stopped_needs_no_stop_and_the_missing_do_not_hinder_others(self):
        self.ok("create", "--name=never", IMAGE)
        self.assertEqual("never\n", self.ok("stop", "never").out)
        done = self.fails("stop", "nope", "never", text='"notFound: "container with ID nope not found""')
        self.assertEqual("never\n", done.out)
        self.fails("stop", text="no containers specified")

    def test_the_process_1_of_a_container_ignores_what_it_does_not_handle(self):
        if not self.double.facts["features"]["namespaces"]:
            self.skipTest("skipped: without namespaces no process is number 1")
        for name, options, code in (("bare", [], 137), ("with-init", ["--init"], 143)):
            self.ok("run", "-d", "--name=" + name, *options, IMAGE, "sleep", "100")
            time.sleep(0.1)
            self.ok("stop", "-t=1", name)
            self.assertEqual(code, self.double.truth(name)["exit"]["code"])


class KillTest(DoubleTest):
    def test_a_kill_of_1_0_waits_for_the_end(self):
        self.double.shell("victim", SLEEP)
        self.assertEqual("victim\n", self.ok("kill", "victim").out)
        self.assertEqual("stopped", self.double.state("victim"))
        self.fails("kill", "victim", text="no runtime client exists: container is stopped")
        self.fails("kill", "nope", text="container with ID nope not found")

    def test_any_signal_can_be_sent(self):
        self.double.shell("signalled", "trap 'echo one' USR1; echo up; " + SLEEP)
        self.await_log("signalled", "up")
        for name in ("USR1", "SIGUSR1", str(int(signal.SIGUSR1))):
            before = self.double.log("signalled").count("one")
            self.ok("kill", "--signal=" + name, "signalled")
            until(lambda n=before: self.double.log("signalled").count("one") > n, "the signal")


class DeleteTest(DoubleTest):
    def test_who_runs_is_deleted_by_force_alone(self):
        self.double.shell("runs", SLEEP)
        pid = self.double.truth("runs")["pid"]
        self.fails("delete", "runs", text="container runs is running and can not be deleted")
        self.assertEqual("runs\n", self.ok("delete", "--force", "runs").out)
        self.assertIsNone(self.double.state("runs"))
        self.assertFalse(os.path.exists("/proc/%d/exe" % pid))

    def test_the_good_ones_go_though_others_are_missing(self):
        self.ok("create", "--name=good1", IMAGE)
        self.ok("create", "--name=good2", IMAGE)
        done = self.fails("delete", "good1", "nope", "good2", text="container with ID nope not found")
        self.assertEqual({"good1", "good2"}, set(done.out.split()))

    def test_a_volume_outlives_its_container(self):
        if not self.double.facts["features"]["namespaces"]:
            self.skipTest("skipped: without namespaces nothing is mounted")
        self.ok("run", "--name=writer", "-v=kept:/data", IMAGE, "sh", "-c", "echo x > /data/file")
        self.await_state("writer", "stopped")
        self.ok("delete", "writer")
        self.assertEqual("x\n", self.ok("run", "--rm", "-v=kept:/data", IMAGE, "cat", "/data/file").out)


class CrashTest(DoubleTest):
    def test_after_a_crash_all_are_listed_as_stopped_while_they_run_on_unseen(self):
        self.double.shell("unseen", "while :; do echo on; sleep 0.05; done")
        pid = self.double.truth("unseen")["pid"]
        self.double.admin("server", "crashed")

        record = self.double.records()["unseen"]

        self.assertEqual({"state": "stopped", "networks": []}, record["status"])
        self.assertTrue(self.double.truth("unseen")["hidden"])
        self.assertEqual("unseen\n", self.ok("stop", "unseen").out)
        self.assertEqual(pid, self.double.truth("unseen")["pid"])
        self.ok("delete", "unseen")
        self.assertFalse(os.path.exists("/proc/%d/exe" % pid))

    def test_after_a_crash_the_first_start_fails_and_ends_the_machine_and_the_second_works(self):
        self.double.shell("restarted", SLEEP)
        self.double.admin("server", "crashed")
        self.fails("start", "restarted", text="expected to be in created state")
        self.assertFalse(self.double.truth("restarted")["alive"])
        self.ok("start", "restarted")
        self.assertEqual("running", self.double.state("restarted"))

    def test_an_attached_call_loses_the_code_when_the_server_crashes(self):
        call = self.double.begin("run", "--name=attached", IMAGE, "sleep", "100")
        self.await_state("attached", "running")
        self.double.admin("server", "crashed")
        self.assertEqual(1, call.wait(10))
        self.assertTrue(self.double.truth("attached")["alive"])

    def test_who_is_only_unreachable_forgets_nothing(self):
        self.double.shell("known", SLEEP)
        self.double.admin("server", "unreachable")
        self.fails("list", text="XPC connection error")
        self.double.admin("server", "up")
        self.assertEqual("running", self.double.state("known"))

    def test_who_was_down_has_forgotten_when_it_is_started_again(self):
        self.double.shell("forgotten", SLEEP)
        self.double.admin("server", "down")
        self.fails("list", text="XPC connection error")
        self.ok("system", "start", "--enable-kernel-install")
        self.assertEqual("stopped", self.double.state("forgotten"))
        self.ok("delete", "--force", "forgotten")

    def test_a_reboot_ends_all_and_nothing_comes_up(self):
        self.double.shell("rebooted", SLEEP)
        self.double.admin("reboot")
        self.fails("list", text="XPC connection error")
        self.assertFalse(self.double.truth("rebooted")["alive"])
        self.ok("system", "start")
        self.assertEqual("stopped", self.double.state("rebooted"))
        self.ok("start", "rebooted")

    def test_a_machine_that_is_killed_is_listed_as_stopped_and_an_attached_call_fails(self):
        call = self.double.begin("run", "--name=machine", IMAGE, "sleep", "100")
        self.await_state("machine", "running")
        self.double.admin("kill-vm", "machine")
        self.assertEqual(1, call.wait(10))
        self.assertIn(self.double.state("machine"), (None, "stopped"))
