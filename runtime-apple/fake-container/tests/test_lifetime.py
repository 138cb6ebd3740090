"""What a double begins, and that nothing of it is left after its end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from fakecontainer import processes
from fakecontainer.home import Home

from .support import ADDRESSES_DIFFER, IMAGE, PROGRAM, SLEEP, Double, until


def processes_of(directory):
    """The processes whose command line names a folder; on Linux alone."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        try:
            with open("/proc/%s/cmdline" % name, "rb") as file:
                if os.fsencode(directory) in file.read() and int(name) != os.getpid():
                    found.append(int(name))
        except (OSError, ValueError):
            continue
    return found


def interfaces():
    return {name for name in os.listdir("/sys/class/net")} if os.path.isdir("/sys/class/net") else set()


class LifetimeTest(unittest.TestCase):
    def double(self, version="1.0.0", *options):
        double = Double(version, *options)
        self.addCleanup(shutil.rmtree, double.parent, ignore_errors=True)
        self.addCleanup(double.destroy)
        return double

    def test_nothing_is_left_after_a_destroy(self):
        double = self.double()
        for name in ("one", "two"):
            double.shell(name, SLEEP)
        double.admin("server", "crashed")
        double.run("list")
        double.admin("server", "up")
        double.shell("three", SLEEP)
        double.admin("fault", "hung", "--on=image list")
        calls = [
            double.begin("image", "list"),
            double.begin("logs", "-f", "three"),
            double.begin("run", "--name=four", IMAGE, "sleep", "99"),
        ]
        until(lambda: double.listed("four") == "running", "the fourth runs")
        home = Home(double.directory)
        known = [known for known, _ in processes.remembered(home)]
        self.assertGreaterEqual(len([k for k in known if processes.is_alive(k)]), 8)
        switch = home.features["network"] and json.load(
            open(home.path("state", "switch.json"), encoding="utf-8")
        )

        done = double.admin_call("destroy")

        self.assertEqual((0, ""), (done.status, done.err))
        self.assertFalse(os.path.exists(double.directory))
        self.assertEqual([], [k for k in known if processes.is_alive(k)])
        for call in calls:
            call.wait(10)
        until(lambda: not processes_of(double.directory), "no process is left")
        if switch:
            until(
                lambda: not [i for i in interfaces() if i.startswith("fkc%s." % switch["tag"])],
                "no interface is left",
            )
        self.assertEqual(0, double.admin_call("destroy").status)

    def test_a_double_whose_machines_were_killed_is_destroyed_too(self):
        double = self.double()
        double.shell("bereft", SLEEP)
        truth = double.truth("bereft")
        os.kill(truth["vmPid"], signal.SIGKILL)
        double.destroy()
        until(lambda: not processes_of(double.directory), "no process is left")
        if sys.platform.startswith("linux"):
            until(lambda: not os.path.exists("/proc/%d/exe" % truth["pid"]), "the workload is gone")

    def test_whoever_finds_the_folder_gone_ends_by_itself(self):
        double = self.double()
        double.shell("stranded", SLEEP)
        shutil.rmtree(double.directory)
        until(lambda: not processes_of(double.directory), "no process is left")

    def test_with_an_owner_all_ends_with_it(self):
        owner = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(owner.kill)
        double = self.double("1.0.0", "--owner", str(owner.pid))
        double.shell("owned", SLEEP)
        self.assertTrue(processes_of(double.directory) or not os.path.isdir("/proc/self"))
        pid = double.truth("owned")["pid"]
        owner.kill()
        owner.wait()
        until(lambda: processes.start_mark(pid) is None, "the workload is gone")
        until(lambda: not processes_of(double.directory), "no process is left")

    def test_doubles_do_not_see_each_other(self):
        first, second = self.double(), self.double("0.12.3")
        first.shell("web", SLEEP)
        second.shell("web", SLEEP)
        addresses = {
            first.records()["web"]["status"]["networks"][0]["ipv4Address"].rpartition(".")[0],
            second.records()["web"]["networks"][0]["ipv4Address"].rpartition(".")[0],
        }
        self.assertEqual(2 if ADDRESSES_DIFFER else 1, len(addresses))
        first.run("delete", "-f", "web")
        self.assertEqual("running", second.state("web"))

    def test_containers_outlive_the_call_and_its_caller(self):
        double = self.double()
        script = "%s run -d --name=outlives %s sleep 100; kill -9 $$" % (double.command, IMAGE)
        subprocess.run(["sh", "-c", script], stdout=subprocess.DEVNULL, check=False)
        self.assertEqual("running", double.state("outlives"))

    def test_a_start_whose_call_is_killed_takes_place_nevertheless(self):
        double = self.double()
        double.admin("timing", "--start", "0")
        double.run("create", "--name=late", IMAGE, "sleep", "100")
        call = double.begin("start", "late")
        until(
            lambda: any("late" in what for _, what in processes.remembered(Home(double.directory))),
            "a machine is there",
        )
        call.kill()
        call.wait()
        until(lambda: double.listed("late") == "running", "it runs")

    def test_many_calls_at_once_make_one_container_of_a_name(self):
        double = self.double()
        calls = [double.begin("create", "--name=contested", IMAGE, "sleep", "9") for _ in range(6)]
        self.assertEqual([0, 1, 1, 1, 1, 1], sorted(call.wait(30) for call in calls))
        calls = [double.begin("start", "contested") for _ in range(4)]
        self.assertEqual([0] * 4, [call.wait(30) for call in calls])
        self.assertEqual(1, double.truth("contested")["starts"])

    def test_a_list_never_sees_half_a_record(self):
        double = self.double()
        end = threading.Event()
        faults = []

        def look():
            while not end.is_set():
                done = double.run("list", "--all", "--format=json")
                if done.status != 0 or any(len(element) < 3 for element in done.json):
                    faults.append(done)

        watcher = threading.Thread(target=look)
        watcher.start()
        for number in range(5):
            double.run("run", "--rm", "--name=churn-%d" % number, IMAGE, "true")
        end.set()
        watcher.join()
        self.assertEqual([], faults)

    def test_no_secret_of_an_environment_file_stands_in_the_log_of_calls(self):
        double = self.double()
        path = os.path.join(double.parent, "env")
        with open(path, "w", encoding="utf-8") as file:
            file.write("TOKEN=s3cret\n")
        self.assertEqual(
            "s3cret\n", double.run("run", "--rm", "--env-file=" + path, IMAGE, "sh", "-c", "echo $TOKEN").out
        )
        self.assertNotIn("s3cret", json.dumps(double.admin("calls")))

    def test_bad_words_of_an_admin_are_refused(self):
        double = self.double()
        for words in (
            ["init", double.directory],
            ["kill-vm", double.directory, "nobody"],
            ["init", double.parent + "/x", "--version=1"],
        ):
            done = subprocess.run([sys.executable, PROGRAM, *words], stderr=subprocess.PIPE, check=False)
            self.assertEqual(1, done.returncode, words)
            self.assertTrue(done.stderr.startswith(b"fake-container: "), done.stderr)


