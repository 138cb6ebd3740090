"""`create` and `run`: names, labels, sizes, command lines, what is refused."""

import os
import signal
import tempfile

from .support import FULL_IMAGE, IMAGE, SLEEP, DoubleTest, until


class CreateTest(DoubleTest):
    def create(self, name, *options, words=("true",)):
        self.ok("create", "--name=" + name, *options, IMAGE, *words)
        return self.double.run("inspect", name).json[0]["configuration"]

    def test_a_record_is_made_and_its_id_said(self):
        done = self.ok("create", "--name=plain", IMAGE, "true")
        self.assertEqual("plain\n", done.out)
        self.assertEqual("stopped", self.double.state("plain"))
        self.assertNotIn("startedDate", self.double.records()["plain"]["status"])

    def test_without_a_name_it_is_a_lower_case_uuid(self):
        self.assertRegex(self.ok("create", IMAGE).out, r"^[0-9a-f]{8}-[0-9a-f-]{27}\n$")

    def test_a_name_must_be_one_and_free(self):
        for name in ("x", "-ab", "a b", "ümlaut"):
            self.fails("create", "--name=" + name, IMAGE, text="invalid entity name")
        self.ok("create", "--name=twice", IMAGE)
        self.fails("create", "--name=twice", IMAGE, text="Error: container already exists: twice")
        self.fails("run", "--name=twice", IMAGE, text="Error: container with id twice already exists")

    def test_labels_have_the_fault_of_all_versions(self):
        config = self.create(
            "labels", "-l", "a=1", "--label=cut=abc=", "--label=empty=", "-l=bare", "--label=a=2"
        )
        self.assertEqual({"a": "2", "cut": "abc", "empty": "", "bare": ""}, config["labels"])
        self.fails("create", "--label=k=a=b", IMAGE, text="invalid label format")

    def test_memory_is_binary_and_has_a_floor(self):
        for text, expected in (
            ("512m", 512 << 20),
            ("1G", 1 << 30),
            ("0.5gib", 512 << 20),
            ("300000000", 286 << 20),
        ):
            with self.subTest(text):
                name = "memory-" + text.replace(".", "-").lower()
                self.assertEqual(
                    expected, self.create(name, "--memory=" + text)["resources"]["memoryInBytes"]
                )
        for text in ("512", "199m"):
            self.fails("create", "--memory=" + text, IMAGE, text="200 MiB")
        self.fails("create", "--cpus=1.5", IMAGE, status=64)

    def test_the_environment_is_inherited_joined_and_the_last_one_wins(self):
        with tempfile.NamedTemporaryFile("w", suffix=".env") as file:
            file.write("# note\nFILED=from file\nBOTH=file\nFROM_CLI\n")
            file.flush()
            done = self.ok(
                "run", "--rm", "--env-file=" + file.name, "--env=BOTH=a=b c", "-e", "EMPTY=", "-e", "GIVEN", "-e", "UNSET_X",
                IMAGE, "env", env={"GIVEN": "by the call", "FROM_CLI": "too"},
            )  # fmt: skip
        lines = set(done.out.splitlines())
        expected = {"FILED=from file", "BOTH=a=b c", "EMPTY=", "GIVEN=by the call", "FROM_CLI=too"}
        self.assertLessEqual(expected, lines)
        self.assertFalse([line for line in lines if line.startswith("UNSET_X")])

    def test_an_entrypoint_is_one_word_and_sets_the_images_command_aside(self):
        self.double.admin(
            "image", "both:1", "--busybox", "--config", '{"Entrypoint":["echo","A"],"Cmd":["B"]}'
        )
        for options, words, expected in (
            ([], [], "A B"),
            ([], ["C", "D"], "A C D"),
            (["--entrypoint=echo"], [], ""),
            (["--entrypoint=echo"], ["E"], "E"),
            (["--entrypoint="], [], "A B"),
        ):
            done = self.ok("run", "--rm", *options, "both:1", *words)
            self.assertEqual(expected + "\n", done.out)
        self.double.admin("image", "none:1", "--busybox", "--config", "{}")
        self.fails("run", "none:1", text="command/entrypoint not specified")

    def test_the_image_is_fetched_if_absent_and_its_reference_is_made_full(self):
        self.double.admin("image", "fresh:2", "--busybox", "--config", '{"Cmd":["true"]}')
        self.ok("create", "--name=fetched", "fresh:2")
        config = self.double.run("inspect", "fetched").json[0]["configuration"]
        self.assertEqual("docker.io/library/fresh:2", config["image"]["reference"])
        self.assertIn("docker.io/library/fresh:2", self.ok("image", "list", "-q").out)
        self.fails("create", "absent:1", text="404")
        self.fails("create", "Not:A:Reference", text="cannot parse reference")

    def test_what_is_not_there_is_refused(self):
        self.fails("create", "--volume=/no/such/folder:/data", IMAGE, text="does not exist")
        self.fails("create", "--network=nowhere", IMAGE, text="network nowhere not found")
        self.fails("create", "--mount=type=bind,source=/etc/passwd,target=/x", IMAGE, text="not a directory")
        self.fails("create", "--publish=0:80", IMAGE, text="invalid publish port")
        self.fails("create", "--publish=81:80", "-p", "81:81", IMAGE, text="may not overlap")
        self.fails("create", "--cap-add=NO_SUCH", IMAGE, text="invalid capability")
        self.fails("create", "--ulimit=nosuch=1", IMAGE, text="invalid ulimit")
        self.fails("create", "--no-dns", "--dns=10.0.0.1", IMAGE, status=64)

    def test_volumes_are_made_when_they_are_named(self):
        config = self.create("auto", "--volume=made-by-name:/data", "-v", "/anonymous")
        named, anonymous = config["mounts"]
        self.assertEqual("made-by-name", named["type"]["volume"]["name"])
        self.assertRegex(anonymous["type"]["volume"]["name"], "^[0-9a-f-]{36}$")
        self.ok("volume", "inspect", "made-by-name")

    def test_the_file_of_the_id_has_no_end_of_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "cid")
            self.ok("create", "--name=with-file", "--cidfile=" + path, IMAGE)
            with open(path, encoding="utf-8") as file:
                self.assertEqual("with-file", file.read())

    def test_what_was_asked_for_stands_in_the_record(self):
        config = self.create(
            "all-in", "--cpus=2", "--ulimit=nofile=100:unlimited", "--cap-drop=ALL", "--cap-add=NET_RAW", "--read-only",
            "--init", "--publish=127.0.0.1:8080-8081:80-81/udp", "--user=7:8", "--workdir=/w", "--tmpfs=/t",
            "--dns=10.9.9.9", "--dns-search=lan", "--shm-size=64m", words=("sleep", "1"),
        )  # fmt: skip
        init = config["initProcess"]
        self.assertEqual(FULL_IMAGE, config["image"]["reference"])
        self.assertEqual(
            ("sleep", ["1"], "/w"), (init["executable"], init["arguments"], init["workingDirectory"])
        )
        self.assertEqual({"raw": {"userString": "7:8"}}, init["user"])
        self.assertEqual([{"limit": "RLIMIT_NOFILE", "soft": 100, "hard": 2**64 - 1}], init["rlimits"])
        port = {"hostAddress": "127.0.0.1", "hostPort": 8080, "containerPort": 80, "proto": "udp", "count": 2}
        self.assertEqual([port], config["publishedPorts"])
        self.assertEqual(
            (["NET_RAW"], ["ALL"], True), (config["capAdd"], config["capDrop"], config["readOnly"])
        )
        self.assertEqual(64 << 20, config["shmSize"])
        self.assertEqual(["10.9.9.9"], config["dns"]["nameservers"])


