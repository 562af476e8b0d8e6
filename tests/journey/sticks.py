# SPDX-License-Identifier: GPL-3.0-or-later
"""Every stick that is no good, through the real code and a mocked udisks2: each is said plainly,
nothing is lost or deleted, and the next stick works."""
import contextlib
import ctypes
import os
import re
import shutil
import sys

import journey
import steps
from kiosk import BUTTONS, Atspi

sys.path.insert(0, str(journey.HERE.parent / "udisks"))
from udisks import System  # noqa: E402

MS_RDONLY, MS_REMOUNT = 1, 32
libc = ctypes.CDLL(None, use_errno=True)
PUT_IN = "Put the stick in."
SAFE = "It is safe to take the stick out."
TAKEN_OUT = "The stick has been taken out."
FOREIGN = {"holiday.jpg": b"not ours", "letters/to-nobody.txt": b"not ours either"}


def mount(folder, options, flags=0):
    """A small disk at a folder, in this journey's own mount namespace."""
    folder.mkdir(exist_ok=True)
    if libc.mount(b"none", str(folder).encode(), b"tmpfs", flags, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), "mount " + str(folder))


def unmount(folder):
    if libc.umount(str(folder).encode()) != 0:
        raise OSError(ctypes.get_errno(), "umount " + str(folder))


def fill(path):
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*")) if p.is_file()}


class Sticks:
    """What is put into and taken out of a terminal."""

    def __init__(self, j, k, system):
        self.j, self.k, self.system = j, k, system
        self.n = 0

    def folder(self, name):
        path = self.j.root / "media" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def alert(self, words, name):
        """What is said stands out, is whole on the screen, and says what to do."""
        node = self.k.wait_for(re.compile(words, re.S), (journey.ALERT,))
        self.k.look(name)
        said = self.k.text_of(node)
        if len(said) < 25:
            raise AssertionError(f"{name}: {said!r} does not say what to do")
        return said

    def bad(self, words, name, root=None, **options):
        """A stick that will not do: put in, said so, taken out, and the next one is waited for."""
        self.n += 1
        device = f"bad{self.n}"
        self.system.put_in(device, root=root or self.folder(device),
                           **{"label": "COLLECT 3", **options})
        said = self.alert(words, name)
        self.k.button("Try again")
        self.system.take_out(device)
        self.k.wait_for(PUT_IN)
        return said


def nobody_finds_sticks(s):
    """No udisksd; then it is started."""
    s.k.touch("Write the enrolment file to the stick")
    s.alert("cannot find sticks.*udisks2", "no-udisksd")
    s.system.start()
    s.k.wait_for(PUT_IN)
    s.k.look("put-in")
    s.j.shown("without udisksd it says so, and goes on when it has started")


def bad_for_enrolment(s):
    s.bad("cannot read the stick COLLECT 3", "not-formatted", filesystem=False)
    s.bad("cannot read the stick COLLECT 3", "unknown-filesystem",
          mount_error="Failed: Error mounting /dev/sdz1 at /media/x: unknown filesystem type "
                      "'zfs_member'")
    s.bad("not allowed to open sticks", "refused",
          mount_error="NotAuthorizedCanObtain: Not authorized to perform operation")
    s.bad("does not open.*The tablet says: .*superblock.*", "does-not-mount",
          mount_error="Failed: Error mounting /dev/sdz1 at /media/x: can't read superblock")
    s.bad("write-protected", "write-protected", read_only=True)
    s.j.shown("not formatted, unknown, refused, not mounting, write-protected: each is said, and a "
              "stick that is taken out is noticed")


def no_sticks(s):
    """What is built in is no stick, whatever is on it."""
    inside = {"system": {"system": True, "bus": ""}, "disk": {"bus": "ata", "removable": False},
              "of_the_system": {"mounted": "/"}, "empty_reader": {"media": False},
              "hidden": {"ignore": True}, "cd": {"bus": "ata", "optical": True}}
    for name, options in inside.items():
        s.system.put_in(name, root=s.folder(name), label=name.upper(), **options)
    s.bad("write-protected", "beside-disks", read_only=True)
    for name in inside:
        s.j.same(files(s.folder(name)), {}, name)
        s.system.take_out(name)
    s.j.shown("the tablet's own disks, empty readers and discs are never taken for sticks")


