# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole day's crowd on one terminal, by `tabella rehearse`: the program's memory stays flat, no
fault is journaled, what is imported reconciles, and the count is what the crowd chose.

Memory is what is the program's own and no file's, looked at all the time. A voter may cost what finds
them again (pseudonym, slot, code and ticket in the terminal's tables, a few hundred bytes);
whatever leaks, leaks more. The slope is the median over all pairs of samples (Theil and Sen), which
one jump, such as a table that doubles, does not turn.
"""
import os
import pty
import re
import statistics
import sys
import threading
import time
import unittest
from collections import Counter
from itertools import combinations

import tabella as harness
import tap
from poll import Poll
from tabella import deck_text, hkid
from tabella2.batch import Batch

VOTERS = int(os.environ.get('TABELLA_SOAK', '300'))
PER_VOTER = 1024        # bytes at most
WARM = 10               # percent of the crowd before the first sample
EVERY = 0.01            # seconds between two looks
SAMPLES = 200           # of which the slope is taken


def own(pid):
    """Bytes that are this process's and no file's; None once it is gone. Everybody may read it."""
    try:
        with open('/proc/%d/status' % pid) as f:
            return 1024 * int(re.search(r'^RssAnon:\s+(\d+) kB', f.read(), re.M).group(1))
    except (OSError, AttributeError):
        return None


def slope(points):
    """Theil and Sen."""
    return statistics.median((b - a) / (n - m) for (m, a), (n, b) in combinations(points, 2))


class Watch:
    """Runs a verb with its progress on a screen of its own, and looks at its memory all the time."""

    def __init__(self, *args, cwd):
        mine, its = pty.openpty()
        self.seen, self.marks, self.said = [], [], ''
        began = time.monotonic()
        self.process = harness.subprocess.Popen([harness.PROGRAM, *map(str, args)], cwd=cwd,
                                                stdin=harness.subprocess.DEVNULL, stderr=its,
                                                stdout=harness.subprocess.PIPE, text=True)
        os.close(its)
        threads = [threading.Thread(target=self.read, args=[mine]), threading.Thread(target=self.look)]
        for thread in threads:
            thread.start()
        self.out = self.process.communicate()[0]
        for thread in threads:
            thread.join()
        os.close(mine)
        self.seconds = time.monotonic() - began

    def read(self, screen):
        while True:
            try:
                text = os.read(screen, 4096).decode(errors='replace')
            except OSError:         # the other end is closed
                return
            self.said += text
            self.marks += [(time.monotonic(), int(n)) for n in re.findall(r'(\d+) %', text)]

    def look(self):
        while self.process.poll() is None:
            memory = own(self.process.pid)
            if memory:
                self.seen.append((time.monotonic(), memory))
            time.sleep(EVERY)

    def samples(self):
        """(percent of the crowd, bytes), between the first and the last percent that was told."""
        out, marks = [], self.marks
        for when, memory in self.seen:
            for (t, percent), (end, to) in zip(marks, marks[1:]):
                if t <= when < end:
                    out.append((percent + (to - percent) * (when - t) / (end - t), memory))
        step = max(1, len(out) // SAMPLES)
        return out[::step]


class Soak(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        room = {'ballots': VOTERS * 2, 'checkins': VOTERS + 10}
        cls.poll = Poll([(1, 'combined')], capacity=room)
        cls.election = cls.poll.election
        cls.addClassCleanup(cls.election.remove)
        cls.crowd(cls.poll.deck)
        cls.poll.seal()
        cls.poll.model.play(cls.poll.deck.rows)
        e = cls.election
        path = e.root / 'deck.csv'
        path.write_text(deck_text(cls.poll.deck.rows))
        cls.watch = Watch('-C', e.folder, 'rehearse', path, '--out', e.stick, cwd=e.root)
        if cls.watch.process.returncode:
            raise AssertionError(cls.watch.said)
        cls.imported = e.take()

    @staticmethod
    def crowd(deck):
        """Most vote; some check the machine first, leave, come back, or are on no roll."""
        dice = deck.random
        for n in range(VOTERS):
            style = dice.choice(['full', 'short'])
            what = dice.random()
            who = deck.enter(1, style) if what < 0.9 else (deck.identity(), 1, style)
            more = {} if what < 0.9 else {'kind': 'walkin'}
            if what < 0.6:
                deck.visit(who)
            elif what < 0.75:
                deck.visit(who, challenges=dice.choice([1, 1, 2, 3]))
            elif what < 0.85:
                deck.visit(who, 'leave')
                if what < 0.80:
                    deck.visit(who)
            else:
                deck.visit(who, challenges=dice.choice([0, 0, 0, 1]), **more)

    @classmethod
    def batch(cls):
        return Batch((cls.election.batch(1) / 'ballots').read_bytes(), cls.poll.he, False,
                     cls.poll.manifest.election.styles)

    def test_1_memory(self):
        points = sorted((percent * VOTERS / 100, memory)
                        for percent, memory in self.watch.samples() if percent >= WARM)
        found = slope(points)
        print('# %d voters in %.0f s (%.1f ms each); %d samples of memory: %.1f MiB at voter %d, '
              '%.1f MiB at %d, %.0f bytes a voter' % (
                  VOTERS, self.watch.seconds, 1000 * self.watch.seconds / VOTERS, len(points),
                  points[0][1] / 2**20, points[0][0], points[-1][1] / 2**20, points[-1][0], found))
        self.assertGreater(len(points), 20)
        self.assertLess(found, PER_VOTER)
        self.assertLess(points[-1][1] - points[0][1], PER_VOTER * VOTERS + 2**20)

    def test_2_no_fault(self):
        journal = self.batch().journal.decode()
        events = Counter(re.findall(r'"event":"(\w+)"', journal))
        self.assertEqual(set(events), {'enrolled', 'installed', 'unlocked', 'zero_report', 'opened',
                                       'closed'})
        self.assertNotIn('fault', journal)

    def test_3_reconciles(self):
        """In the header, in the status, and in the model: the same people and ballots."""
        model, batch = self.poll.model, self.batch()
        h, line = batch.header, self.election.terminal(1)
        people = Counter(r.state for r in model.records.values())
        print('# %d people: %d voted, %d left; %d ballots cast, %d checked, %d bytes' % (
            len(model.records), people[2], people[3], h.cast, h.challenged, len(batch.data)))
        self.assertEqual((h.checked_in, h.state2, h.state3, h.cast, h.challenged),
                         (len(model.records), people[2], people[3], len(model.ballots),
                          sum(model.challenged.values())))
        self.assertEqual(h.checked_in, h.cast + h.state3)
        self.assertEqual((line['checkins'], line['cast'], line['challenged'], line['state']),
                         (h.checked_in, h.cast, h.challenged, 'final'))
        self.assertIn('%d ballots' % h.cast, self.imported.out)
        self.assertGreater(min(people[3], h.challenged), VOTERS // 50)

    def test_4_count(self):
        """To the end, with every check of the verifier."""
        self.maxDiff = None
        e, began = self.election, time.monotonic()
        e.everyone()
        self.assertEqual(e.result(), self.poll.expected())
        self.assertEqual(e.result()['duplicates']['incidents'], 0)
        e.publish()
        self.assertEqual(e.verify().last, 'VALID')
        print('# counted, published and verified in %.0f s' % (time.monotonic() - began))


if __name__ == '__main__':
    harness.TIMEOUT = 3600
    sys.exit(tap.main())
