# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what meson's test runs left, case by case, and every program that ended badly without saying so in a case."""
import json
import os
import sys
import xml.etree.ElementTree as tree


def cases(build):
    """(test, case, failed) of every case of the last run in a build folder, from meson's JUnit file."""
    path = os.path.join(build, "meson-logs", "testlog.junit.xml")
    for suite in tree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
            yield f"{suite.get('name')} {case.get('name')}", bad


def bad_programs(build):
    """Names of the tests whose program did not end well: one that crashed has only the cases before the crash."""
    with open(os.path.join(build, "meson-logs", "testlog.json"), encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            if test["result"] != "OK":
                yield test["name"]


def results(build):
    """(cases passed, names of failures) of one build folder."""
    found = list(cases(build))
    failed = [name for name, bad in found if bad]
    failed += [f"{name} ended badly" for name in bad_programs(build) if not any(name in known for known in failed)]
    return sum(not bad for _, bad in found), failed


def main():
    passed, failed = 0, []
    for build in sys.argv[1:]:
        try:
            n, names = results(build)
        except (OSError, ValueError, KeyError, tree.ParseError) as problem:
            n, names = 0, [f"no results ({problem})"]
        passed += n
        failed += [f"{build}: {name}" for name in names]
    for name in failed:
        print("failed or skipped:", name)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