class MarkTest(unittest.TestCase):
    def test_ps_tells_processes_apart_where_there_is_no_proc(self):
        child = subprocess.Popen(["sleep", "100"])
        mark = processes.mark_of_ps(child.pid)
        self.assertEqual(mark, processes.mark_of_ps(child.pid))
        self.assertIn(str(time.localtime().tm_year), mark)
        child.kill()
        until(
            lambda: processes.mark_of_ps(child.pid) is None,
            "a dead one has no mark, even before it is buried",
        )
        child.wait()


class PlainTest(unittest.TestCase):
    """Where no namespaces are to be had: what then is real still."""

    def setUp(self):
        self.double = Double("1.0.0", "--plain")
        self.addCleanup(self.double.destroy)

    def test_codes_signals_output_and_grace_periods_are_real(self):
        done = self.double.run(
            "run", "--name=job", "-e", "A=1", IMAGE, "sh", "-c", "echo $A; echo e >&2; exit 6"
        )
        self.assertEqual((6, "1\n", "e\n"), (done.status, done.out, done.err))
        self.double.shell("deaf", "trap '' TERM; echo up; " + SLEEP)
        until(lambda: "up" in self.double.log("deaf"), "it is deaf")
        begun = time.monotonic()
        self.double.run("stop", "-t", "1", "deaf")
        self.assertGreater(time.monotonic() - begun, 1)
        self.assertEqual(137, self.double.truth("deaf")["exit"]["code"])

    def test_what_a_process_leaves_behind_ends_with_it_and_with_the_double(self):
        self.double.shell("parent", "sleep 1000 & echo child $!; " + SLEEP)
        until(lambda: "child" in self.double.log("parent"), "a child")
        child = int(self.double.log("parent").split()[1])
        self.assertEqual(0, self.double.run("exec", "-d", "parent", "sleep", "1000").status)
        self.double.run("stop", "-t=0", "parent")
        until(lambda: processes.start_mark(child) is None, "the child is gone")
        self.double.shell("again", "sleep 1000 & echo child $!; " + SLEEP)
        until(lambda: "child" in self.double.log("again"), "a child")
        child = int(self.double.log("again").split()[1])
        os.kill(self.double.truth("again")["vmPid"], signal.SIGKILL)
        self.double.destroy()
        until(lambda: processes.start_mark(child) is None, "the child is gone")
