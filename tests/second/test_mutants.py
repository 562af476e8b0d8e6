#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first implementation's mutants, to this one's verifier: the same check fails first.

The first argument is the program that writes them.
"""

import os
import subprocess
import sys
import tempfile
import unittest

import test_record
from tabella2 import verifier

WRITER = None


class Mutants(unittest.TestCase):
    def test_all(self):
        verifier.run_workers, known = test_record.remembering_workers, verifier.run_workers
        self.addCleanup(setattr, verifier, 'run_workers', known)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([WRITER, folder], check=True, timeout=3600)
            with open(os.path.join(folder, 'expected'), encoding='utf-8') as f:
                expected = [line.split() for line in f]
            self.assertGreater(len(expected), 150)
            # The organisers' key comes from elsewhere: one mutant has another one beside it.
            with open(os.path.join(folder, 'sound', 'organisers.pub'), 'rb') as f:
                key = f.read()
            for name, check in expected:
                with self.subTest(name):
                    found = verifier.Verifier(os.path.join(folder, name), key, (), 1).run()
                    first = min((o.number for o in found.outcomes if not o.ok), default=0)
                    self.assertEqual(first, int(check), '\n'.join(found.report()))


if __name__ == '__main__':
    WRITER = os.path.abspath(sys.argv.pop(1))
    unittest.main()
