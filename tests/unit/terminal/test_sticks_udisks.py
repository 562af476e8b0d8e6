# SPDX-License-Identifier: GPL-3.0-or-later
"""The real code for sticks against a mocked udisks2, on a system bus of its own."""
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections import namedtuple
from xml.etree import ElementTree

import tap
from udisks import System

DEADLINE = 20
DRIVES = "/org/freedesktop/UDisks2/drives/"
Stick = namedtuple("Stick", "id label size protected readable root")


class Probe:
    """One program with the real sticks."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [os.environ["STICKS_PROBE"]], env=dict(environment, G_DEBUG="fatal-warnings"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self, start):
        """The next line that begins so."""
        end = time.monotonic() + DEADLINE
        seen = []
        while True:
            try:
                found = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                found = None
            if found is None:
                raise AssertionError(f"waited for {start!r}; there was {seen}")
            if found.startswith(start):
                return found
            seen.append(found)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def now(self, state, *ids):
        """Waits for that state with those sticks, which it returns."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            line = self.line("now ")
            said, *sticks = line.removeprefix("now ").split("\t")
            sticks = [Stick(*s.split("|")) for s in sticks]
            if said == state and [s.id for s in sticks] == [DRIVES + i for i in ids]:
                return sticks
        raise AssertionError(f"waited for {state} {ids}; the last was {line}")

    def mount(self, name, answer):
        self.ask("mount " + DRIVES + name)
        return self.line(answer).removeprefix(answer).strip()

    def eject(self, name, answer="ejected"):
        self.ask("eject " + DRIVES + name)
        return self.line(answer).removeprefix(answer).strip()

    def end(self):
        self.process.stdin.close()
        if self.process.wait(timeout=DEADLINE) != 0:
            raise AssertionError("the probe failed")
        self.process.stdout.close()


class Rule(unittest.TestCase):
    """What the kiosk's user may do without a password."""

    def test_actions_are_udisks2s(self):
        with open(os.environ["STICKS_RULE"], encoding="utf-8") as file:
            allowed = re.findall(r'"(org\.freedesktop\.[^"]+)"', file.read())
        policy = ElementTree.parse("/usr/share/polkit-1/actions/org.freedesktop.UDisks2.policy")
        known = {action.get("id") for action in policy.iter("action")}
        self.assertTrue(allowed)
        self.assertEqual([a for a in allowed if a not in known], [])
        self.assertEqual([a for a in allowed if a.endswith("-system")], [])


