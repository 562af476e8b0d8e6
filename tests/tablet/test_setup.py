# SPDX-License-Identifier: GPL-3.0-or-later
"""setup-tablet in a folder that stands for a tablet. Programs that would change the machine are
stand-ins that write down how they were called; there is NO DEVICE MAPPER here, so the encrypted
partition is never opened. What cryptsetup makes of the script's own options is tried with the real
one, on a file."""
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
SCRIPT = ROOT / "data/tablet/setup-tablet"
ADD = ROOT / "data/tablet/add-to-tree"
PARTITION = "/dev/nvme0n1p3"
GIB = 1 << 30
UUID = "11111111-2222-4333-8444-555555555555"

# In place of each program: writes down its arguments, fails if it is to, and answers.
STAND_IN = """#!/usr/bin/python3 -IS
import json, os, sys
world = json.load(open(os.environ["WORLD"]))
name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]
if name not in ("id", "lsblk", "blkid"):
    with open(os.environ["CALLS"], "a") as calls:
        print(json.dumps([name, *arguments]), file=calls)
if name == "id":
    print(world["uid"])
elif name == "lsblk":
    device = world["devices"].get(arguments[-1])
    if device is None:
        sys.exit("lsblk: %s: not a block device" % arguments[-1])
    print(device.get(arguments[-2], ""))
    if "d" not in arguments[0]:
        print("\\n".join(device.get("ABOVE", [])))
elif name == "blkid":
    value = world["devices"].get(arguments[-1], {}).get("blkid", {})
    if os.path.exists(os.environ["FORMATTED"]):
        value = {"TYPE": "crypto_LUKS", "LABEL": "tabella", "UUID": world["uuid"]}
    if arguments[2] not in value:
        sys.exit(2)
    print(value[arguments[2]])
elif name == "cryptsetup" and arguments[0] == "luksFormat":
    open(os.environ["FORMATTED"], "w")
if world.get("fail") == name or world.get("fail") == " ".join([name, *arguments[:1]]):
    sys.exit(name + ": made to fail")
"""
STAND_INS = ("id", "lsblk", "blkid", "cryptsetup", "mkfs.ext4", "mount", "systemctl",
             "systemd-sysusers", "swapoff", "apt-get")
DISK = {"TYPE": "disk", "SIZE": str(64 * GIB), "RM": "0", "TRAN": "nvme", "MODEL": "Made\\x20up"}
FREE = {"TYPE": "part", "SIZE": str(8 * GIB), "RM": "0", "PKNAME": "nvme0n1", "MOUNTPOINTS": ""}


