# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches that are damaged, foreign, replayed, forged or doubled, and what the centre says."""
import json
import os
import shutil
import sys
import unittest

import tap
from poll import Poll
from tabella2 import batch, boxes, ed25519, journal, minisign, receipts
from tabella2.hashing import election_id, file_digest
from tabella2.manifest import Manifest

PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (3, 'combined'), (4, 'combined')]
LOST = 5            # leaves only a safety copy on the stick `lost`
HEADER = [('magic', 0), ('election', 8), ('terminal', 40), ('number', 42), ('kind', 44),
          ('mode', 45), ('reserved', 46), ('previous', 48), ('checkins', 80), ('counts', 112),
          ('cast', 128), ('head', 136), ('length', 168), ('journal', 180)]


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:]


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.poll = poll = Poll(PLACES)
        cls.base = poll.election
        cls.addClassCleanup(cls.base.remove)
        deck = poll.deck
        for station in (1, 1, 2, 2, 3, 4):
            who = deck.enter(station)
            deck.visit(who, challenges=1 if station == 1 else 0)
        deck.visit(deck.enter(3, 'full'))
        poll.seal()
        for out in ('stick', 'fork'):
            cls.base.rehearse(deck.rows, out=out)
        cls.base.rehearse(deck.rows, out='lost', lost=[LOST])
        poll.model.play(deck.rows)

    def setUp(self):
        self.election = e = self.base.copy()
        self.addCleanup(e.remove)
        self.he = self.poll.he
        self.lost = e.root / 'lost'

    def take(self, *paths, code=0):
        return self.election.run('import', *(paths or [self.election.stick]), code=code)

    def states(self):
        return {t['terminal']: t['state'] for t in self.election.status()['terminals']}

    def only(self, terminal, stick=None):
        """A stick with one terminal's folder."""
        one = self.election.root / ('only-%d-%d' % (terminal, len(list(self.election.root.iterdir()))))
        shutil.copytree((stick or self.election.stick) / ('terminal-%03d' % terminal),
                        one / ('terminal-%03d' % terminal), symlinks=True)
        return one

    def secret(self, terminal):
        """(ballot seed, batch seed) of a simulated terminal."""
        data = (self.election.folder / 'terminals' / ('%03d.secret' % terminal)).read_bytes()
        return data[8:40], data[72:104]

    def resign(self, folder, data, seed, comment=None):
        """A terminal's own signature over what it did not make."""
        key_id = minisign.batch_key_id(ed25519.public_key(seed))
        comment = comment or batch.trusted_comment(batch.read_header(data))
        (folder / 'ballots').write_bytes(data)
        (folder / 'ballots.minisig').write_bytes(minisign.sign(seed, key_id, data, comment))
        (folder / 'receipt.txt').unlink(missing_ok=True)

    def parsed(self, folder):
        m = Manifest((self.election.folder / 'manifest.json').read_bytes())
        return batch.Batch((folder / 'ballots').read_bytes(), m.he, False, m.election.styles)

    def rebuilt(self, old, ballots=None, checked=None, journal=None, **header):
        """A batch with other cast ballots, challenged ones, journal or header fields."""
        ballots = old.cast if ballots is None else ballots
        checked = old.challenged if checked is None else checked
        journal = old.journal if journal is None else journal
        head = old.header._replace(**{'journal_length': len(journal), **header})
        return batch.write(head, journal, ballots, checked)

    def bad(self, stick, terminal, *words, state='quarantined'):
        """The stick is refused with its station's name and a reason, and counts nothing."""
        done = self.take(stick, code=1)
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 2, done)
        for word in (str(stick), *words):
            self.assertIn(word, lines[0])
        self.assertIn('1 of 1', lines[1])
        self.assertEqual(done.out, '')
        if terminal:
            station = self.poll.places[terminal - 1].station
            self.assertIn('Station %d (' % station, lines[0])
            self.assertEqual(self.states()[terminal], state, done)
            self.assertEqual(self.election.terminal(terminal)['cast'], 0)
        return done

    def good(self, stick, terminal):
        self.assertIn('final', self.take(stick).out)
        self.assertEqual(self.states()[terminal], 'final')


