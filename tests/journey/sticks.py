# SPDX-License-Identifier: GPL-3.0-or-later
"""Sticks that are missing, full, read-only or no stick at all: said plainly, nothing lost, and the
next try works."""
import contextlib
import ctypes
import re

import journey
import steps

MS_RDONLY, MS_REMOUNT = 1, 32
libc = ctypes.CDLL(None, use_errno=True)


def mount(folder, options, flags=0):
    """A small disk at a folder, in this journey's own mount namespace."""
    if libc.mount(b"none", str(folder).encode(), b"tmpfs", flags, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), "mount " + str(folder))


def unmount(folder):
    if libc.umount(str(folder).encode()) != 0:
        raise OSError(ctypes.get_errno(), "umount " + str(folder))


def fill(path):
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def refused(j, k, press, name):
    """The button's work fails with a notice that is whole on the screen, and the screen stays."""
    k.touch(press)
    notice = k.wait_for(re.compile("."), (journey.ALERT,))
    k.look(name)
    said = notice.get_name()
    if "stick" not in said.lower() or len(said) < 25:
        raise AssertionError(f"{name}: {said!r} does not say what to do about the stick")
    k.button(press)
    return said


def bad_sticks(j, k, press, name, folder):
    """Every kind of bad stick in turn; then the good one is in again."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    refused(j, k, press, name + "-missing")
    folder.write_text("this is not a stick")
    refused(j, k, press, name + "-file")
    folder.unlink()
    folder.mkdir()
    mount(folder, "size=64k")
    fill(folder / "filler")
    refused(j, k, press, name + "-full")
    whole = [p for p in folder.rglob("*") if re.fullmatch("batch-[0-9]+|enrolment.*", p.name)]
    j.same(whole, [], "what seems whole on the full stick")
    unmount(folder)
    mount(folder, "size=64k")
    mount(folder, "size=64k", MS_RDONLY | MS_REMOUNT)
    refused(j, k, press, name + "-read-only")
    unmount(folder)
    folder.rmdir()
    aside.rename(folder)


def sticks(j):
    with j.kiosk() as k:
        k.wait_for("This tablet is new")
        k.keys("tablet-1")
        k.touch("Make its keys")
        code = k.text_of(k.wait_for(steps.SETUP_CODE))
        bad_sticks(j, k, "Write the enrolment file to the stick", "enrolment", j.stick)
        k.touch("Write the enrolment file to the stick")
        k.wait_for(re.compile("Written to the stick"))
        j.shown("the enrolment file: bad sticks are refused, a good one is written")
        j.take(j.stick / "enrolment-tablet-1.json", "causeway-bay")
        refused(j, k, "Install from a stick", "install-nothing")
        j.seal()
        steps.install(k)
        j.shown("a stick without a package is refused")
        steps.first_opening(k, code)
        steps.open_poll(k)
        ids = list(j.ids())
        steps.vote(k, ids[0], [["Students Proposal"], ["LegCo should veto"]])
        k.wait_for("Check in")
        k.touch("Safety copy")
        bad_sticks(j, k, "Write the copy", "copy", j.stick)
        k.touch("Write the copy")
        k.wait_for(re.compile("Written and read back"))
        k.touch("Done")
        k.wait_for("Check in")
        j.shown("a safety copy: bad sticks are refused, a good one is written, the poll goes on")
        steps.vote(k, ids[1], [["Abstention"], []])
        k.wait_for("Check in")
        steps.close_for_good(k)
        bad_sticks(j, k, "Write to the stick", "final", j.stick)
        k.touch("Write to the stick")
        k.wait_for("Ballots in the box: 2")
        j.shown("the final: bad sticks are refused, a good one is written")
    if "final, 2 ballots" not in j.election.run("import", j.stick).out:
        raise AssertionError("not two ballots")
    j.shown("nothing was lost: both ballots are imported")


journey.run("sticks", sticks)