class Tablet:
    """A folder in place of a tablet's system, and one in place of the tree on the stick."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tabella-setup-"))
        self.root, self.tree = self.folder / "root", self.folder / "tree"
        self.share = self.tree / "usr/share/tabella"
        self.world = {"uid": "0", "uuid": UUID,
                      "devices": {PARTITION: dict(FREE), "/dev/nvme0n1": dict(DISK)}}
        self.file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n')
        self.file("etc/fstab", "UUID=aa / ext4 defaults 0 1\nUUID=bb none swap sw 0 0\n")
        self.share.mkdir(parents=True)
        shutil.copy(SCRIPT, self.share)
        shutil.copy(ROOT / "data/packages", self.share)
        terminal = self.tree / "usr/bin/tabella-terminal"
        terminal.parent.mkdir()
        terminal.write_text("#!/bin/sh\n")
        terminal.chmod(0o755)
        (self.tree / "usr/lib/sysctl.d").mkdir(parents=True)
        (self.tree / "usr/lib/sysctl.d/60-tabella.conf").write_text("kernel.sysrq = 0\n")
        (self.folder / "bin").mkdir()
        for name in (*STAND_INS, "dpkg-query"):
            path = self.folder / "bin" / name
            path.write_text("#!/bin/sh\necho ii\n" if name == "dpkg-query" else STAND_IN)
            path.chmod(0o755)

    def file(self, name, text=None):
        path = self.root / name
        if text is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return path.read_text() if path.exists() else ""

    @property
    def device(self):
        return self.world["devices"][PARTITION]

    def run(self, *arguments, answer=PARTITION):
        (self.folder / "world").write_text(json.dumps(self.world))
        environment = dict(
            os.environ, TABELLA_ROOT=str(self.root), WORLD=str(self.folder / "world"),
            CALLS=str(self.folder / "calls"), FORMATTED=str(self.folder / "formatted"),
            PATH=f"{self.folder / 'bin'}:{os.environ['PATH']}", LC_ALL="C")
        return subprocess.run(["sh", self.share / "setup-tablet", *arguments], env=environment,
                              input=answer + "\n", capture_output=True, text=True, check=False)

    def calls(self, name=None):
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [c for c in map(json.loads, lines) if name in (None, c[0])]

    def state(self):
        return {p: p.read_text() for p in sorted(self.root.rglob("*")) if p.is_file()}


class Case(unittest.TestCase):
    def setUp(self):
        self.tablet = Tablet()
        self.addCleanup(shutil.rmtree, self.tablet.folder)

    def refused(self, words, *arguments, answer=PARTITION):
        """Says what is wrong and what to do; has changed nothing."""
        before = self.tablet.state()
        done = self.tablet.run(*(arguments or (PARTITION,)), answer=answer)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)
        self.assertIn("What to do: ", done.stderr)
        self.assertEqual(self.tablet.calls(), [])
        self.assertEqual(self.tablet.state(), before)

    def done(self, *arguments, **how):
        done = self.tablet.run(*(arguments or (PARTITION,)), **how)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout


class Refusals(Case):
    def test_refuses_a_wrong_call(self):
        for arguments in ([], [PARTITION, PARTITION], ["--force", PARTITION], ["-x"]):
            self.assertEqual(self.tablet.run(*arguments).returncode, 2)
        self.assertEqual(self.tablet.calls(), [])

    def test_refuses_without_root(self):
        self.tablet.world["uid"] = "1000"
        self.refused("only root")

    def test_refuses_another_system(self):
        self.tablet.file("etc/os-release", 'ID=debian\nVERSION_ID="13"\n')
        self.refused('this is "debian 13", not Debian 12')

    def test_refuses_without_programs(self):
        (self.tablet.tree / "usr/bin/tabella-terminal").unlink()
        self.refused("does not lie in a tree of installed programs")

    def test_refuses_what_is_no_device(self):
        self.refused("is no device", "sda1")
        self.refused("there is no device /dev/sdz9", "/dev/sdz9")

    def test_refuses_a_whole_disk(self):
        self.refused("/dev/nvme0n1 is not a partition (lsblk: disk)", "/dev/nvme0n1")

    def test_refuses_a_stick(self):
        self.tablet.device["RM"] = "1"
        self.refused("stick or card")
        self.tablet.device["RM"] = "0"
        self.tablet.world["devices"]["/dev/nvme0n1"]["TRAN"] = "usb"
        self.refused("stick or card")

    def test_refuses_what_is_mounted(self):
        self.tablet.device["MOUNTPOINTS"] = "/\\x0a/boot"
        self.refused("is in use (/ /boot")
        self.tablet.device["MOUNTPOINTS"] = "[SWAP]"
        self.refused("is in use ([SWAP]")

    def test_refuses_what_carries_a_volume(self):
        self.tablet.device["ABOVE"] = ["vg-home"]
        self.refused("is in use (vg-home")

    def test_refuses_too_little(self):
        self.tablet.device["SIZE"] = str(255 << 20)
        self.refused("too little")

    def test_refuses_a_second_data_partition(self):
        self.tablet.file("etc/crypttab", "tabella UUID=other none luks\n")
        self.refused("another data partition already: tabella UUID=other")

    def test_refuses_another_mount(self):
        self.tablet.file("etc/fstab", "/dev/sda9 /var/lib/tabella ext4 defaults 0 2\n")
        self.refused("mounts something else")

    def test_refuses_to_hide_ballots(self):
        self.tablet.file("var/lib/tabella/box.db", "ballots")
        self.refused("/var/lib/tabella is not empty")

    def test_refuses_without_the_name_typed(self):
        for answer in ("", "yes", "/dev/nvme0n1p2"):
            self.refused("nothing was changed", answer=answer)

    def test_check_changes_nothing(self):
        before = self.tablet.state()
        said = self.done("--check", PARTITION, answer="")
        self.assertIn("ALL THAT IS ON IT WILL BE LOST", said)
        self.assertEqual((self.tablet.calls(), self.tablet.state()), ([], before))


class Setting(unittest.TestCase):
    """One run, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.tablet = Tablet()
        cls.tablet.device["blkid"] = {"TYPE": "ext4", "LABEL": "photographs"}
        done = cls.tablet.run(PARTITION)
        if done.returncode or done.stderr:
            raise AssertionError(done.stdout + done.stderr)
        cls.said = done.stdout

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.tablet.folder)

    def test_names_what_will_be_lost(self):
        self.assertIn('/dev/nvme0n1p3, 8.0GiB, disk "Made up", holds: ext4 ("photographs")',
                      self.said)

    def test_encrypts(self):
        format_, open_ = self.tablet.calls("cryptsetup")
        self.assertEqual(format_[1], "luksFormat")
        self.assertEqual(format_[-1], PARTITION)
        self.assertEqual(open_[1:], ["open", "--type", "luks2", PARTITION, "tabella"])
        make, = self.tablet.calls("mkfs.ext4")
        self.assertEqual(make[-1], "/dev/mapper/tabella")
        self.assertEqual(make[make.index("-E") + 1], "nodiscard")
        self.assertEqual(self.tablet.calls("mount"), [["mount", "/var/lib/tabella"]])

    def test_tables(self):
        """Asked for at each start, for ever; nothing runs from there, no discard."""
        self.assertEqual(self.tablet.file("etc/crypttab"),
                         f"tabella UUID={UUID} none luks,tries=0\n")
        self.assertIn("/dev/mapper/tabella /var/lib/tabella ext4 nodev,nosuid,noexec,noatime 0 2\n",
                      self.tablet.file("etc/fstab"))
        self.assertEqual((self.tablet.root / "var/lib/tabella").stat().st_mode & 0o777, 0o700)

    def test_no_swap(self):
        self.assertEqual(self.tablet.calls("swapoff"), [["swapoff", "-a"]])
        self.assertNotRegex(self.tablet.file("etc/fstab"), r"(?m)^[^#]*\sswap\s")

    def test_no_network_and_no_log_in(self):
        masked, = (c[3:] for c in self.tablet.calls("systemctl") if c[1] == "mask")
        self.assertLessEqual({"NetworkManager.service", "networking.service", "getty@.service",
                              "autovt@.service", "ssh.service", "bluetooth.service",
                              "ifup@.service", "ctrl-alt-del.target", "swap.target"}, set(masked))

    def test_starts_the_terminal(self):
        enabled = [c for c in self.tablet.calls("systemctl") if c[1] == "enable"]
        self.assertIn("tabella-terminal.service", enabled[0])
        self.assertEqual(self.tablet.file("usr/bin/tabella-terminal"), "#!/bin/sh\n")
        self.assertTrue(os.access(self.tablet.root / "usr/bin/tabella-terminal", os.X_OK))
        self.assertEqual(self.tablet.file("usr/lib/sysctl.d/60-tabella.conf"), "kernel.sysrq = 0\n")