class Sticks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.system = System(self.folder.name)
        self.addCleanup(self.system.end)

    def probe(self, start=True):
        if start:
            self.system.start()
        probe = Probe(self.system.environment())
        self.addCleanup(probe.end)
        if start:
            probe.now("ready")
        return probe

    def put_in(self, name, **options):
        self.system.put_in(name, **{"root": f"/media/{name}", "label": name.upper(), **options})

    def test_come_and_go(self):
        probe = self.probe()
        self.put_in("b")
        (b,) = probe.now("ready", "b")
        self.assertEqual(b[1:], ("B", "7999000000", "", "readable", ""))
        self.put_in("a", whole=True, read_only=True, label="")
        a, b = probe.now("ready", "a", "b")
        self.assertEqual(a[1:], ("Example Stick", "8000000000", "protected", "readable", ""))
        self.system.take_out("b")
        probe.now("ready", "a")
        self.system.take_out("a")
        probe.now("ready")

    def test_in_already(self):
        self.system.start()
        self.put_in("a")
        probe = self.probe(start=False)
        probe.now("ready", "a")

    def test_mount_and_eject(self):
        probe = self.probe()
        self.put_in("a")
        probe.now("ready", "a")
        self.assertEqual(probe.mount("a", "mounted"), "/media/a")
        self.assertEqual(self.system.mounted_with("a"),
                         {"options": "nosuid,nodev,noexec", "auth.no_user_interaction": True})
        self.assertEqual(probe.now("ready", "a")[0].root, "/media/a")
        self.assertEqual(probe.mount("a", "mounted"), "/media/a")  # it is already
        probe.eject("a")
        self.assertEqual(probe.now("ready", "a")[0].root, "")
        probe.eject("a")  # it is already
        self.assertEqual(probe.mount("a", "mounted"), "/media/a")  # after all

    def test_mounted_by_others(self):
        probe = self.probe()
        self.put_in("a", mounted="/media/somebody/a")
        self.assertEqual(probe.now("ready", "a")[0].root, "/media/somebody/a")
        self.assertEqual(probe.mount("a", "mounted"), "/media/somebody/a")
        self.assertEqual(self.system.mounted_with("a"), {})
        probe.eject("a")

    def test_a_disk_that_turns(self):
        """It is stopped, and goes with that."""
        probe = self.probe()
        self.put_in("disk", rotation=5400)
        probe.now("ready", "disk")
        probe.mount("disk", "mounted")
        probe.eject("disk")
        probe.now("ready")

    def test_no_sticks(self):
        probe = self.probe()
        self.put_in("system", system=True)
        self.put_in("built_in", bus="ata", removable=False)
        self.put_in("root", mounted="/")
        self.put_in("home", mounted="/home/somebody")
        self.put_in("empty", media=False)
        self.put_in("hidden", ignore=True)
        self.put_in("disc", optical=True)
        self.put_in("emmc", bus="sdio", kind="flash_mmc")
        self.put_in("card", bus="sdio", kind="flash_sdhc", removable=False)  # is one
        self.assertEqual(probe.now("ready", "card")[0].label, "CARD")
        for name in ("system", "built_in", "root", "home", "empty", "hidden", "disc", "emmc"):
            probe.mount(name, "not-mounted gone")

    def test_unreadable(self):
        probe = self.probe()
        self.put_in("a", filesystem=False)
        self.assertEqual(probe.now("ready", "a")[0].readable, "")
        probe.mount("a", "not-mounted unknown")
        probe.eject("a")

    def test_labels_of_others(self):
        """Whatever is written on a stick, it cannot disturb a screen."""
        probe = self.probe()
        self.put_in("a", label="A\x1b[31m\u202e\nB" + "c" * 50)
        label = probe.now("ready", "a")[0].label
        self.assertEqual(label, "A?[31m??B" + "c" * 15)

    def test_mount_errors(self):
        probe = self.probe()
        for said, answer in (
                ("NotAuthorized: Not authorized to perform operation", "not-mounted refused"),
                ("NotAuthorizedCanObtain: Not authorized", "not-mounted refused"),
                ("Failed: wrong fs type, bad option, bad superblock", "not-mounted unknown"),
                ("Failed: unknown filesystem type 'zfs_member'", "not-mounted unknown"),
                ("OptionNotPermitted: Mount option `noexec' is not allowed", "not-mounted failed"),
                ("Failed: input/output error", "not-mounted failed: input/output error")):
            self.put_in("a", mount_error=said)
            probe.now("ready", "a")
            probe.mount("a", answer)
            self.system.take_out("a")
            probe.now("ready")
        probe.mount("a", "not-mounted gone")

    def test_eject_errors(self):
        probe = self.probe()
        self.put_in("a", unmount_error="DeviceBusy: target is busy")
        probe.now("ready", "a")
        probe.mount("a", "mounted")
        probe.eject("a", "not-ejected failed: target is busy")
        self.system.take_out("a")
        probe.now("ready")
        probe.eject("a")  # whoever took it out has done it

    def test_taken_out_while_mounting(self):
        probe = self.probe()
        hold = os.path.join(self.folder.name, "hold")
        self.put_in("a", hold=hold, mount_error="Failed: no such device")
        probe.now("ready", "a")
        with open(hold, "w"):
            pass
        probe.ask("mount " + DRIVES + "a")
        threading.Timer(0.2, os.unlink, (hold,)).start()
        self.assertIn("no such device", probe.line("not-mounted"))

    def test_udisksd_comes_and_goes(self):
        probe = self.probe(start=False)
        probe.now("missing")
        self.system.start()
        probe.now("ready")
        self.put_in("a")
        probe.now("ready", "a")
        self.system.stop()
        probe.now("missing")
        probe.mount("a", "not-mounted gone")
        probe.eject("a")
        self.system.start()
        probe.now("ready")
        self.put_in("b")
        probe.now("ready", "b")

    def test_no_system_bus(self):
        probe = Probe(dict(os.environ,
                           DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={self.folder.name}/no-bus"))
        self.addCleanup(probe.end)
        probe.now("missing")
        probe.ask("list")
        probe.now("missing")

    def test_system_bus_ends(self):
        """A poll goes on without one."""
        probe = self.probe()
        self.put_in("a")
        probe.now("ready", "a")
        self.system.bus.close()
        self.system.daemon.kill()
        self.system.daemon.wait()
        probe.now("missing")
        probe.ask("list")
        probe.now("missing")


if __name__ == "__main__":
    sys.exit(tap.main())
