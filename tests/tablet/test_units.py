# SPDX-License-Identifier: GPL-3.0-or-later
"""The units as a tablet gets them: systemd takes them as they are written, scores them, and what
matters is in them by name, whatever the score says."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

ROOT = Path(os.environ["TABELLA_SOURCE"])
TABLET = ROOT / "data/tablet"
TERMINAL = "tabella-terminal.service"
COMPOSITOR = "tabella-compositor.service"
SPEECH = "tabella-speech.service"
# Settings whose lines add up.
LISTS = ("SystemCallFilter", "Environment", "DeviceAllow")
PROGRAMS = ("usr/bin/cage", "usr/bin/tabella-terminal", "usr/bin/speech-dispatcher",
            "usr/sbin/seatd", "usr/sbin/cupsd", "bin/kill")
DROP_INS = {"seatd.conf": "seatd.service", "cups.conf": "cups.service"}


def settings(name):
    """{setting: value}, the last line counting, or all of them where they add up."""
    found = {}
    for line in (TABLET / name).read_text().splitlines():
        key, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        found[key] = f"{found[key]} {value}" if key in LISTS and key in found else value
    return found


def system_root(folder):
    """What systemd reads: the system's own units, ours, and something in place of each program."""
    units = folder / "usr/lib/systemd/system"
    shutil.copytree("/usr/lib/systemd/system", units, symlinks=True)
    for name in (TERMINAL, COMPOSITOR, SPEECH):
        shutil.copy(TABLET / name, units)
    for name, unit in DROP_INS.items():
        (units / f"{unit}.d").mkdir()
        shutil.copy(TABLET / name, units / f"{unit}.d/tabella.conf")
        if not (units / unit).exists():  # of a package that only tablets need
            (units / unit).write_text("[Service]\nExecStart=/bin/kill\n")
    for program in PROGRAMS:
        path = folder / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)


class Systemd(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tabella-units-"))
        system_root(self.folder)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def verify(self):
        return subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one",
             f"--root={self.folder}", TERMINAL, COMPOSITOR, SPEECH, *DROP_INS.values()],
            capture_output=True, text=True, check=False)

    def test_verified(self):
        done = self.verify()
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_verifying_finds_a_wrong_word(self):
        unit = self.folder / "usr/lib/systemd/system" / TERMINAL
        unit.write_text(unit.read_text().replace("PrivateIPC=", "PrivateIpc="))
        done = self.verify()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("PrivateIpc", done.stderr)

    def exposure(self, name, most):
        """As systemd scores it: 0 is nothing, 10 everything. @most: in tenths."""
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager",
             f"--root={self.folder}", f"--threshold={most}", name],
            capture_output=True, text=True, check=False)
        score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        self.assertTrue(score, done.stdout + done.stderr)
        print("#", score.group(0))
        self.assertEqual(done.returncode, 0, score.group(0))
        self.assertLessEqual(float(score.group(1)), most / 10)

    def test_exposure_of_the_terminal(self):
        self.exposure(TERMINAL, 10)

    def test_exposure_of_the_compositor(self):
        self.exposure(COMPOSITOR, 15)

    def test_exposure_of_the_voice(self):
        self.exposure(SPEECH, 15)

    def test_nothing_else_is_left_open(self):
        """What systemd still finds fault with is known; each with its reason."""
        known = {
            "RootDirectoryOrRootImage",  # the programs are the system's
            "SupplementaryGroups",  # to reach the screen's socket
            "PrivateMounts",  # systemd: implied by ProtectSystem, and not counted
            "RestrictAddressFamilies_AF_UNIX",  # the screen, the buses, the printer, the voice
            "DeviceAllow",  # systemd's own, for ProtectClock
        }
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--json=short", f"--root={self.folder}",
             TERMINAL], capture_output=True, text=True, check=True)
        open_ = {row["json_field"] for row in json.loads(done.stdout)
                 if row["exposure"] not in (None, "0.0", 0) and not row["set"]}
        self.assertLessEqual(open_, known)


