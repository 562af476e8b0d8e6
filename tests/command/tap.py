# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the unit tests of a file and prints them in the Test Anything Protocol."""
import sys
import time
import traceback
import unittest


class Result(unittest.TestResult):
    """One line a test; a skipped test is a failed one: nothing here may be left out."""

    def __init__(self):
        super().__init__()
        self.number, self.bad = 0, 0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def line(self, ok, name, details=''):
        self.number += 1
        self.bad += not ok
        print(f"{'ok' if ok else 'not ok'} {self.number} - {name}", flush=True)
        for text in details.splitlines():
            print('#', text)
        sys.stdout.flush()

    @staticmethod
    def name(test):
        return test.id().split('.', 1)[-1].replace('#', '')

    def addSuccess(self, test):
        self.line(True, self.name(test))
        print(f'# {time.monotonic() - self.began:.1f} s', flush=True)

    def failed(self, test, error):
        self.line(False, self.name(test), ''.join(traceback.format_exception(*error)))

    addError = addFailure = failed

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.failed(subtest, error)

    def addSkip(self, test, reason):
        self.line(False, self.name(test), 'skipped: ' + reason)

    def addUnexpectedSuccess(self, test):
        self.line(False, self.name(test), 'expected to fail, and passed')


def main():
    """Every test of the file, or those whose names contain one of the arguments."""
    loader, result = unittest.TestLoader(), Result()
    loader.testNamePatterns = ['*%s*' % a for a in sys.argv[1:]] or None
    loader.loadTestsFromModule(sys.modules['__main__']).run(result)
    print(f'1..{result.number}')
    return 1 if result.bad or not result.number else 0
