"""The inside of a container, where this user may give it one of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request

from .support import HERE, IMAGE, SLEEP, DoubleTest, free_port, until

# Answers datagrams inside the network namespace of a process: the images have no program for it.
ECHO = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from fakecontainer import linux
linux.setns(os.open("/proc/%s/ns/net" % sys.argv[2], os.O_RDONLY), linux.CLONE_NEWNET)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 53))
while True:
    server.sendto(*server.recvfrom(100))
"""


class InsideTest(DoubleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.double.facts["features"]["namespaces"]:
            cls.skipTest(cls, "skipped: " + cls.double.facts["features"]["reason"])
        cls.folder = tempfile.mkdtemp(dir=cls.double.parent)
        os.chmod(cls.folder, 0o755)

    def inside(self, script, *options):
        return self.ok("run", "--rm", *options, IMAGE, "sh", "-c", script).out

    def test_a_process_has_its_user_folder_and_host_name(self):
        out = self.inside(
            "id -u; id -g; pwd; hostname", "--user=1234:5678", "--workdir=/made/here", "--name=host-1.dom"
        )
        self.assertEqual(["1234", "5678", "/made/here", "host-1"], out.split())
        self.ok("run", "-d", "--name=looked-at", "--workdir=/made/here", IMAGE, "sleep", "100")
        process = "/proc/%d/" % self.double.truth("looked-at")["pid"]
        self.assertEqual("/made/here", os.readlink(process + "cwd"))
        with open(process + "cmdline", "rb") as file:
            self.assertEqual(b"sleep\x00100\x00", file.read())
        self.assertEqual("65534\n", self.inside("id -u", "--user=nobody"))
        self.fails("run", "--user=stranger", IMAGE, "true", text="stranger")

    def test_it_sees_its_own_root_and_processes_alone(self):
        self.assertEqual("1\n", self.inside("exec sh -c 'echo $$'"))
        self.assertNotIn("work", self.inside("ls /"))
        self.assertIn("container-named", self.inside("cat /etc/hosts", "--name=container-named"))

    def test_a_root_file_system_keeps_what_was_written_until_it_is_deleted(self):
        self.ok("create", "--name=keeper", IMAGE, "sh", "-c", "cat /mark; echo x >> /mark")
        self.assertEqual("", self.double.run("start", "-a", "keeper").out)
        self.await_state("keeper", "stopped")
        self.assertEqual("x\n", self.double.run("start", "-a", "keeper").out)
        self.assertEqual("", self.double.run("run", "--rm", IMAGE, "sh", "-c", "cat /mark; true").out)

    def test_mounts_are_what_they_say(self):
        with open(os.path.join(self.folder, "file"), "w", encoding="utf-8") as file:
            file.write("from outside\n")
        bind = "--volume=%s:/data" % self.folder
        self.assertEqual("from outside\n", self.inside("cat /data/file; echo y > /data/inside", bind))
        with open(os.path.join(self.folder, "inside"), encoding="utf-8") as file:
            self.assertEqual("y\n", file.read())
        self.assertIn(
            "Read-only", self.double.run("run", "--rm", bind + ":ro", IMAGE, "touch", "/data/x").err
        )
        single = "--volume=%s/file:/etc/one:ro" % self.folder
        self.assertEqual("from outside\n", self.inside("cat /etc/one", single))
        long = "--mount=type=bind,source=%s,target=/m,readonly" % self.folder
        self.assertEqual(1, self.double.run("run", "--rm", long, IMAGE, "touch", "/m/x").status)
        self.assertIn("tmpfs /scratch tmpfs", self.inside("cat /proc/mounts", "--tmpfs=/scratch"))

    def test_a_read_only_root_takes_nothing_but_in_its_mounts(self):
        done = self.double.run(
            "run", "--rm", "--read-only", "--tmpfs=/t", IMAGE, "sh", "-c", "touch /t/x && touch /y"
        )
        self.assertIn("touch: /y: Read-only file system", done.err)

    def test_limits_and_capabilities_count(self):
        self.assertEqual("77\n88\n", self.inside("ulimit -Sn; ulimit -Hn", "--ulimit=nofile=77:88"))
        self.assertIn(
            "CapEff:\t0000000000000000", self.inside("grep CapEff /proc/self/status", "--cap-drop=ALL")
        )
        held = self.inside("grep CapEff /proc/self/status", "--cap-drop=ALL", "--cap-add=CHOWN")
        self.assertIn("CapEff:\t0000000000000001", held)
        self.assertIn("CapEff:\t00000000a80425fb", self.inside("grep CapEff /proc/self/status"))

    def test_a_killed_machine_takes_its_processes_along(self):
        self.double.shell("doomed", "sleep 1000 & " + SLEEP)
        pid = self.double.truth("doomed")["pid"]
        self.double.admin("kill-vm", "doomed")
        until(lambda: not os.path.exists("/proc/%d/exe" % pid), "the process is gone")
        self.assertEqual("stopped", self.double.state("doomed"))
        self.ok("start", "doomed")

    def test_a_process_that_is_killed_behind_the_back_has_its_code(self):
        self.double.shell("shot", SLEEP)
        self.double.admin("kill-process", "shot", "--signal", "KILL")
        self.await_state("shot", "stopped")
        self.assertEqual(137, self.double.truth("shot")["exit"]["code"])


class NetworkTest(DoubleTest):
    SERVE = "mkdir /www; echo hello > /www/index.html; exec httpd -f -p %d -h /www"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.double.facts["features"]["network"]:
            cls.skipTest(cls, "skipped: " + cls.double.facts["features"]["reason"])

    def address(self, name, position=0):
        return self.double.records()[name]["status"]["networks"][position]["ipv4Address"].partition("/")[0]

    def fetch(self, address, port):
        def attempt():
            try:
                with urllib.request.urlopen("http://%s:%d/" % (address, port), timeout=2) as answer:
                    return answer.read()
            except OSError:
                return None

        return until(attempt, "an answer of %s:%d" % (address, port))

    def test_a_container_is_reached_at_its_address_by_the_host_and_by_others(self):
        self.double.shell("served", self.SERVE % 80)
        self.assertEqual(b"hello\n", self.fetch(self.address("served"), 80))
        done = self.ok("run", "--rm", IMAGE, "wget", "-qO-", "http://%s/" % self.address("served"))
        self.assertEqual("hello\n", done.out)

    def test_published_ports_lead_to_it_and_are_free_after_it(self):
        port = free_port()
        self.double.shell("published", self.SERVE % 80, "--publish=127.0.0.1:%d:80" % port)
        self.assertEqual(b"hello\n", self.fetch("127.0.0.1", port))
        self.fails(
            "run", "--name=late", "-p=127.0.0.1:%d:80" % port, IMAGE, "true", text="Address already in use"
        )
        self.ok("stop", "-t=0", "published")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))

    def test_datagrams_go_through_a_published_port(self):
        port = free_port(socket.SOCK_DGRAM)
        self.double.shell("echoes", SLEEP, "-p=127.0.0.1:%d:53/udp" % port)
        echo = subprocess.Popen([sys.executable, "-c", ECHO, HERE, str(self.double.truth("echoes")["pid"])])
        self.addCleanup(echo.wait)
        self.addCleanup(echo.kill)

        def attempt():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(0.3)
                client.connect(("127.0.0.1", port))
                try:
                    client.send(b"ping")
                    return client.recv(100)
                except OSError:
                    return None

        self.assertEqual(b"ping", until(attempt, "an echo"))

    def test_each_network_gives_an_address_and_none_gives_none(self):
        self.ok("network", "create", "back")
        self.double.shell("both", self.SERVE % 80, "--network=default", "--network=back,mtu=1400")
        self.assertEqual(b"hello\n", self.fetch(self.address("both", 1), 80))
        self.assertIn("mtu 1400", self.ok("exec", "both", "ip", "link", "show", "eth1").out)
        self.double.shell("alone", SLEEP, "--network=none")
        self.assertEqual([], self.double.records()["alone"]["status"]["networks"])
        self.assertNotIn("eth0", self.ok("exec", "alone", "ip", "link").out)
        self.ok("delete", "-f", "both", "alone")
        self.ok("network", "delete", "back")
