# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts byte strings in a core of a process: core.py PID, the strings as hexadecimal digits in JSON
on standard input. Needs root: the terminal lets nobody else look into it. The core has all of its
memory, also what is locked and excluded from dumps: there the selections lie."""
import json
import mmap
import subprocess
import sys
import tempfile
from pathlib import Path


def take(pid, path):
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-p", pid, "-ex", "set use-coredump-filter off",
         "-ex", "set dump-excluded-mappings on", "-ex", f"gcore {path}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if not path.exists():
        sys.exit(f"gdb took no core: {done.stdout[-500:]} {done.stderr[-1500:]}")


def count(data, word):
    found, at = 0, data.find(word)
    while at >= 0:
        found, at = found + 1, data.find(word, at + 1)
    return found


def main():
    words = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="tabella-core-") as folder:
        path = Path(folder) / "core"
        take(sys.argv[1], path)
        with open(path, "rb") as file, \
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            json.dump({name: count(data, bytes.fromhex(word)) for name, word in words.items()},
                      sys.stdout)


main()