class Again(Case):
    def test_once_more_keeps_the_data(self):
        self.done()
        self.tablet.device.update(
            MOUNTPOINTS="", ABOVE=["tabella"],
            blkid={"TYPE": "crypto_LUKS", "LABEL": "tabella", "UUID": UUID})
        self.tablet.file("var/lib/tabella/box.db", "ballots")
        tables = self.tablet.file("etc/crypttab"), self.tablet.file("etc/fstab")
        said = self.done(answer="")
        self.assertIn("kept as it is", said)
        self.assertEqual(len(self.tablet.calls("cryptsetup")), 2)
        self.assertEqual(len(self.tablet.calls("mkfs.ext4")), 1)
        self.assertEqual((self.tablet.file("etc/crypttab"), self.tablet.file("etc/fstab")), tables)
        self.assertEqual(self.tablet.file("var/lib/tabella/box.db"), "ballots")

    def test_once_more_mounts_it_again(self):
        """Without its line a terminal would write into the clear, beside the data partition."""
        self.done()
        self.tablet.device["blkid"] = {"TYPE": "crypto_LUKS", "LABEL": "tabella", "UUID": UUID}
        tables = self.tablet.file("etc/crypttab"), self.tablet.file("etc/fstab")
        self.tablet.file("etc/fstab", "".join(
            line for line in tables[1].splitlines(True) if "/var/lib/tabella" not in line))
        self.done(answer="")
        self.assertEqual((self.tablet.file("etc/crypttab"), self.tablet.file("etc/fstab")), tables)
        self.assertEqual(len(self.tablet.calls("mkfs.ext4")), 1)

    def test_goes_on_where_a_table_was_not_written(self):
        self.tablet.file("etc/fstab", self.tablet.file("etc/fstab") +
                         "/dev/mapper/tabella /var/lib/tabella ext4 nodev,nosuid,noexec,noatime 0 2\n")
        self.done()
        self.assertEqual(self.tablet.file("etc/fstab").count("/var/lib/tabella"), 1)
        self.assertEqual(self.tablet.file("etc/crypttab").count("tabella"), 1)

    def test_every_failing_step_says_what_to_do(self):
        for step in ("systemd-sysusers", "systemctl", "swapoff", "cryptsetup luksFormat",
                     "cryptsetup open", "mkfs.ext4", "mount", "systemctl enable"):
            with self.subTest(step):
                tablet = Tablet()
                tablet.world["fail"] = step
                done = tablet.run(PARTITION)
                shutil.rmtree(tablet.folder)
                self.assertEqual(done.returncode, 1, step)
                self.assertIn(f"this failed: {step}", done.stderr)
                self.assertIn("What to do: ", done.stderr)
                self.assertNotIn("is a terminal", done.stdout)


