# SPDX-License-Identifier: GPL-3.0-or-later
"""Power cuts at every change that the program makes to a disk, from the draft to the record."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap
from tabella import HERE, tabella

LONG = '--long' in sys.argv
EVERY = [a for a in sys.argv if a.startswith('--every=')]
TRUSTEES = 2    # of the story
MEMORY = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None


class Cuts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = Path(tempfile.mkdtemp(prefix='tabella-cuts-', dir=MEMORY)).resolve()
        cls.addClassCleanup(shutil.rmtree, cls.top)
        cls.root, cls.log, cls.samples = cls.top / 'root', cls.top / 'log', cls.top / 'samples'
        cls.root.mkdir()
        runs = cls.top / 'runs'
        env = dict(os.environ, LD_PRELOAD=os.environ['CUTS_RECORDER'], CUTS_LOG=str(cls.log),
                   CUTS_WATCH=str(cls.root))
        subprocess.run([sys.executable, HERE / 'cuts_story.py', cls.root, runs], env=env,
                       check=True, timeout=300)
        cls.runs = json.loads(runs.read_text())

    def test_1_whole_or_not_there(self):
        """Old or new and never torn; what a run said to be done stays; the database holds each
        import wholly or not at all."""
        done = subprocess.run([os.environ['CUTS_FILES'], self.log, self.root, self.samples,
                               *(['--long', '--every=20'] if LONG else []), *EVERY],
                              stdout=subprocess.PIPE, text=True, timeout=3000, check=False)
        print(done.stdout, end='', flush=True)
        self.assertEqual(done.returncode, 0)

    def run_at(self, folder, n, code):
        args = [a.replace(str(self.root), str(folder)) for a in self.runs[n]['args']]
        return tabella(*args, code=code)

    def obey(self, folder, n, again):
        """Does what a refusal says is to be done."""
        if 'go on with "tabella trustee open"' in again.err:
            self.run_at(folder, n + TRUSTEES, None)    # the same trustee's next step
        if 'is there already; give --out a new folder' in again.err:
            shutil.move(folder / 'stick', folder / 'old-stick')
            self.run_at(folder, n, 0)

    def go_on(self, folder, n):
        """Run n again, and the next one; the first one's outcome."""
        again = self.run_at(folder, n, None)
        self.assertIn(again.code, (0, 1), again)
        self.obey(folder, n, again)
        if n + 1 == len(self.runs):
            return again
        for path, content in self.runs[n + 1]['changes'].items():
            if content is None:
                (folder / path).unlink(missing_ok=True)
            else:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(bytes.fromhex(content))
        self.run_at(folder, n + 1, self.runs[n + 1]['code'])
        return again

    def test_2_run_again(self):
        """What was cut is run again and goes on, or says why not; then comes the next step."""
        samples = sorted(p for p in self.samples.iterdir() if '-' in p.name)
        refusals = []
        for folder in samples:
            n = int(folder.name.split('-')[1])
            with self.subTest(folder.name, run=self.runs[n]['args'][2:5]):
                again = self.go_on(folder, n)
                if again.code != self.runs[n]['code']:
                    refusals.append(again)
        self.assertGreater(len(samples), 20)
        print('# %d states were gone on from, %d of them after a refusal' %
              (len(samples), len(refusals)))
        for line in sorted({r.err.rstrip('\n').split('\n')[-1][:200] for r in refusals}):
            print('#   ' + line)


if __name__ == '__main__':
    sys.argv = [a for a in sys.argv if not a.startswith('--')]
    sys.exit(tap.main())