def enrol(s):
    s.system.put_in("good", root=s.j.stick, label="ELECTION")
    s.k.wait_for(re.compile("Written to the stick: enrolment-tablet-1.json"))
    s.k.wait_for(SAFE)
    s.k.look("enrolment-written")
    s.j.same(s.system.mounted_with("good")["options"], "nosuid,nodev,noexec", "how it is mounted")
    s.system.take_out("good")
    s.k.wait_for(TAKEN_OUT)
    s.k.look("taken-out")
    s.k.touch("Done")
    s.j.shown("a good stick is used when it is put in, without a touch, and seen to be taken out")
    s.j.take(s.j.stick / "enrolment-tablet-1.json", "causeway-bay")
    s.j.seal()


def install(s):
    """Sticks without our package, then two at once."""
    k, foreign = s.k, s.folder("foreign")
    k.touch("Install from a stick")
    k.wait_for(PUT_IN)
    s.bad("it is empty", "install-empty")
    for name, content in FOREIGN.items():
        (foreign / name).parent.mkdir(exist_ok=True)
        (foreign / name).write_bytes(content)
    s.bad("Looked for: the folder tabella-package. Found: holiday.jpg, letters", "install-foreign",
          root=foreign)
    broken = s.folder("broken") / "tabella-package"
    shutil.copytree(s.j.stick / "tabella-package", broken)
    with open(broken / "manifest.json", "a") as file:
        file.write(" ")
    s.bad("the organisers' signature on it is wrong", "install-damaged", root=broken.parent)
    s.system.put_in("foreign", root=foreign, label="HOLIDAYS", size=16_000_000_000)
    s.alert("Looked for", "install-foreign")
    s.system.put_in("good", root=s.j.stick, label="ELECTION")
    k.wait_for(re.compile("More than one stick is in"))
    k.look("two-sticks")
    k.wait_for("HOLIDAYS, 16.0\u00a0GB", BUTTONS)
    k.touch("ELECTION, 8.0\u00a0GB")
    k.wait_for("Compare this with the paper copy")
    s.j.same(files(foreign), FOREIGN, "what was on the foreign stick")
    k.touch("All the same: install")
    s.system.take_out("foreign")
    s.system.take_out("good")
    s.j.shown("without a package it says what it looked for and what it found; of two sticks one "
              "is chosen; what is foreign stays")


def is_busy(s):
    """Nothing but waiting is possible."""
    k = s.k
    k.wait_for(re.compile("Do not take the stick out"))
    k.look("writing")
    for name in ("Lock now", "Back", "Done", "Try again"):
        if k.sees(name):
            raise AssertionError(f"{name!r} can be touched while a stick is written")
    if k.is_(k.find("繁體中文", BUTTONS), Atspi.StateType.SENSITIVE):
        raise AssertionError("the language can be changed while a stick is written")
    k.jump(11)
    k.wait_for("This stick is slow. Please wait, and do not take it out.")
    k.look("slow")


def pulled(s, hold):
    """Taken out while it is written."""
    k, stick = s.k, s.folder("copies")
    for name, content in FOREIGN.items():
        (stick / name).parent.mkdir(exist_ok=True)
        (stick / name).write_bytes(content)
    k.touch("Safety copy")
    k.wait_for(PUT_IN)
    hold.touch()
    s.system.put_in("copies", root=stick, label="COPIES")
    is_busy(s)
    s.system.take_out("copies")
    half = s.j.root / "pulled"
    stick.rename(half)
    hold.write_text("gone")
    s.alert("taken out too early. Nothing is lost on this tablet", "pulled")
    whole = [p for p in half.rglob("*") if re.fullmatch("batch-[0-9]+", p.name)]
    s.j.same(whole, [], "what seems whole on the pulled stick")
    hold.unlink()
    half.rename(stick)
    s.system.put_in("copies", root=stick, label="COPIES")
    k.wait_for(SAFE)
    k.wait_for("Written and read back.")
    k.look("copy-written")
    there = files(stick)
    for name, content in FOREIGN.items():
        s.j.same(there.pop(name), content, name)
    if not there or any("tmp" in name for name in there):
        raise AssertionError(f"on the stick: {sorted(there)}")
    k.touch("Done")
    s.j.shown("a slow stick is waited for while nothing can be touched; taken out in the middle "
              "nothing is lost, and put in again it is written")