class Lines(unittest.TestCase):
    def says(self, unit, **wanted):
        found = settings(unit)
        self.assertEqual({key: found.get(key) for key in wanted}, wanted)

    # The terminal

    def test_terminal_has_no_network(self):
        self.says(TERMINAL, PrivateNetwork="yes", IPAddressDeny="any",
                  RestrictAddressFamilies="AF_UNIX")

    def test_terminal_is_nobody_else(self):
        self.says(TERMINAL, User="tabella", Group="tabella", CapabilityBoundingSet="",
                  AmbientCapabilities="", NoNewPrivileges="yes", PrivateUsers="yes",
                  RestrictSUIDSGID="yes")

    def test_terminal_writes_its_own_folder_only(self):
        self.says(TERMINAL, ProtectSystem="strict", ProtectHome="yes", PrivateTmp="yes",
                  StateDirectory="tabella", StateDirectoryMode="0700", UMask="0077")
        self.assertNotIn("ReadWritePaths", settings(TERMINAL))

    def test_terminal_sees_no_other_process(self):
        self.says(TERMINAL, ProtectProc="invisible", ProcSubset="pid", PrivateIPC="yes",
                  KeyringMode="private")

    def test_terminal_has_no_device(self):
        self.says(TERMINAL, PrivateDevices="yes", DevicePolicy="closed")
        self.assertNotIn("DeviceAllow", settings(TERMINAL))

    def test_terminal_leaves_the_kernel_alone(self):
        self.says(TERMINAL, ProtectKernelTunables="yes", ProtectKernelModules="yes",
                  ProtectKernelLogs="yes", ProtectControlGroups="yes", ProtectClock="yes",
                  ProtectHostname="yes", RestrictNamespaces="yes", RestrictRealtime="yes",
                  LockPersonality="yes")

    def test_terminal_runs_no_data(self):
        self.says(TERMINAL, MemoryDenyWriteExecute="yes")

    def test_terminal_makes_few_system_calls(self):
        self.says(TERMINAL, SystemCallFilter="@system-service seccomp ~@privileged @resources",
                  SystemCallArchitectures="native", SystemCallErrorNumber="EPERM")

    def test_terminal_leaves_no_core(self):
        self.says(TERMINAL, LimitCORE="0")

    def test_none_fills_the_machine_with_processes(self):
        """What it starts, tabella-hands and prints, counts too."""
        for unit in (TERMINAL, COMPOSITOR, SPEECH):
            self.says(unit, TasksMax="64")

    def test_terminal_may_lock_its_secrets(self):
        self.says(TERMINAL, LimitMEMLOCK="64M")

    def test_terminal_waits_for_its_disk(self):
        """On the system's own disk, in the clear, it does not start."""
        self.says(TERMINAL, RequiresMountsFor="/var/lib/tabella",
                  AssertPathIsMountPoint="/var/lib/tabella")
        self.says(COMPOSITOR, RequiresMountsFor="/var/lib/tabella")  # or it hides the question

    def test_terminal_comes_back_but_not_for_ever(self):
        """A crash is told at the next start, locked; one that comes again and again stays down."""
        self.says(TERMINAL, Restart="on-failure", StartLimitBurst="5", StartLimitIntervalSec="120")

    def test_terminal_has_no_accessibility_bus(self):
        """It speaks itself; a bus would carry what is on the screen to others."""
        self.assertIn("NO_AT_BRIDGE=1", settings(TERMINAL)["Environment"].split())

    def test_terminal_keeps_caches_in_memory(self):
        """Those of libraries are not to lie beside the ballot box."""
        self.assertIn("HOME=/run/tabella-terminal", settings(TERMINAL)["Environment"].split())
        self.says(TERMINAL, RuntimeDirectory="tabella-terminal", RuntimeDirectoryMode="0700")

    # The screen, and the voice

    def test_compositor_is_somebody_else(self):
        self.says(COMPOSITOR, User="tabella-screen", Group="tabella-screen",
                  CapabilityBoundingSet="", NoNewPrivileges="yes",
                  RestrictAddressFamilies="AF_UNIX AF_NETLINK", IPAddressDeny="any",
                  ProtectProc="invisible", LimitCORE="0")

    def test_compositor_switches_to_no_console(self):
        """cage does so with -s only."""
        self.assertNotRegex(settings(COMPOSITOR)["ExecStart"], r"cage [^-]*-\w*s")

    def test_compositor_offers_no_x(self):
        """Anybody who reaches an X server reads its keys."""
        self.assertIn("WLR_XWAYLAND=/bin/false", settings(COMPOSITOR)["Environment"].split())

    def test_the_first_touch_counts(self):
        """Told to do without devices, cage takes them up when one of them first says something."""
        self.assertNotIn("WLR_LIBINPUT_NO_DEVICES", settings(COMPOSITOR)["Environment"])

    def test_compositor_brings_the_terminal(self):
        """The terminal's start is called off where the compositor's first one fails."""
        self.says(TERMINAL, Requires=COMPOSITOR)
        self.says(COMPOSITOR, Restart="on-failure", Wants=TERMINAL)

    def test_compositor_tells_no_hours_of_the_day(self):
        """With some drivers cage writes a line for each picture: when somebody touched a key."""
        self.says(COMPOSITOR, LogRateLimitIntervalSec="1d", LogRateLimitBurst="100")

    def test_only_the_terminal_may_draw(self):
        self.says(COMPOSITOR, RuntimeDirectory="tabella-screen", RuntimeDirectoryMode="0750",
                  UMask="0007")
        self.says(TERMINAL, SupplementaryGroups="tabella-screen")
        self.says(COMPOSITOR, SupplementaryGroups="tabella-seat")  # the terminal is not in it
        self.assertIn(" -g tabella-seat ", settings("seatd.conf")["ExecStart"])
        users = (TABLET / "tabella.sysusers").read_text()
        self.assertEqual(re.findall(r"^m .*", users, re.M), [])

    def test_others_do_not_reach_the_box(self):
        for unit in (COMPOSITOR, SPEECH, *DROP_INS):
            self.says(unit, InaccessiblePaths="-/var/lib/tabella", LimitCORE="0")

    def test_voice_writes_nothing_down(self):
        command = settings(SPEECH)["ExecStart"]
        self.assertIn(" --log-level 0 ", command)
        self.assertIn(" --log-dir /run/tabella-speech ", command)
        self.says(SPEECH, RuntimeDirectory="tabella-speech", RuntimeDirectoryMode="0750",
                  ProtectSystem="strict", PrivateNetwork="yes")

    # The rest of the machine

    def test_print_service_writes_nothing_down(self):
        files = (TABLET / "cups-files.conf").read_text().splitlines()
        for log in ("AccessLog", "ErrorLog", "PageLog"):
            self.assertIn(log, files)
        self.assertIn("RequestRoot /run/cups/spool", files)
        text = (TABLET / "cupsd.conf").read_text().splitlines()
        for line in ("PreserveJobHistory No", "PreserveJobFiles No", "Browsing No",
                     "WebInterface No"):
            self.assertIn(line, text)
        self.assertEqual([x for x in text if x.startswith(("Listen", "Port"))],
                         ["Listen /run/cups/cups.sock"])

    def test_print_service_takes_its_configuration(self):
        """cupsd -t reads it all; it names what it does not know."""
        done = subprocess.run(["/usr/sbin/cupsd", "-t", "-c", TABLET / "cupsd.conf",
                               "-s", TABLET / "cups-files.conf"],
                              capture_output=True, text=True, check=False)
        self.assertNotRegex(done.stdout + done.stderr, "(?i)unknown|error on line|bad ")

    def test_the_kernel_keeps_to_itself(self):
        text = (TABLET / "tabella.sysctl").read_text().splitlines()
        for line in ("kernel.sysrq = 0", "kernel.core_pattern = |/bin/false",
                     "fs.suid_dumpable = 0", "kernel.yama.ptrace_scope = 3"):
            self.assertIn(line, text)

    def test_no_radio_and_no_network_through_usb(self):
        text = (TABLET / "tabella.modprobe").read_text().splitlines()
        for module in ("cfg80211", "bluetooth", "usbnet", "r8152", "lan78xx", "ipheth"):
            self.assertIn(f"install {module} /bin/false", text)

    def test_the_journal_stays_in_memory(self):
        self.assertIn("Storage=volatile", (TABLET / "tabella.journald").read_text().splitlines())

    def test_nobody_logs_in_on_the_screen(self):
        text = (TABLET / "tabella.logind").read_text().splitlines()
        self.assertIn("NAutoVTs=0", text)
        self.assertIn("ReserveVT=0", text)


if __name__ == "__main__":
    sys.exit(tap.main())