class RunTest(DoubleTest):
    def test_a_detached_run_says_the_id_and_ends_with_0_even_if_the_process_ends_at_once(self):
        done = self.ok("run", "-d", "--name=brief", IMAGE, "sh", "-c", "exit 3")
        self.assertEqual("brief\n", done.out)
        self.await_state("brief", "stopped")
        self.assertEqual(3, self.double.truth("brief")["exit"]["code"])

    def test_a_run_that_cannot_start_leaves_no_record(self):
        for options in (["-d"], []):
            self.fails(
                "run", *options, "--name=broken", IMAGE, "/no/such", text="failed to find target executable"
            )
            self.assertIsNone(self.double.state("broken"))

    def test_an_attached_run_relays_both_streams_and_ends_with_the_code(self):
        done = self.double.run("run", "--name=streams", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 42")
        self.assertEqual((42, "out\n", "err\n"), (done.status, done.out, done.err))
        self.assertEqual(["err", "out"], sorted(self.double.log("streams").splitlines()))
        done = self.double.run("run", "--name=killed", "--init", IMAGE, "sh", "-c", "kill -9 $$")
        self.assertEqual(137, done.status)

    def test_signals_are_passed_on_and_the_third_one_ends_the_call_alone(self):
        call = self.double.begin(
            "run", "--name=hardy", IMAGE, "sh", "-c", "trap 'echo got' TERM; echo up; " + SLEEP
        )
        self.await_log_of_new("hardy", "up")
        for count in (1, 2):
            call.terminate()
            until(lambda: self.double.log("hardy").count("got") >= count, "signal %d" % count)
        call.terminate()
        self.assertEqual(1, call.wait(10))
        self.assertEqual("running", self.double.state("hardy"))

    def await_log_of_new(self, name, text):
        until(lambda: self.double.truth(name) and os.path.exists(self.double.truth(name)["log"]), "a log")
        self.await_log(name, text)

    def test_a_call_that_is_killed_leaves_the_container_and_its_log_grows_no_more(self):
        script = "i=0; while :; do i=$((i+1)); echo line $i; echo $i > new; mv new count; sleep 0.05; done"
        call = self.double.begin("run", "--name=orphan", IMAGE, "sh", "-c", script)
        self.await_log_of_new("orphan", "line 3")
        call.kill()
        call.wait()
        counted = int(self.ok("exec", "orphan", "cat", "count").out)
        until(lambda: int(self.ok("exec", "orphan", "cat", "count").out) > counted + 20, "it goes on")
        self.assertNotIn("line %d\n" % (counted + 20), self.double.log("orphan"))
        self.assertEqual("running", self.double.state("orphan"))

    def test_a_removed_container_takes_record_and_log_with_it(self):
        self.ok("run", "--rm", "--name=fleeting", IMAGE, "true")
        until(lambda: self.double.listed("fleeting") is None, "it is gone")
        self.assertIsNone(self.double.truth("fleeting"))

    def test_a_closed_stdout_ends_the_call_of_1_0_by_a_signal(self):
        read, write = os.pipe()
        call = self.double.begin(
            "run", "--name=unheard", IMAGE, "sh", "-c", "sleep 0.5; echo x; sleep 100", stdout=write
        )
        os.close(read)
        os.close(write)
        self.assertEqual(-signal.SIGPIPE, call.wait(20))
        self.assertEqual("running", self.double.state("unheard"))
