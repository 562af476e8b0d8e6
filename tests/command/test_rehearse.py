# SPDX-License-Identifier: GPL-3.0-or-later
"""Decks that cannot be played: each line is named, and nothing is written."""
import json
import sys
import unittest

import tap
from poll import Poll
from tabella import DECK, csv_text, deck_text, hkid, lane_digit

PLACES = [(1, 'combined', '0-4'), (1, 'combined', '5-9'), (2, 'desk'), (2, 'booth'), (2, 'booth'),
          (3, 'combined'), (4, 'combined'), (4, 'spare')]


class Decks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.poll = poll = Poll(PLACES)
        cls.election = poll.election
        cls.addClassCleanup(cls.election.remove)
        deck = poll.deck
        cls.low = deck.enter(1, 'full', set(range(5)))[0]
        cls.high = deck.enter(1, 'full', set(range(5, 10)))[0]
        cls.short = deck.enter(1, 'short', set(range(5)))[0]
        cls.desk = [deck.enter(2, 'full', set(range(5)))[0] for _ in range(3)]
        cls.stranger = deck.identity()
        while lane_digit(cls.stranger) > 4:
            cls.stranger = deck.identity()
        poll.seal()

    def row(self, terminal, identity, action='cast', kind='roll', **more):
        return {'terminal': terminal, 'id': identity, 'kind': kind, 'action': action,
                'selections': '', **more}

    def bad(self, rows, line, *words, args=(), raw=None):
        e = self.election
        path = e.root / 'deck.csv'
        content = raw if raw is not None else deck_text(rows)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        names = {p.name for p in e.root.iterdir()}
        done = e.refused('rehearse', path, '--out', e.root / 'out', *args, words=words)
        if line:
            self.assertIn('line %d of the deck (the file\'s line %d)' % (line, line + 1), done.err)
        self.assertEqual({p.name for p in e.root.iterdir()}, names)
        return done

    def test_what_can_be_seen_before(self):
        """By itself, and counted with the others: first what needs no terminals."""
        rows = [self.row(99, self.low), self.row(8, self.low), self.row(4, self.low),
                self.row(1, 'A000001(0)'), self.row(1, self.low, kind='stranger'),
                self.row(1, self.low, action='run'), self.row(1, self.low, selections='motion-9=x'),
                self.row(1, self.low, selections='motion-1=nobody'),
                self.row(1, self.low, selections='motion-1=students+alliance'),
                self.row(1, self.low, style='none'), self.row(3, self.desk[0], booth=1),
                self.row(3, self.desk[0], ticket=12), self.row(1, self.low, action='challenge')]
        for number, words in ((1, 'terminal 99'), (2, 'spare'), (3, 'booth'), (4, 'check digit'),
                              (5, 'kind'), (6, 'action'), (7, 'motion-9'), (8, 'nobody'),
                              (9, 'motion-1'), (10, 'none'), (11, 'booth'), (12, 'ticket'),
                              (13, 'challenge')):
            with self.subTest(words):
                self.bad([rows[number - 1]], 1, words)
        self.bad(rows, 4, 'and 8 more')
        self.bad(rows[:3], 1, 'and 2 more')

    def test_what_the_terminal_refuses(self):
        good = self.row(1, self.low)
        cases = [([good, self.row(1, self.low)], 2, 'already'),
                 ([self.row(1, self.high)], 1, 'another desk'),
                 ([self.row(1, self.desk[0])], 1, 'not on the roll'),
                 ([self.row(1, self.low, kind='walkin', style='full')], 1, 'on the roll'),
                 ([self.row(1, self.stranger)], 1, 'not on the roll'),
                 ([self.row(1, self.stranger, kind='walkin')], 1, 'style'),
                 ([self.row(1, self.low, style='short')], 1, 'style'),
                 ([self.row(6, self.stranger, kind='walkin', style='pier')], 1, 'ballot'),
                 ([self.row(1, self.short, selections='motion-2=veto')], 1, ''),
                 ([self.row(1, self.low, selections='chair=yes')], 1, 'chair'),
                 ([self.row(1, self.low, action='challenge')] * 4 + [good], 4, ''),
                 ([self.row(1, self.low, action='challenge'), self.row(1, self.stranger, kind=
                    'walkin', style='full'), good], 2, ''),
                 ([self.row(3, self.desk[0], booth=4), self.row(3, self.desk[0], booth=4, ticket=1)],
                  2, ''),
                 ([self.row(3, self.desk[0], action='leave'), self.row(3, self.desk[0])], 2,
                  'provisional')]
        for rows, line, word in cases:
            with self.subTest(rows[-1], word=word):
                self.bad([self.row(7, self.stranger, kind='walkin', style='full'), *rows], line + 1,
                         word)

    def test_files(self):
        head = ','.join(DECK)
        for raw, word in ((b'', 'empty'), ('id,kind\n', 'terminal'), (head + ',colour\n', 'colour'),
                          (head + ',id\n', 'twice'), (head + '\n1,"x\n', 'quotation'),
                          (head + '\n1,2\n', 'fields'), ((head + '\nZoë\n').encode('latin-1'), 'UTF-8'),
                          (head.encode('utf-16'), 'UTF-8')):
            with self.subTest(raw):
                self.bad([], 0, word, raw=raw)
        e = self.election
        e.refused('rehearse', e.root / 'none.csv', '--out', e.root / 'out', words='none.csv')
        e.refused('rehearse', e.root, '--out', e.root / 'out', words='ordinary file')

    def test_lost(self):
        for number, word in ((99, '99'), (8, 'no part')):
            self.bad([], 0, word, args=['--lost', number])

    def test_out_is_not_overwritten(self):
        e = self.election
        path = e.root / 'deck.csv'
        path.write_text(deck_text([]))
        out = e.root / 'there'
        (out / 'terminal-001').mkdir(parents=True)
        e.refused('rehearse', path, '--out', out, words=['terminal-001', 'new folder'])
        self.assertEqual([p.name for p in out.iterdir()], ['terminal-001'])
        e.refused('rehearse', path, '--out', e.passphrase, words='pass')

    def test_empty_deck(self):
        """Terminals open and close all the same."""
        e = self.election
        path = e.root / 'empty.csv'
        path.write_text(csv_text(DECK[:5], []))
        e.run('rehearse', path, '--out', e.root / 'empty')
        self.assertEqual(len(list((e.root / 'empty').iterdir())), 7)

    def test_columns_in_another_order(self):
        e = self.election
        path = e.root / 'order.csv'
        path.write_bytes('\ufeffselections,action,kind,id,terminal\r\n,cast,roll,%s,1\r\n'.replace(
            '%s', '"%s"' % self.low.lower()).encode())
        e.run('rehearse', path, '--out', e.root / 'order')
        e.run('show', e.batch(1, 1, e.root / 'order') / 'ballots')

    def test_unsealed(self):
        e = self.election.copy()
        self.addCleanup(e.remove)
        e.folder = e.base
        path = e.root / 'deck.csv'
        path.write_text(deck_text([]))
        e.refused('rehearse', path, '--out', e.root / 'out', words=['not sealed'])

    def test_desks_and_booths(self):
        e = self.election.copy()
        self.addCleanup(e.remove)
        e.folder = e.base
        for i in range(1, 9):
            e.run('enrol', '--remove', i)
        e.run('rehearse', '--stations', 2, '--desks', 3, '--booths', 2)
        places = [json.loads(p.read_text()) for p in sorted((e.base / 'terminals').glob('*.json'))]
        for station in (1, 2):
            here = [p for p in places if p['station'] == station]
            self.assertEqual([p['role'] for p in here], ['desk'] * 3 + ['booth'] * 2)
            self.assertEqual(sorted(d for p in here for d in p['lane']), list(range(10)))
        e.roll([])
        e.seal()


if __name__ == '__main__':
    sys.exit(tap.main())
