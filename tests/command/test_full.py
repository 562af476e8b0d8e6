# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks: every verb that writes leaves the whole or nothing, says so, and works again later."""
import os
import resource
import shutil
import signal
import subprocess
import sys
import unittest

import tap
from poll import Poll
from tabella import PROGRAM, Done, Election, deck_text, roll_text

PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (3, 'combined'), (4, 'combined')]
SAID = ('no space left', 'file too large', 'is full', 'disk i/o error', 'make room')

# The program in a small file system of its own: copies the tree in, runs, copies it out again.
IN_A_SMALL_ONE = '''
mount -t tmpfs -o size=$(($3 * 4096)) tmpfs "$2" || exit 99
cp -a "$1/." "$2/" || exit 98
cd "$2/$4" || exit 97
shift 4
"$@"
status=$?
cd /
rm -rf "$OUT" && cp -a "$MOUNT" "$OUT" || exit 96
exit $status
'''


def namespace():
    """How to get a mount of one's own here."""
    for flags in (['-m'], ['-Urm']):
        tried = subprocess.run(['unshare', *flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'],
                               capture_output=True, check=False)
        if tried.returncode == 0:
            return ['unshare', *flags]
    raise AssertionError('nobody may mount a file system here: this test needs root or user '
                         'namespaces: %s' % tried.stderr.decode())


class Stages:
    """An election before each of the verbs that write."""

    def __init__(self):
        self.made = []
        self.fresh = self.keep(Election().new())
        poll = Poll(PLACES, base=self.fresh_with_key(), duplicates='lot', min_unit=1)
        e = poll.election
        deck = poll.deck
        for station in (1, 2, 3, 4):
            deck.visit(deck.enter(station, 'full'))
        double = deck.enter(1, 'full')
        deck.visit(double)
        deck.visit(double, kind='provisional')
        (e.root / 'roll.csv').write_text(roll_text(deck.roll))
        (e.root / 'deck.csv').write_text(deck_text(deck.rows))
        self.enrolled = self.keep(e.copy())
        e.run('roll', e.root / 'roll.csv')
        self.rolled = self.keep(e.copy())
        e.seal()
        self.sealed = self.keep(e.copy())
        e.rehearse(deck.rows)
        self.held = self.keep(e.copy())
        e.take()
        self.imported = self.keep(e.copy())
        path = e.request('checkins')
        self.asked = self.keep(e.copy())
        e.answer(path, (1, 2))
        e.decide()
        e.ask('strike')
        path = e.request('tally')
        self.tally = self.keep(e.copy())
        for i in (1, 2):
            e.decrypt(path, i)
        self.answered = self.keep(e.copy())
        e.run('combine', path)
        self.done = self.keep(e)

    def keep(self, election):
        self.made.append(election)
        return election

    def fresh_with_key(self):
        e = self.keep(self.fresh.copy())
        return e.ceremony().make_key()


def verbs(s):
    """(name, election, folder, arguments, what a failed run may leave changed)."""
    secret = ['--passphrase-file', '../pass']
    deep = ['--passphrase-file', '../../pass']
    sign = ['--key', '../organisers.key', *secret]
    return [
        ('new', s.fresh, '.', ['new', 'another'], ()),
        ('init', s.fresh, 'el', ['trustee', 'init', '--index', '1', '--name', 'Trustee One',
                                 '--secret', '../secret-1', *secret], ('secret-1',)),
        ('roll', s.enrolled, 'el', ['roll', '../roll.csv', '--keep-key', '../kept', *secret],
         ('kept', 'terminals')),
        ('seal', s.rolled, 'el', ['seal', '--practice', *sign], ()),
        ('package', s.sealed, 'el/practice', ['package', '--out', '../../package'], ()),
        ('amend', s.sealed, 'el/practice', ['amend', 'revoked', '--terminal', '1', '--key',
                                            '../../organisers.key', *deep],
         ('0001.json.minisig', '0001.txt')),     # nothing without 0001.json
        ('rehearse', s.sealed, 'el/practice', ['rehearse', '../../deck.csv', '--out', '../../out'],
         ()),
        ('import', s.held, 'el/practice', ['import', '../../stick'], ('centre.db',)),
        ('request', s.imported, 'el/practice', ['request', 'checkins'], ()),
        ('decrypt', s.tally, 'el/practice', ['trustee', 'decrypt', 'requests/tally-0001', '--index',
                                             '3', '--secret', '../../secret-3', *deep],
         ('secret-3',)),
        ('combine', s.answered, 'el/practice', ['combine', 'requests/tally-0001'], ()),
        ('publish', s.done, 'el/practice', ['publish', '--out', '../../public'], ()),
    ]


class FullDisk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stages = Stages()
        cls.addClassCleanup(lambda: [e.remove() for e in cls.stages.made])

    def tree(self, root):
        return {p.relative_to(root): p.read_bytes() for p in root.rglob('*')
                if p.is_file() and not p.is_symlink()}

    def run_limited(self, root, folder, args, size):
        """No file may become larger than this."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        process = subprocess.run([PROGRAM, *args], cwd=root / folder, stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, timeout=60, preexec_fn=limit,
                                 check=False, env={**os.environ, 'TMPDIR': str(root)})
        return Done(args, process)

    def run_mounted(self, root, folder, args, blocks):
        """The whole tree is in a file system with this many blocks left."""
        mount, out = root.with_name(root.name + '-mount'), root.with_name(root.name + '-out')
        mount.mkdir()
        used = sum((p.stat().st_size + 4095) // 4096 for p in root.rglob('*') if p.is_file())
        process = subprocess.run(
            [*self.own, 'sh', '-c', IN_A_SMALL_ONE, 'sh', root, mount, str(max(used + blocks, 1)), folder,
             PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, 'OUT': str(out), 'MOUNT': str(mount)})
        self.assertLess(process.returncode, 90, process.stderr)
        shutil.rmtree(root)
        out.rename(root)
        mount.rmdir()
        return Done(args, process)

    def works_again(self, root, folder, args):
        """With room, the same verb goes through; a trustee whose secret is there goes on."""
        begun = args[:2] == ['trustee', 'init'] and (root / 'secret-1').exists()
        if begun:
            args = ['trustee', 'open', *args[2:4], *args[6:]]
        later = subprocess.run([PROGRAM, *args], cwd=root / folder, stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(later.returncode, 1 if begun else 0, later.stderr)
        if begun:
            self.assertTrue((root / folder / 'ceremony' / 'r1-01.json').exists(), later.stderr)
            self.assertIn('r1-02.json', later.stderr)

    def grow(self, run, sizes):
        for name, election, folder, args, may in verbs(self.stages):
            with self.subTest(name):
                failures = 0
                for size in sizes:
                    e = election.copy()
                    self.addCleanup(shutil.rmtree, e.root, ignore_errors=True)
                    before = self.tree(e.root)
                    done = run(e.root, folder, args, size)
                    if done.code == 0:
                        break
                    failures += 1
                    self.failed_well(done, before, self.tree(e.root), may)
                    self.works_again(e.root, folder, args)
                    e.remove()
                else:
                    self.fail('even %d is too small for %s: %s' % (sizes[-1], name, done))
                self.assertGreater(failures, 0, 'nothing was too small')

    def failed_well(self, done, before, after, may):
        self.assertEqual(done.code, 1, done)
        last = done.err.splitlines()[-1].lower()
        self.assertTrue(last.startswith('tabella: '), done)
        self.assertTrue(any(word in done.err.lower() for word in SAID), done)
        changed = {str(p) for p in {*before, *after} if before.get(p) != after.get(p)}
        left = {p for p in changed if not any(name in p for name in may)}
        self.assertEqual(left, set(), done)

    def test_files_of_limited_size(self):
        self.grow(self.run_limited, [0, 100, 4000, 30000, 400000, 1 << 22])

    def test_small_file_systems(self):
        self.own = namespace()
        self.grow(self.run_mounted, [0, 2, 9, 50, 1 << 12])


if __name__ == '__main__':
    sys.exit(tap.main())
