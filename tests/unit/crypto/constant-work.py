# SPDX-License-Identifier: GPL-3.0-or-later
"""Every selection takes the same instructions, each as often: callgrind's counts for every machine
instruction of tabella_body_make() and all that it calls are compared byte for byte."""
import os
import subprocess
import sys
import tempfile

SELECTIONS = ("0000", "1000", "0001", "0110", "1111")


def counts(program, mode, function, selections, folder):
    out = os.path.join(folder, mode + selections)
    subprocess.run(
        ["valgrind", "--quiet", "--tool=callgrind", "--dump-instr=yes",
         "--toggle-collect=" + function, "--callgrind-out-file=" + out,
         program, mode, selections], check=True)
    with open(out, encoding="utf-8") as file:
        lines = file.read().splitlines()
    os.remove(out)
    kept = [line for line in lines if not line.startswith(("cmd:", "pid:", "desc:", "part:"))]
    total = [int(line.split()[1]) for line in lines if line.startswith("totals:")]
    return kept, total[0]


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        first, total = counts(program, "body", "tabella_body_make", SELECTIONS[0], folder)
        if total < 1000000:
            sys.exit(f"only {total} instructions were counted: the measure does not work")
        for selections in SELECTIONS[1:]:
            other, other_total = counts(program, "body", "tabella_body_make", selections, folder)
            if other != first:
                sys.exit(f"selections {selections} take other instructions than {SELECTIONS[0]}"
                         f" ({other_total} against {total})")
        branching = {counts(program, "control", "constant_work_control", s, folder)[1]
                     for s in ("0000", "1111")}
        if len(branching) != 2:
            sys.exit("a function that branches on the selections was not noticed")
    print(f"{total} instructions for each of {len(SELECTIONS)} selections")


main()