def bad_for_copies(s):
    k = s.k
    k.wait_for("Check in")
    k.touch("Safety copy")
    k.wait_for("This stick is in: COPIES, 8.0\u00a0GB")
    k.look("is-in")
    s.system.take_out("copies")
    k.wait_for(PUT_IN)
    small = s.folder("small")
    mount(small, "size=64k")
    fill(small / "filler")
    said = s.bad("is full: .* are needed, .* are free", "full", root=small)
    if "Nothing is lost" not in said:
        raise AssertionError(said)
    s.j.same(list(files(small)), ["filler"], "the files on the full stick")
    unmount(small)
    mount(small, "size=64k")
    mount(small, "size=64k", MS_RDONLY | MS_REMOUNT)
    s.bad("write-protected", "mounted-read-only", root=small)
    unmount(small)
    s.system.stop()
    s.alert("cannot find sticks", "udisksd-ended")
    s.system.start()
    k.wait_for(PUT_IN)
    s.system.put_in("copies", root=s.folder("copies"), label="COPIES",
                    unmount_error="DeviceBusy: Error unmounting: target is busy")
    k.wait_for(re.compile("does not let go by itself. Wait ten seconds"))
    k.look("held")
    k.touch("Done")
    s.system.take_out("copies")
    s.j.shown("full, mounted read-only, held by the system, udisksd gone for a while: each is "
              "said, and the copy is written at last")


def close(s):
    k, second = s.k, s.folder("second")
    steps.close_for_good(k)
    k.wait_for(PUT_IN)
    k.look("final-waits")
    s.system.put_in("good", root=s.j.stick, label="ELECTION")
    k.wait_for("Ballots in the box: 1")
    k.wait_for(SAFE)
    k.look("closed")
    s.system.take_out("good")
    k.wait_for(TAKEN_OUT)
    k.look("closed-taken-out")
    k.touch("Write the final again")
    k.wait_for(PUT_IN)
    s.system.put_in("second", root=second, label="SECOND")
    k.wait_for("Ballots in the box: 1")
    k.wait_for(SAFE)
    of_both = [{n: c for n, c in files(f).items() if n.startswith("terminal-")}
               for f in (s.j.stick, second)]
    s.j.same(of_both[0], of_both[1], "the final on two sticks")
    if not of_both[0]:
        raise AssertionError("no final on the stick")
    s.j.shown("the final goes to two sticks, the same bytes")


def sticks(j):
    hold = j.root / "hold"
    with System(j.root) as system:
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = system.address
        with j.kiosk(stick=None, slow_stick=hold, clock=j.root / "clock") as k:
            s = Sticks(j, k, system)
            k.wait_for("This tablet is new")
            k.keys("tablet-1")
            k.touch("Make its keys")
            code = k.text_of(k.wait_for(steps.SETUP_CODE))
            nobody_finds_sticks(s)
            bad_for_enrolment(s)
            no_sticks(s)
            enrol(s)
            install(s)
            steps.first_opening(k, code)
            steps.open_poll(k)
            steps.vote(k, next(j.ids()), [["Students Proposal"], ["LegCo should veto"]])
            k.wait_for("Check in")
            pulled(s, hold)
            bad_for_copies(s)
            close(s)
    said = j.election.run("import", j.stick).out
    if not re.search("final, 1 ballots?\\b", said):
        raise AssertionError(said)
    j.shown("nothing was lost: the ballot is imported")


journey.run("sticks", sticks)
