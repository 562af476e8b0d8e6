# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts byte strings in the memory of a process: core.py PID, the strings as hexadecimal digits in
JSON on standard input. Needs root: the terminal lets nobody else look into it. It is stopped meanwhile,
and read whole, also what is locked and excluded from dumps: there the selections lie. Only what is as it
is in a file is left out."""
import json
import os
import re
import signal
import sys
import time
from pathlib import Path

PAGE = 4096
EMPTY = bytes(PAGE)
GAP = bytes(64)  # longer than the zeros at either end of a word that is looked for
PIECE = 1 << 20


def regions(pid):
    """Where its memory lies."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ (\d+) *(.*)", line)
        start, end, rights, inode, name = found.groups()
        if name in ("[vvar]", "[vsyscall]", "[vdso]") or (inode != "0" and "w" not in rights):
            continue
        yield int(start, 16), int(end, 16)


def read(memory, start, end):
    for at in range(start, end, PIECE):
        try:
            yield os.pread(memory, min(PIECE, end - at), at)
        except OSError:  # a guard page, or beyond a file's end: then page by page
            for page in range(at, min(at + PIECE, end), PAGE):
                try:
                    yield os.pread(memory, PAGE, page)
                except OSError:
                    yield EMPTY


def filled(pid):
    """Its memory without the empty pages, of which most of it consists. What was apart stays apart."""
    parts = []
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    for start, end in regions(pid):
        for piece in read(memory, start, end):
            for at in range(0, len(piece), PAGE):
                page = piece[at:at + PAGE]
                if page != EMPTY[:len(page)]:
                    parts.append(page)
                elif parts and parts[-1] is not GAP:
                    parts.append(GAP)
        parts.append(GAP)
    os.close(memory)
    return b"".join(parts)


def stop(pid):
    os.kill(pid, signal.SIGSTOP)
    status = Path(f"/proc/{pid}/status")
    while not re.search(r"^State:\tT", status.read_text(), re.M):
        time.sleep(0.001)


def main():
    words, pid = json.load(sys.stdin), int(sys.argv[1])
    stop(pid)
    try:
        data = filled(pid)
    finally:
        os.kill(pid, signal.SIGCONT)
    json.dump({name: data.count(bytes.fromhex(word)) for name, word in words.items()}, sys.stdout)


main()
