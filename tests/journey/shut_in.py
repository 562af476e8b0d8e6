# SPDX-License-Identifier: GPL-3.0-or-later
"""The running terminal, and tabella-hands beside it, as the system sees them: shut in, with nobody else
started and nobody let in; and they end together."""
import os
import re
import socket
import threading
from pathlib import Path

import journey
import outside

LISTENS = 0x10000  # of a socket's flags in /proc/net/unix


def children(pid):
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def listening(pid):
    """The sockets of a process at which somebody could knock."""
    inodes = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(fd))
        except FileNotFoundError:
            continue
        if found:
            inodes.add(found[1])
    lines = Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]
    sockets = {fields[6]: int(fields[3], 16) for fields in (line.split() for line in lines)}
    if not inodes & set(sockets):
        raise AssertionError("no socket of the terminal is seen: this search sees nothing")
    return [inode for inode in inodes & set(sockets) if sockets[inode] & LISTENS]


def slow_bus(path):
    """A system bus that lets whoever connects wait for a second and is none. Starting goes on meanwhile
    for those who want to see the terminal, this test among them."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve():
        while True:
            caller = server.accept()[0]
            threading.Timer(1, caller.close).start()
    threading.Thread(target=serve, daemon=True).start()
    return {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={path}"}


def late(j):
    with j.kiosk("late", environment=slow_bus(j.root / "bus")) as k:
        k.wait_for("This tablet is new")
        j.same(listening(k.process.pid), [], "the terminal's sockets, after it waited for the bus")
        j.shown("a bus that answers late opens no door")


def shut_in(j):
    with j.kiosk() as k:
        k.wait_for("This tablet is new")
        pid = k.process.pid
        hands = children(pid)
        names = [Path(f"/proc/{n}/comm").read_text().strip() for n in hands]
        j.same(names, ["tabella-hands"], "what the terminal has started")
        j.same(outside.look(pid), outside.SHUT, "the terminal's filter, privileges and core size")
        j.same(outside.look(hands[0]), outside.SHUT, "the same of tabella-hands")
        j.same(listening(pid), [], "the terminal's sockets that take connections")
        j.shown("terminal and tabella-hands are shut in, and nobody can knock")
        k.language("繁體中文")
        k.language("English")
        j.same(children(pid), hands, "what runs beside it afterwards")
    k.wait_until(lambda: not Path(f"/proc/{hands[0]}").exists(), "the end of tabella-hands")
    j.shown("tabella-hands ends with the terminal")
    late(j)


journey.run("shut-in", shut_in)
