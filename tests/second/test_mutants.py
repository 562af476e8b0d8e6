#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first implementation's mutants, and bytes changed by chance, to both verifiers: the same
check fails first.

Arguments: the program that writes the mutants, and `tabella`.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

import test_record
from tabella2 import verifier

WRITER = PROGRAM = None


class Mutants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        known = verifier.run_workers
        verifier.run_workers = test_record.remembering_workers
        cls.addClassCleanup(setattr, verifier, 'run_workers', known)
        cls.folder = tempfile.mkdtemp(prefix='tabella-mutants-')
        cls.addClassCleanup(subprocess.run, ['rm', '-r', cls.folder], check=True)
        subprocess.run([WRITER, cls.folder], check=True, timeout=3600)
        # The organisers' key comes from elsewhere: one mutant has another one beside it.
        cls.key_file = os.path.join(cls.folder, 'key.pub')
        with open(os.path.join(cls.folder, 'sound', 'organisers.pub'), 'rb') as f:
            cls.key = f.read()
        with open(cls.key_file, 'wb') as f:
            f.write(cls.key)

    def judge(self, record):
        """The number of the first failing check (0: none), and the report."""
        found = verifier.Verifier(record, self.key, (), 1).run()
        return min((o.number for o in found.outcomes if not o.ok), default=0), found.report()

    def judge_first(self, record):
        """The same by the program."""
        done = subprocess.run([PROGRAM, 'verify', record, '--key', self.key_file],
                              capture_output=True, text=True, timeout=120)
        failed = re.findall(r'^ ?(\d+) FAILED ', done.stdout, re.M)
        return min(map(int, failed), default=0), done.stdout

    def test_mutants(self):
        with open(os.path.join(self.folder, 'expected'), encoding='utf-8') as f:
            expected = [line.split() for line in f]
        self.assertGreater(len(expected), 150)
        for name, check in expected:
            with self.subTest(name):
                first, report = self.judge(os.path.join(self.folder, name))
                self.assertEqual(first, int(check), '\n'.join(report))

    def test_bytes(self):
        record = os.path.join(self.folder, 'sound')
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        for base, _, names in sorted(os.walk(record)):
            for name in sorted(names):
                self.change_byte(record, os.path.join(base, name), rng, seed)

    def change_byte(self, record, path, rng, seed):
        with open(path, 'rb') as f:
            good = f.read()
        for at in rng.sample(range(len(good)), 3):
            changed = bytearray(good)
            changed[at] ^= 1 << rng.randrange(8)
            with open(path, 'wb') as f:
                f.write(changed)
            with self.subTest(path=path[len(record):], at=at, seed=seed):
                ours, report = self.judge(record)
                theirs, other = self.judge_first(record)
                self.assertEqual(ours, theirs, '\n'.join([*report, other]))
        with open(path, 'wb') as f:
            f.write(good)


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(2))
    WRITER = os.path.abspath(sys.argv.pop(1))
    unittest.main()
