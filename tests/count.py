# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what meson's test runs left in their JUnit files, case by case."""
import os
import sys
import xml.etree.ElementTree as tree


def cases(build):
    """(name, failed) of every test case of the last run in a build folder."""
    path = os.path.join(build, "meson-logs", "testlog.junit.xml")
    for suite in tree.parse(path).getroot().iter("testsuite"):
        inner = list(suite.iter("testcase"))
        for case in inner:
            bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
            yield f"{suite.get('name')} {case.get('name')}", bad


def main():
    passed, failed = 0, []
    for build in sys.argv[1:]:
        try:
            for name, bad in cases(build):
                if bad:
                    failed.append(name)
                else:
                    passed += 1
        except (OSError, tree.ParseError) as problem:
            failed.append(f"{build}: no results ({problem})")
    for name in failed:
        print("failed or skipped:", name)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
