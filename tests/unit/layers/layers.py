# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of src/ (README, "What is where"): who may include whom, and that nothing but the terminal links GTK.

layers.py SOURCE_ROOT TABELLA TERMINAL LIBRARY…"""
import os
import re
import subprocess
import sys

BELOW = {
    "crypto": [],
    "election": ["crypto"],
    "ballot": ["crypto", "election"],
    "station": ["crypto", "election", "ballot"],
    "centre": ["crypto", "election", "ballot"],
    "terminal": ["crypto", "election", "ballot", "station"],
    "command": ["crypto", "election", "ballot", "station", "centre"],
}
LINES = 500  # a file of src/
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def sources(root, layer):
    folder = os.path.join(root, "src", layer)
    for name in sorted(os.listdir(folder)):
        if name.endswith((".c", ".h")):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                yield name, file.read()


def included(root):
    """Complaints about includes that leave the layers, or about a header's name that two folders have."""
    owner = {}
    for layer in BELOW:
        for name, _ in sources(root, layer):
            if name.endswith(".h"):
                if name in owner:
                    yield f"src/{layer}/{name} stands in src/{owner[name]} too"
                owner[name] = layer
    for layer, below in BELOW.items():
        for name, text in sources(root, layer):
            for header in INCLUDE.findall(text):
                if "/" in header:
                    yield f"src/{layer}/{name} includes {header} by a path"
                elif header in owner and owner[header] not in below + [layer]:
                    yield f"src/{layer}/{name} includes {header} of src/{owner[header]}"


def long_files(root):
    for layer in BELOW:
        for name, text in sources(root, layer):
            if text.count("\n") > LINES:
                yield f"src/{layer}/{name} has {text.count(chr(10))} lines"


def links_gtk(program):
    out = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return "libgtk-3" in out or "libgdk-3" in out


def linked(tabella, terminal, libraries):
    if links_gtk(tabella):
        yield "tabella links GTK"
    if not links_gtk(terminal):
        yield "the terminal does not link GTK: this test sees nothing"
    for library in libraries:
        out = subprocess.run(["nm", "--undefined-only", library], capture_output=True, text=True, check=True).stdout
        found = re.findall(r"U ((?:gtk|gdk|atk)_\w+)", out)
        if found:
            yield f"{library} calls {found[0]}"


def main():
    root, tabella, terminal, *libraries = sys.argv[1:]
    failed = 0
    checks = [("includes", included(root)), ("lengths", long_files(root)), ("links", linked(tabella, terminal, libraries))]
    print(f"1..{len(checks)}")
    for n, (name, complaints) in enumerate(checks, 1):
        complaints = list(complaints)
        for complaint in complaints:
            print(f"# {complaint}")
        print(f"{'not ok' if complaints else 'ok'} {n} {name}")
        failed += bool(complaints)
    return 1 if failed else 0


sys.exit(main())