class Damage(Base):
    def spoiled(self, terminal, name, data, *words, stick=None, **more):
        """One file of a batch is replaced; then the good one is taken as if nothing had been."""
        one = self.only(terminal, stick)
        path = self.election.batch(terminal, 1, one) / name
        good = path.read_bytes()
        path.write_bytes(data(good) if callable(data) else data)
        with self.subTest(name, words=words):
            self.bad(one, terminal, *words, **more)

    def test_cut_and_lengthened(self):
        for terminal, name in ((1, 'ballots'), (1, 'checkins'), (1, 'ballots.minisig'),
                               (2, 'ballots'), (3, 'checkins')):
            for change in (lambda d: d[:-1], lambda d: d + b'\0', lambda d: d[:len(d) // 2],
                           lambda d: d + d, lambda d: b'', lambda d: d[:100]):
                self.spoiled(terminal, name, change)
        for terminal in (1, 2, 3):
            self.good(self.only(terminal), terminal)

    def test_every_region_of_ballots(self):
        size = self.election.batch(1).joinpath('ballots').stat().st_size
        journal = self.parsed(self.election.batch(1)).header.journal_length
        regions = HEADER + [('style', 172 + journal), ('ticket', 180 + journal),
                            ('body', 800 + journal), ('middle', size // 2), ('last', size - 1)]
        for name, at in regions:
            with self.subTest(name):
                self.spoiled(1, 'ballots', lambda d, at=at: flipped(d, at), 'sign')
        self.good(self.only(1), 1)

    def test_every_region_of_checkins(self):
        for at in (0, 10, 40, 42, 44, 50, 90, 120, 150, -20, -1):
            self.spoiled(1, 'checkins', lambda d, at=at: flipped(d, at % len(d)), 'checkins')
        self.good(self.only(1), 1)

    def test_every_line_of_the_signature(self):
        text = (self.election.batch(1) / 'ballots.minisig').read_text()
        lines = text.splitlines()
        changes = [lines[:1] + [lines[1][:20] + ('A' if lines[1][20] != 'A' else 'B') + lines[1][21:]]
                   + lines[2:],
                   lines[:2] + [lines[2].replace('cast=2', 'cast=3')] + lines[3:],
                   lines[:3] + [lines[3][:20] + ('A' if lines[3][20] != 'A' else 'B')
                                + lines[3][21:]], lines[:3], lines + ['x'], lines[1:]]
        for changed in changes:
            self.spoiled(1, 'ballots.minisig', ('\n'.join(changed) + '\n').encode(), 'sign')
        self.spoiled(1, 'ballots.minisig', text.replace('\n', '\r\n').encode(), 'sign')
        self.spoiled(1, 'ballots.minisig', b'\0' * 200)

    def test_every_region_of_a_safety_copy(self):
        for at in (0, 10, 40, 42, 44, 50, 90, 120, 150, 2000, -20, -1):
            self.spoiled(LOST, 'sealed', lambda d, at=at: flipped(d, at % len(d)), stick=self.lost,
                         state='waiting')
        self.spoiled(LOST, 'sealed', lambda d: d[:-1], stick=self.lost, state='waiting')
        self.spoiled(LOST, 'sealed.minisig', lambda d: d[:-9], stick=self.lost, state='waiting')
        self.assertIn('safety copy 1', self.take(self.only(LOST, self.lost)).out)

    def test_other_receipt(self):
        other = (self.election.batch(3) / 'receipt.txt').read_bytes()
        self.spoiled(1, 'receipt.txt', other, 'receipt.txt')
        self.spoiled(1, 'receipt.txt', lambda d: flipped(d, 30), 'receipt')
        self.spoiled(1, 'receipt.txt', b'', 'receipt')

    def test_missing_and_unreadable(self):
        for name, word in (('ballots', 'ballots'), ('checkins', 'checkins'),
                           ('ballots.minisig', 'ballots.minisig')):
            for how in ('missing', 'folder', 'dangling', 'endless'):
                one = self.only(1)
                path = self.election.batch(1, 1, one) / name
                path.unlink()
                if how == 'folder':
                    path.mkdir()
                elif how == 'dangling':
                    path.symlink_to('nothing')
                elif how == 'endless':
                    path.symlink_to('/dev/zero')
                with self.subTest(name, how=how):
                    self.bad(one, 1, word)
        self.good(self.only(1), 1)

    def test_the_rest_is_taken(self):
        """One bad stick among good ones touches no other."""
        e = self.election
        path = e.batch(4) / 'ballots'
        good = path.read_bytes()
        path.write_bytes(good[:-1])
        done = self.take(code=1)
        self.assertEqual(len(done.out.splitlines()), 4)
        self.assertIn('1 of 5', done.err)
        self.assertIn('Station 3', done.err)
        self.assertIn('tabella status', done.err)
        self.assertEqual(self.states(), {1: 'final', 2: 'final', 3: 'final', 4: 'quarantined',
                                         5: 'final'})
        self.assertIn('Station 3', ' '.join(e.status()['missing']))
        e.refused('request', 'tally', words='Station 3')
        path.write_bytes(good)
        done = self.take()
        self.assertEqual(done.out.count('Already here.'), 4)
        self.assertEqual(set(self.states().values()), {'final'})
        path.write_bytes(good[:-1])         # a bad copy takes nothing away
        done = self.take(code=1)
        self.assertIn('a good copy is here', done.err)
        self.assertEqual(set(self.states().values()), {'final'})

    def test_twice_is_once(self):
        self.take()
        before = self.election.status()
        done = self.take()
        self.assertEqual(done.out.count('Already here.'), 5)
        self.assertEqual(self.election.status(), before)
        self.assertRegex(done.out, r'Station 2, tablet 1: final, 2 check-ins. Already here. 5 of 5.')

    def test_how_many_of_all(self):
        """Each line says how many terminals are complete by then, of all that are needed."""
        self.take(self.only(3))
        done = self.take(self.lost)
        self.assertEqual([line.split('. ')[-1] for line in done.out.splitlines()],
                         ['2 of 5.', '3 of 5.', '3 of 5.', '4 of 5.', '4 of 5.'], done)
        self.assertIn('safety copy 1', done.out)

    def test_names_that_a_terminal_would_obey(self):
        one = self.only(1)
        (one / 'terminal-001').rename(one / 'red \x1b[31m\ntabella: all is well')
        path = one.joinpath('red \x1b[31m\ntabella: all is well', 'batch-0001', 'ballots')
        path.write_bytes(path.read_bytes()[:-1])
        done = self.take(one, code=1)
        self.assertEqual(len(done.err.splitlines()), 2, done)
        self.assertNotIn('\x1b', done.err)

    def test_paths(self):
        e = self.election
        e.refused('import', e.root / 'nowhere', words=['nowhere', 'not there', 'terminal-NNN'])
        e.refused('import', e.stick, e.passphrase, words=['pass', 'no folder'])
        self.assertEqual(set(self.states().values()), {'waiting'})
        empty = e.root / 'empty'
        (empty / 'terminal-001' / 'batch-0001').mkdir(parents=True)
        self.bad(empty, 0, 'no batch')
        (empty / 'terminal-001' / 'batch-0001' / '.ballots.tmp').write_bytes(b'half')
        self.bad(empty, 0, 'no batch')
        deep = e.root.joinpath('deep', *'abcdefgh')
        deep.mkdir(parents=True)
        (e.stick / 'terminal-001').rename(deep / 'what a person called it')
        self.assertIn('Station 1', self.take(e.root / 'deep').out)
        loop = e.root / 'loop'
        loop.mkdir()
        (loop / 'again').symlink_to(loop)
        self.bad(loop, 0, 'no batch')

    def test_not_sealed(self):
        e = self.election
        e.folder = e.base
        e.refused('import', e.stick, words=['not sealed', 'tabella seal'])


class Foreign(Base):
    def test_replayed_under_another_number(self):
        """A folder's name says nothing; a number that was changed is not what was signed."""
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        shutil.copytree(folder, folder.parent / 'batch-0002')
        shutil.copytree(one / 'terminal-001', one / 'terminal-004')
        done = self.take(one)
        self.assertEqual(done.out.count('Already here.'), 3)
        self.assertEqual(self.states()[1], 'final')
        data = (folder / 'ballots').read_bytes()
        for at, value in ((42, 2), (40, 4)):
            two = self.only(1)
            path = self.election.batch(1, 1, two) / 'ballots'
            path.write_bytes(data[:at] + bytes([value]) + data[at + 1:])
            done = self.take(two, code=1)
            self.assertIn('sign', done.err)
        self.assertEqual(self.states()[1], 'final')

    def test_signed_under_another_number(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, self.rebuilt(self.parsed(folder), number=2), self.secret(1)[1])
        self.bad(one, 1, 'batch 2', 'journal')

    def test_another_terminals_batch(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, (self.election.batch(4) / 'ballots').read_bytes(), self.secret(1)[1])
        self.bad(one, 4, 'sign')
        shutil.copy(self.election.batch(1) / 'checkins', self.election.batch(4) / 'checkins')
        self.bad(self.only(4), 4, 'checkins')

    def test_another_elections(self):
        other = Poll([(1, 'combined'), (2, 'combined'), (3, 'combined'), (4, 'combined')],
                     base=self.base_without_terminals())
        self.addCleanup(other.election.remove)
        other.deck.visit(other.deck.enter(1))
        other.seal()
        other.election.rehearse(other.deck.rows)
        done = self.take(other.election.stick, code=1)
        self.assertEqual(done.err.count('another election'), 4)
        self.assertEqual(set(self.states().values()), {'waiting'})
        self.election.run('import', other.election.stick, '--json', code=1)

    def base_without_terminals(self):
        e = self.base.copy()
        self.addCleanup(e.remove)
        for name in ('practice', 'terminals', 'roll', 'stick', 'fork', 'lost'):
            shutil.rmtree((e.base if name in ('practice', 'terminals', 'roll') else e.root) / name)
        e.folder = e.base
        draft = json.loads((self.base.base / 'election.json').read_text())
        draft['contests'] = draft['contests'][:2]
        draft['styles'] = [{**draft['styles'][0], 'id': 'all', 'contests': ['motion-1', 'motion-2']}]
        for station in draft['stations']:
            station['styles'] = ['all']
        e.write_draft(draft)
        return e

    def official(self):
        """An official election in the same folder as the practice."""
        e = self.election
        e.folder = e.base
        for i in range(1, 6):
            e.run('enrol', '--remove', i)
        seeds = []
        for place in self.poll.places:
            ballot, signing = os.urandom(32), os.urandom(32)
            seeds.append(signing)
            path = e.root / 'tablet.json'
            path.write_text(json.dumps({
                'format': 'tabella-enrolment-1', 'label': 'tablet', 'simulated': False,
                'ballot_key': ed25519.public_key(ballot).hex(),
                'batch_key': ed25519.public_key(signing).hex(),
                'box_key': boxes.x25519_public(os.urandom(32)).hex()}))
            e.run('enrol', path, '--station', self.poll.stations[place.station - 1], '--role',
                  place.role)
        e.roll(self.poll.deck.roll).signed('seal')
        return seeds, election_id((e.base / 'manifest.json').read_bytes())

    def test_practice_and_official(self):
        seeds, he = self.official()
        e = self.election
        done = e.run('import', e.stick, code=1)
        self.assertEqual(done.err.count('tabella -C practice import'), 5, done)
        self.assertIn('official', done.err)
        real = self.only(1)
        folder = e.batch(1, 1, real)
        data = self.rebuilt(self.parsed_practice(folder), he=he, mode=1)
        self.resign(folder, data, seeds[0])
        e.folder = e.base / 'practice'
        self.bad(real, 0, 'official election', 'practice folder')
        e.folder = e.base                # there it is ours, and wrong in what its records prove
        done = e.run('import', real, code=1)
        self.assertIn('quarantined', done.err)
        e.refused('decide', '--provisional', '1:AAAA', '--accept', '--reason', 'x',
                  words='no provisional')

    def parsed_practice(self, folder):
        m = Manifest((self.election.base / 'practice' / 'manifest.json').read_bytes())
        return batch.Batch((folder / 'ballots').read_bytes(), m.he, False, m.election.styles)

    def test_simulated_under_an_official_header(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, self.rebuilt(self.parsed(folder), mode=1), self.secret(1)[1])
        self.bad(one, 1, 'official', 'practice')

    def test_not_in_the_election(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, self.rebuilt(self.parsed(folder), terminal=77), self.secret(1)[1])
        self.bad(one, 0, '77')


class Edited(Base):
    """Signed by the terminal's own key, and still not what a terminal makes."""

    def edit(self, terminal, change, *words):
        one = self.only(terminal)
        folder = self.election.batch(terminal, 1, one)
        data = change(self.parsed(folder))
        self.resign(folder, data, self.secret(terminal)[1])
        with self.subTest(words):
            self.bad(one, terminal, *words)
        return one

    def test_by_somebody_else(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, (folder / 'ballots').read_bytes(), os.urandom(32))
        self.bad(one, 1, 'another key')

    def test_edited_after_signing(self):
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        old = self.parsed(folder)
        (folder / 'ballots').write_bytes(self.rebuilt(old, ballots=old.cast[:1]))
        self.bad(one, 1, 'sign')

    def test_records(self):
        def reordered(b):
            data = self.rebuilt(b)
            size = len(b.cast[0].body) + 83
            at = len(data) - sum(len(c.body) + 19 + 32 + len(c.selections) for c in b.challenged)
            cast = [data[at - sum(len(c.body) + 83 for c in b.cast[i:]):][:len(b.cast[i].body) + 83]
                    for i in range(len(b.cast))]
            self.assertEqual(len(cast[0]), size)
            start = at - sum(map(len, cast))
            return data[:start] + b''.join(cast[::-1]) + data[at:]
        self.edit(1, reordered, 'code')
        self.edit(1, lambda b: self.rebuilt(b, ballots=b.cast[:1]))
        self.edit(1, lambda b: self.rebuilt(b, ballots=b.cast[:1],
                                            **self.counts(b, cast=1, state2=1, checked_in=1)),
                  'closed with other counts')
        self.edit(1, lambda b: self.rebuilt(b, ballots=[*b.cast, b.cast[0]],
                                            **self.counts(b, cast=len(b.cast) + 1)))
        self.edit(1, lambda b: self.rebuilt(b, checked=b.challenged[:1],
                                            **self.counts(b, challenged=1)))

    def counts(self, b, **change):
        return {**{n: getattr(b.header, n) for n in ('checked_in', 'state2', 'cast',
                                                     'challenged')}, **change}

    def first(self, b, **change):
        return self.rebuilt(b, ballots=[b.cast[0]._replace(**change), *b.cast[1:]])

    def test_ballots(self):
        self.edit(1, lambda b: self.first(b, body=flipped(b.cast[0].body, -1 % len(
            b.cast[0].body) - 31)), 'Station 1')
        self.edit(1, lambda b: self.first(b, signature=flipped(b.cast[0].signature, 3)), 'sign')
        self.edit(1, lambda b: self.first(b, ticket=b.cast[1].ticket))
        self.edit(1, lambda b: self.first(b, attempt=(b.cast[0].attempt + 1) % 2))
        self.edit(1, lambda b: self.rebuilt(b, checked=[
            b.challenged[0]._replace(seed=bytes(32)), *b.challenged[1:]]))

    def test_journal(self):
        self.edit(1, lambda b: self.rebuilt(b, journal=b.journal.replace(b'opened', b'closed', 1)),
                  'journal')
        self.edit(1, lambda b: self.rebuilt(b, journal=b.journal[:-1]), 'journal')
        self.edit(1, lambda b: self.rebuilt(b, journal=b''), 'journal')
        self.edit(1, lambda b: self.rebuilt(b, head=bytes(32)), 'journal')
        self.edit(1, lambda b: self.rebuilt(b, previous=b'\1' * 32))

    def test_headers(self):
        self.edit(1, lambda b: self.rebuilt(b, reserved=1), 'reserved')
        self.edit(1, lambda b: self.rebuilt(b, kind=3), 'kind')
        self.edit(1, lambda b: self.rebuilt(b, kind=1))
        self.edit(1, lambda b: self.rebuilt(b, checkins=bytes(32)), 'checkins')
        self.edit(2, lambda b: self.rebuilt(b, state2=1))
        one = self.only(1)
        folder = self.election.batch(1, 1, one)
        self.resign(folder, (folder / 'ballots').read_bytes(), self.secret(1)[1], 'some words')
        self.bad(one, 1, 'comment')

    def test_quarantined_terminal_does_not_stop_the_count(self):
        """What the terminal signed itself is published with the reason, and counts nothing."""
        e = self.election
        good = self.only(4)
        folder = e.batch(4)
        old = self.parsed(folder)
        body = old.cast[0].body
        self.resign(folder, self.first(old, body=flipped(body, len(body) - 20)), self.secret(4)[1])
        done = self.take(code=1)
        self.assertIn('Station 3', done.err)
        self.assertEqual(self.states()[4], 'quarantined')
        e.everyone()
        e.publish()
        self.poll.places[3].absent = True
        try:
            expected = self.poll.expected()
        finally:
            self.poll.places[3].absent = False
        self.assertEqual(e.result()['contests'], expected['contests'])
        self.assertTrue((e.public / 'quarantine' / 'terminal-004').is_dir())
        done = e.verify()
        self.assertEqual(done.last, 'VALID WITH 1 EXCLUDED', done)
        self.assertEqual(e.second_verify()[0], 'VALID WITH 1 EXCLUDED')
        done = self.take(good, code=1)          # too late, and said so
        self.assertIn('tally', done.err)


class Forks(Base):
    def test_fork_is_excluded_until_one_is_named(self):
        e = self.election
        self.take()
        fork = self.only(4, e.root / 'fork')
        done = self.take(fork)
        self.assertEqual(self.states(), {1: 'final', 2: 'final', 3: 'final', 4: 'fork', 5: 'final'})
        note = e.terminal(4)['note']
        self.assertIn('--digest', note)
        self.assertTrue(any('two different files' in i for i in e.status()['incidents']))
        e.ask('checkins')
        e.refused('request', 'tally', words=['Station 3', 'fork'])
        e.signed('amend', 'ended', '--terminal', 4, '--batch', 1)
        self.assertIn('--digest', ' '.join(e.status()['missing']))
        digest = file_digest((e.batch(4, 1, fork) / 'ballots').read_bytes()).hex()
        e.signed('amend', 'ended', '--terminal', 4, '--batch', 1, '--digest', digest)
        self.assertEqual(self.states()[4], 'ended')
        e.everyone()
        expected = self.poll.expected()
        self.assertEqual(e.result()['contests'], expected['contests'], done)
        e.publish()
        self.assertEqual(e.verify().last, 'VALID')
        self.assertEqual(e.second_verify()[0], 'VALID')

    def test_both_can_be_left_out(self):
        e = self.election
        self.take(e.stick, self.only(4, e.root / 'fork'))
        e.signed('amend', 'ended', '--terminal', 4, '--batch', 0)
        self.assertEqual(self.states()[4], 'ended')
        e.everyone()
        e.publish()
        self.assertEqual(e.verify().last, 'VALID')
        self.poll.places[3].absent = True
        try:
            self.assertEqual(e.result()['contests'], self.poll.expected()['contests'])
        finally:
            self.poll.places[3].absent = False

    def test_safety_copy_beside_a_final(self):
        """The copy is of another run: same number, another digest. That is a fork, too."""
        e = self.election
        self.take(e.stick, self.only(LOST, self.lost))
        self.assertEqual(self.states()[LOST], 'fork')

    def test_waiting_with_a_safety_copy(self):
        e = self.election
        self.take(self.lost)
        self.assertEqual(self.states()[LOST], 'waiting')
        self.assertIn('amend', ' '.join(e.status()['missing']))
        e.signed('amend', 'ended', '--terminal', LOST, '--batch', 2)
        self.assertIn('batch 2', ' '.join(e.status()['missing']))
        e.signed('amend', 'ended', '--terminal', LOST, '--batch', 1)
        self.assertEqual(self.states()[LOST], 'ended')

    def test_amendment_that_comes_late(self):
        """A terminal took one that the centre does not have: its batch is kept and waits."""
        e = self.election
        one = self.only(4)
        folder = e.batch(4, 1, one)
        old = self.parsed(folder)
        lines = journal.split(old.journal)
        lines.insert(len(lines) - 1, journal.line('amended', number=1, kind=7, target=5, value=0))
        text = b''.join(line + b'\n' for line in lines)
        self.resign(folder, self.rebuilt(old, journal=text, head=journal.chain(self.he, lines)),
                    self.secret(4)[1])
        done = self.take(one, code=1)
        self.assertIn(': kept: Station 3 (', done.err)
        self.assertIn('waits for amendment 1, ', done.err)
        self.assertIn('1 of 1 wait for amendments', done.err)
        self.assertEqual(self.states()[4], 'waiting')
        self.assertIn('amendment 1', e.terminal(4)['note'])
        e.refused('request', 'tally', words=['terminal 4', 'amendment 1'])
        e.signed('amend', 'revoked', '--terminal', 5)
        self.take(one)
        self.assertEqual(self.states()[4], 'final')

    def test_amendments_that_cannot_be(self):
        e = self.election
        for args, word in ((['revoked', '--terminal', 99], '99'),
                           (['ended', '--terminal', 99, '--batch', 1], '99'),
                           (['spare', '--terminal', 1, '--station', 'mong-kok', '--lane', '1'],
                            'spare'),
                           (['spare', '--terminal', 1, '--station', 'nowhere', '--lane', '1'],
                            'mong-kok')):
            with self.subTest(args):
                e.signed('amend', *args, refuse=[word])
        self.assertFalse((e.folder / 'amendments').exists())
        other = self.base.copy()
        self.addCleanup(other.remove)
        other.make_key()
        other.signed('amend', 'revoked', '--terminal', 1, refuse=['key'])
        self.assertFalse((other.folder / 'amendments').exists())

    def test_damaged_amendments(self):
        e = self.election
        self.take()
        for n in (1, 2):
            e.signed('amend', 'ended', '--terminal', n, '--batch', 1)
        path = e.folder / 'amendments' / '0001.json'
        good = path.read_bytes()
        path.write_bytes(good.replace(b'"target": 1', b'"target": 3'))
        e.refused('status', words='0001.json')
        path.unlink()
        e.refused('status', words=['amendment 1 is missing', 'whole chain'])
        path.write_bytes(good)
        self.assertEqual(self.states()[1], 'ended')
        path = e.folder / 'amendments' / '0002.json.minisig'
        for bad in (b'', b'\0', b'four\nlines\nof\nwords\n', path.read_bytes()[:-10]):
            path.write_bytes(bad)
            e.refused('status', words=['0002.json', 'sign'])
        path.unlink()
        e.refused('status', words='0002.json.minisig')


class Receipts(Base):
    def write(self, *texts):
        path = self.election.root / 'receipts.txt'
        path.write_text('\n'.join(texts) + '\n')
        return path

    def text(self, terminal, stick=None):
        return (self.election.batch(terminal, 1, stick) / 'receipt.txt').read_text().strip()

    def forged(self, terminal, **change):
        """A receipt that the terminal's key signs."""
        header = self.parsed(self.election.batch(terminal)).header._replace(**{
            k: v for k, v in change.items() if k != 'digest'})
        return receipts.write_batch(self.secret(terminal)[0], header,
                                    change.get('digest', b'\7' * 32))

    def test_all_match(self):
        self.take()
        texts = [self.text(t) for t in range(1, 6)]
        done = self.election.run('receipts', self.write(*texts, '', '  ' + texts[0] + '\r'))
        self.assertEqual(done.out.count('matches'), 6)
        self.assertEqual(self.election.status()['receipts'], [])

    def test_batch_that_is_not_here(self):
        self.take(self.only(1))
        done = self.election.refused('receipts', self.write(self.text(4), self.text(1)),
                                     words='1 of 2')
        self.assertIn('line 1: Station 3', done.out)
        self.assertIn('import', done.out)
        line = self.election.terminal(4)
        self.assertEqual(line['gaps'], [1])
        self.assertIn('receipt', line['note'])
        self.take()
        self.election.run('receipts', self.write(self.text(4)))
        self.assertEqual(self.election.terminal(4)['gaps'], [])

    def test_later_batch_than_those_here(self):
        self.take()
        self.election.refused('receipts', self.write(self.forged(1, number=3)), words='1 of 1')
        self.assertEqual(self.election.terminal(1)['gaps'], [2, 3])

    def test_another_batch(self):
        self.take()
        done = self.election.refused(
            'receipts', self.write(self.text(1, self.election.root / 'fork'), self.forged(4),
                                   self.text(5)), words='2 of 3')
        self.assertIn('line 1: Station 1', done.out)
        self.assertIn('line 2: Station 3', done.out)
        self.assertEqual(len(self.election.status()['receipts']), 2)

    def test_limits_of_files(self):
        self.take()
        path = self.write(self.text(1), ' ' * ((16 << 20) - len(self.text(1)) - 2))
        self.election.run('receipts', path)
        with open(path, 'a', encoding='ascii') as f:
            f.write(' ')
        self.election.refused('receipts', path, words=['receipts.txt', 'at most 16777216'])
        key = self.election.root / 'long.pub'
        for size, words in ((4096, 'public key'), (4097, ['long.pub', 'at most 4096'])):
            key.write_bytes(bytes(size))
            self.election.refused('verify', self.election.folder, '--key', key, words=words)

    def test_not_a_receipt(self):
        self.take()
        good = self.text(1)
        texts = ['', 'hello', good[:-1], good + 'A', good.lower(), good[:20] + ('A' if good[20] != 'A' else 'B') + good[21:],
                 'TB2' + good[3:], '\x00\xff', 'TV1' + good[3:]]
        for text in texts[1:]:
            with self.subTest(text):
                path = self.election.root / 'one.txt'
                path.write_bytes(text.encode('latin-1') + b'\n')
                done = self.election.refused('receipts', path, words='1 of 1')
                self.assertIn('line 1: not a batch receipt', done.out)
                self.assertIn('scan', done.out)
        self.assertEqual(self.election.status()['receipts'], [])
        e = self.election
        e.refused('receipts', e.root / 'none', words='none')
        e.refused('receipts', e.root, words='ordinary file')


if __name__ == '__main__':
    sys.exit(tap.main())
