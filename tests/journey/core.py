# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts byte strings in a core of a process: core.py PID, the strings as hexadecimal digits in JSON
on standard input. Needs root: the terminal lets nobody else look into it. The core has all of its
memory, also what is locked and excluded from dumps: there the selections lie."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = 4096
EMPTY = bytes(PAGE)
GAP = bytes(64)  # longer than the zeros at either end of a word that is looked for


def take(pid, path):
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-p", pid, "-ex", "set use-coredump-filter off",
         "-ex", "set dump-excluded-mappings on", "-ex", f"gcore {path}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if not path.exists():
        sys.exit(f"gdb took no core: {done.stdout[-500:]} {done.stderr[-1500:]}")


def filled(path):
    """The core without its empty pages, of which most of it consists. What was apart stays apart."""
    parts = []
    with open(path, "rb") as file:
        while page := file.read(PAGE):
            if page != EMPTY[:len(page)]:
                parts.append(page)
            elif parts and parts[-1] is not GAP:
                parts.append(GAP)
    return b"".join(parts)


def main():
    words = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="tabella-core-") as folder:
        path = Path(folder) / "core"
        take(sys.argv[1], path)
        data = filled(path)
    json.dump({name: data.count(bytes.fromhex(word)) for name, word in words.items()}, sys.stdout)


main()
