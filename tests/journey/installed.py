# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs as they are installed: the terminal finds its translations and the program that
prints where they were put, not where they were built."""
import os
import re
import subprocess

import journey
import steps

BUILT = os.path.dirname(os.path.dirname(os.path.dirname(journey.TERMINAL)))


def one(folder, name):
    found = list(folder.glob(f"**/{name}"))
    if len(found) != 1:
        raise AssertionError(f"{name} is installed {len(found)} times: {found}")
    return found[0]


def install(j):
    folder = j.root / "installed"
    subprocess.run(["meson", "install", "-C", BUILT, "--no-rebuild", "--destdir", folder],
                   stdout=subprocess.DEVNULL, check=True)
    return folder


def tell_when_run(program, mark):
    """The same program, which leaves a mark when somebody starts it."""
    real = program.with_name("real")
    program.rename(real)
    program.write_text(f"#!/bin/sh\n: >'{mark}'\nexec '{real}' \"$@\"\n")
    program.chmod(0o755)


def installed(j):
    folder = install(j)
    mark = j.root / "asked"
    tell_when_run(one(folder, "tabella-print"), mark)
    terminal = str(one(folder, "tabella-terminal"))
    nowhere = {"CUPS_SERVER": str(j.root / "no-service")}
    with j.kiosk(program=terminal, printer="real", environment=nowhere) as k:
        k.language("繁體中文")
        k.wait_for(re.compile("新"))
        k.look("new")
        k.language("English")
        j.shown("an installed terminal speaks its languages")
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
        j.seal()
        steps.install(k)
        steps.first_opening(k, code)
        k.wait_until(mark.exists, "the installed program that prints, asked for the self-test")
        j.shown("it asks the installed program for the printer")


journey.run("installed", installed)