class Real(Case):
    """The real cryptsetup on a file: the header is what it ought to be."""

    def test_header(self):
        print("# NO DEVICE MAPPER is used: the header is real, the partition is never opened")
        self.done()
        options = self.tablet.calls("cryptsetup")[0][1:-1]
        disk = self.tablet.folder / "disk"
        with open(disk, "wb") as f:
            f.truncate(32 << 20)
        # Only how long it takes is another: little memory, few rounds.
        subprocess.run(["/usr/sbin/cryptsetup", *options, "--disable-locks", "--pbkdf-memory=32768",
                        "--pbkdf-force-iterations=4", disk], input="made up passphrase\n",
                       capture_output=True, text=True, check=True)
        dump = subprocess.run(["/usr/sbin/cryptsetup", "luksDump", "--disable-locks",
                               "--dump-json-metadata", disk],
                              capture_output=True, text=True, check=True).stdout
        header = json.loads(dump)
        self.assertEqual(header["segments"]["0"]["encryption"], "aes-xts-plain64")
        self.assertEqual(header["keyslots"]["0"]["key_size"], 64)
        self.assertEqual(header["keyslots"]["0"]["kdf"]["type"], "argon2id")
        self.assertEqual(header["config"].get("flags", []), [])  # no discards
        self.assertEqual(self.opens(disk, "made up passphrase"), 0)
        self.assertNotEqual(self.opens(disk, "made up passphrasf"), 0)
        kind = subprocess.run(["/usr/sbin/blkid", "-p", disk], capture_output=True, text=True,
                              check=True).stdout
        self.assertTrue(re.search('LABEL="tabella".*TYPE="crypto_LUKS"', kind), kind)

    @staticmethod
    def opens(disk, passphrase):
        return subprocess.run(["/usr/sbin/cryptsetup", "open", "--test-passphrase",
                               "--disable-locks", disk], input=passphrase, capture_output=True,
                              text=True, check=False).returncode


class Tree(Case):
    def add(self):
        return subprocess.run(["sh", ADD, self.tablet.tree], capture_output=True, text=True, check=False)

    def test_everything_goes_into_the_tree(self):
        done = self.add()
        self.assertEqual(done.returncode, 0, done.stderr)
        put = [p.read_bytes() for p in self.tablet.tree.rglob("*") if p.is_file()]
        for file in (ROOT / "data/tablet").iterdir():
            if file != ADD:
                self.assertIn(file.read_bytes(), put, file.name)
        unit = self.tablet.tree / "usr/lib/systemd/system/tabella-terminal.service"
        self.assertEqual(unit.read_bytes(), (ROOT / "data/tablet/tabella-terminal.service").read_bytes())
        self.assertTrue(os.access(self.tablet.share / "setup-tablet", os.X_OK))

    def test_no_tree_without_programs(self):
        (self.tablet.tree / "usr/bin/tabella-terminal").unlink()
        done = self.add()
        self.assertEqual(done.returncode, 1)
        self.assertIn("install the programs into that folder first", done.stderr)


class Script(unittest.TestCase):
    def test_shellcheck(self):
        done = subprocess.run(["shellcheck", SCRIPT, ADD], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    sys.exit(tap.main())
