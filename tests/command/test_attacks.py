# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role plays foul: organisers, the counting centre, trustees, terminals, officers, voters.

ATTACKS says of each thing that somebody could try what comes of it and which test shows it; those
that no other test shows are below. A row ends in "named" (refused or put aside, and the message
says who, what or where), "costs" (time, and nothing else), "shows" (it works and everyone sees it)
or "remains" (only people can stop it: data/doc/threat-model.md says how).
"""
import json
import os
import re
import shutil
import sqlite3
import sys
import unittest
from pathlib import Path

import tap
from poll import Poll
from tabella import refused, tabella
from tabella2 import amendments, batch, ed25519, journal, minisign, receipts, ristretto
from tabella2.decryption import TALLY, Request
from tabella2.hashing import election_id

# (who and what, outcome, test)
ATTACKS = [
    # Terminals
    ('a batch of one terminal under the name of another', 'named', 'test_another_terminals_batch'),
    ('a batch under another number', 'named', 'test_signed_under_another_number'),
    ('two tablets from one copy of a disk', 'named', 'test_fork_is_excluded_until_one_is_named'),
    ('… and one of them makes a safety copy first', 'named', '/import/clone'),
    ('a tablet set back to before a safety copy', 'named', '/import/other-safety-copy'),
    ('an old safety copy after the final', 'named', '/import/safety-copies'),
    ('a final brought twice', 'named', 'test_twice_is_once'),
    ('a journal with other clocks, without the key', 'named', 'test_clocks_set_back'),
    ('a journal with other clocks, by the terminal itself', 'remains', 'test_clocks_set_back'),
    ('a journal without one of its lines', 'named', 'test_journal'),
    ('a revoked terminal, its stick before or after', 'named', 'test_revoked_before_and_after'),
    ('a revoked terminal goes on serving', 'named', '/amending/effects'),
    ('a disk from which the amendment was taken again', 'named', '/amending/cut'),
    ('ballots of nobody, at a combined terminal', 'named', '/import/signed'),
    ('ballots of nobody, at a booth', 'named', '/opening/balance'),
    ("somebody's ballot copied", 'named', '/import/signed'),
    ('check-ins of people of another part of the roll', 'named', '/opening/lie'),
    ("another voter's ticket sealed into a link", 'named', '/strike/odd'),
    ("another voter's link copied", 'named', '/strike/5-request'),
    ('batches of the practice in the official count', 'named', 'test_practice_and_official'),
    ('batches of another election', 'named', 'test_another_elections'),
    # Tickets
    ('a ticket twice at one booth, restarted or not', 'named', '/session/booth-cast'),
    ('a ticket at two booths', 'shows', 'test_13_equal_tickets'),
    ('a ticket of another station', 'named', '/session/wrong-tickets'),
    ('a ticket of another election, or of the practice', 'named', '/session/wrong-tickets'),
    ('a ticket with one bit changed', 'named', '/tickets/refusals'),
    ('a guessed ticket', 'costs', '/session/wrong-tickets'),
    ('a ticket from elsewhere at a combined tablet', 'named', '/session/combined-ticket'),
    ('a fourth check with one ticket', 'named', '/session/attempts'),
    ('a second check-in at one desk', 'named', '/checkin/desk'),
    ('a second check-in at the other desk of the station', 'named', '/checkin/other-lane'),
    ('tickets that a tablet mints for other booths', 'remains', '/opening/balance'),
    # Amendments
    ('forged, on a stick', 'named', '/amending/sticks-refused'),
    ('forged, typed', 'named', '/amending/codes-refused'),
    ('forged, at the centre', 'named', 'test_amendments_that_cannot_be'),
    ('of another election', 'named', '/amending/codes-refused'),
    ('one left out of the chain', 'named', 'test_damaged_amendments'),
    ('an older one after a newer', 'named', '/amending/spare-by-code'),
    ('renamed, or with a changed text', 'named', 'test_damaged_amendments'),
    ('kept back from the centre', 'named', 'test_amendment_that_comes_late'),
    ('two of one number, each for some terminals', 'named', '/waiting/other-amendment'),
    ('given to some terminals only', 'named', '/waiting/late-amendment'),
    ('given to a spare only, and both left out', 'remains',
     'test_spare_left_out_with_its_amendment'),
    # Trustees
    ('two tallies of one trustee', 'named', 'test_one_tally_for_ever'),
    ('a tally of one ballot', 'named', 'test_one_ballot_alone'),
    ('a tally of all ballots but one', 'named', 'test_all_but_one'),
    ('a tally without a station', 'named', 'test_without_a_station'),
    ('… with an amendment that the centre signed', 'named', 'test_without_a_station'),
    ('a tally before all terminals are in', 'named', 'test_without_a_station'),
    ('two tallies of two groups of trustees', 'remains', 'test_two_tallies_of_two_groups'),
    ('a trustee works with an old copy of the secret', 'remains', 'test_two_tallies_of_two_groups'),
    ('more links than the rule strikes, or others', 'named', '/answering/altered'),
    ('fewer links', 'named', 'test_strike_request'),
    ('check-ins of another batch of the same terminal', 'named', '/answering/hidden'),
    ('something after the tally', 'named', 'test_one_tally_for_ever'),
    ("somebody else's election", 'named', 'test_whose_secret'),
    ('a second official election', 'named', '/answers/one-official'),
    ('a share played again, or of another request', 'named', 'test_share_of_another'),
    ('a share with a wrong proof', 'named', 'test_wrong_share_is_named'),
    ('a wrong share in the ceremony', 'named', 'test_round_3_share_is_wrong'),
    ('a complaint that is not true', 'shows', 'test_restart'),
    ('points that were chosen after the others', 'named', 'test_round_2_breaks_its_promise'),
    ('fewer than t trustees', 'named', 'test_missing_share'),
    ('t trustees together', 'remains', '/shares/combine'),
    # Organisers
    ('change the manifest after sealing', 'named', 'test_manifest_that_was_changed'),
    ('… and sign it again with the true key', 'named', 'test_manifest_signed_again'),
    ('seal a second time', 'named', 'test_official_once'),
    ('seal with keys that the ceremony did not give', 'named', '/manifest/stated-keys'),
    ('seal without a trustee’s signature', 'named', 'test_ceremony_must_fit'),
    ('hold a ceremony of their own', 'named', 'test_whose_secret'),
    ('add a terminal after sealing', 'named', 'test_terminal_added_after_sealing'),
    ('enrol a tablet after sealing', 'named', 'test_official_once'),
    ('exchange the roll after sealing', 'named', 'test_roll_exchanged_after_sealing'),
    ('leave an unfavourable batch out', 'named', 'test_station_left_out_of_the_record'),
    ('call an unfavourable batch bad', 'named', 'test_station_left_out_of_the_record'),
    ('publish another result', 'named', 'test_another_result_published'),
    ('revoke an unfavourable terminal', 'shows', 'test_revoked_before_and_after'),
    ('end a terminal at an early batch, or without one', 'shows', '/verifier/ended-without'),
    ('name one of two files, and the other one later', 'named', '/opening/other-file'),
    ('ask in a rehearsal for points of the true election', 'named', '/import/changed'),
    ('enrol ghost terminals before sealing', 'remains', 'test_good'),
    ('a package with the true manifest and other keys', 'named', '/package/forged-keys'),
    ('a package with a damaged or another roll', 'named', '/package/damaged-files'),
    ("a package for somebody else's tablet", 'named', '/package/another-terminal'),
    ('an enrolment file exchanged on the way', 'named', '/install/wrong-packages'),
    ('a key that two tablets have', 'named', 'test_twice'),
    # The counting centre
    ('takes a batch out of its database', 'named', 'test_batch_taken_out_of_the_database'),
    ('calls a good batch bad in its database', 'named', 'test_batch_called_bad_in_the_database'),
    ('exchanges ballots in its database', 'named', 'test_ballots_exchanged_in_the_database'),
    ('brings the database of another election', 'named', 'test_database_of_another_election'),
    ('decides after the strike', 'named', 'test_decisions'),
    ('takes sticks after the tally', 'named', '/count/frozen'),
    ('asks for sums of ballots without proof or signature', 'named', '/answering/altered'),
    ('alters anything in a request', 'named', '/answering/altered'),
    # Officers
    ('one alone, where two are required', 'named', '/officers/wrong'),
    ('with another’s passphrase twice', 'named', '/officers/refused'),
    ('guesses passphrases', 'costs', '/poll/lock'),
    ('guesses the PIN', 'costs', '/poll/pin'),
    ('opens with the setup code afterwards', 'named', '/officers/setup-destroyed'),
    ('closes while a voter is inside', 'named', '/closing/voter-inside'),
    ('retires a tablet whose final is not on a stick', 'named', '/life/retire-refused'),
    ('with the PIN alone, while the tablet is unlocked', 'remains', '/poll/pin'),
]
OUTCOMES = {'named', 'costs', 'shows', 'remains'}

PLACES = [(1, 'combined'), (2, 'combined'), (3, 'combined'), (4, 'combined'), (4, 'spare')]
SERVED, SPARE = 4, 5    # terminals that serve; the last one never gets a place
GONE = 4                # whom somebody wants to be rid of; its station is alone in its unit


class Table(unittest.TestCase):
    def test_every_attack_has_its_test(self):
        tests = Path(__file__).resolve().parent.parent
        sources = '\n'.join(p.read_text() for suffix in ('c', 'py')
                            for p in tests.rglob('*.' + suffix) if p.name != Path(__file__).name)
        sources += Path(__file__).read_text().split('\nOUTCOMES = ')[1]
        for what, outcome, test in ATTACKS:
            with self.subTest(what):
                self.assertIn(outcome, OUTCOMES)
                name = r'"%s[/"]' % test if test.startswith('/') else r'def %s\(' % test
                self.assertRegex(sources, name)
        self.assertEqual(len(ATTACKS), len({a[0] for a in ATTACKS}))


class Stages:
    """One small poll, made once: on sticks, counted but for the tally, tally asked, published."""

    def __init__(self):
        self.poll = poll = Poll(PLACES, duplicates='lot', min_unit=1)
        e = poll.election
        self.kept = {}
        unittest.addModuleCleanup(lambda: [x.remove() for x in (e, *self.kept.values())])
        deck = poll.deck
        for station in (1, 2, 3, 4, 4):
            deck.visit(deck.enter(station, 'full'))
        double = deck.enter(1, 'full')
        deck.visit(double)
        deck.visit((double[0], 3, 'full'), kind='walkin')
        poll.seal()
        e.rehearse(deck.rows)
        self.kept['sticks'] = e.copy()
        e.take()
        e.ask('checkins', (1, 2))
        e.ask('strike', (1, 2))
        self.kept['counted'] = e.copy()
        path = e.request('tally')
        self.kept['tally'] = e.copy()
        e.answer(path, (1, 2))
        e.publish()
        self.kept['public'] = e.copy()


class Base(unittest.TestCase):
    stages = None

    @classmethod
    def setUpClass(cls):
        Base.stages = Base.stages or Stages()
        cls.poll, cls.he = cls.stages.poll, cls.stages.poll.he

    def at(self, stage):
        self.election = e = self.stages.kept[stage].copy()
        self.addCleanup(e.remove)
        self.request = e.folder / 'requests' / 'tally-0001'
        return e

    def seeds(self, terminal):
        """(ballot seed, batch seed) of a simulated terminal."""
        data = (self.election.folder / 'terminals' / ('%03d.secret' % terminal)).read_bytes()
        return data[8:40], data[72:104]

    def parsed(self, folder):
        return batch.Batch((folder / 'ballots').read_bytes(), self.he, False,
                           self.poll.manifest.election.styles)

    def rebuilt(self, old, ballots=None, lines=None, **header):
        """A batch with other ballots, another journal, other header fields."""
        text = old.journal if lines is None else b''.join(line + b'\n' for line in lines)
        head = old.header._replace(journal_length=len(text),
                                   head=journal.chain(self.he, journal.split(text)), **header)
        return batch.write(head, text, old.cast if ballots is None else ballots, old.challenged)

    def sign(self, folder, data, terminal):
        """Writes a batch with its terminal's own signature."""
        seed = self.seeds(terminal)[1]
        key_id = minisign.batch_key_id(ed25519.public_key(seed))
        (folder / 'ballots').write_bytes(data)
        (folder / 'ballots.minisig').write_bytes(minisign.sign(
            seed, key_id, data, batch.trusted_comment(batch.read_header(data))))
        (folder / 'receipt.txt').unlink(missing_ok=True)

    def sign_amendment(self, folder, number, key=None, **fields):
        """An amendment as the organisers would sign it; `key` (seed, id): somebody else."""
        seed, key_id = key or self.organisers_key()
        data = json.dumps({'election': self.he.hex(), 'number': number, 'value': 0, 'text': None,
                           'detail': None, **fields}).encode()
        (folder / 'amendments').mkdir(exist_ok=True)
        path = folder / 'amendments' / ('%04d.json' % number)
        path.write_bytes(data)
        path.with_name(path.name + '.minisig').write_bytes(minisign.sign(
            seed, key_id, data, amendments.trusted_comment(self.he, number)))

    def organisers_key(self):
        return self.poll.election.organisers

    def only(self, terminal, stick=None):
        e = self.election
        one = e.root / ('only-%d' % len(list(e.root.iterdir())))
        shutil.copytree((stick or e.stick) / ('terminal-%03d' % terminal),
                        one / ('terminal-%03d' % terminal))
        return one

    def state(self, terminal):
        return self.election.terminal(terminal)['state']

    def invalid(self, *words):
        """The published record is INVALID, and the verifier says why."""
        done = self.election.verify(code=1)
        self.assertEqual(done.last, 'INVALID', done)
        failed = '\n'.join(line for line in done.out.splitlines() if ' FAILED ' in line)
        for word in words:
            self.assertIn(word, failed, done)


class Trustees(Base):
    """A centre with everything but trustees' secrets asks for what it must not have."""

    def setUp(self):
        self.at('tally')

    def ballots(self):
        """(terminal, cast record) that stand, as the centre has them."""
        standing = (self.request / 'standing').read_bytes()
        codes = {standing[i:i + 32] for i in range(0, len(standing), 32)}
        for path in sorted(self.request.glob('record/terminal-*/batch-*/ballots')):
            parsed = self.parsed(path.parent)
            for record in parsed.cast:
                if record.code in codes:
                    yield parsed.header.terminal, record

    def alphas(self, terminal, record):
        """{label of the sum: α} of a ballot."""
        election = self.poll.manifest.election
        unit = election.stations[self.poll.manifest.terminals[terminal].station - 1].unit
        at = 0
        for contest in election.styles[record.style].contests:
            for option in range(len(election.contests[contest].options)):
                yield (unit, contest, option), ristretto.point_read(record.body[at:at + 32])
                at += 64

    def ask(self, sums, codes):
        """The folder asks for these sums of these ballots."""
        entries = sorted((label, ristretto.encode(point)) for label, point in sums.items()
                         if ristretto.encode(point) != bytes(32))
        (self.request / 'request').write_bytes(Request(TALLY, entries).write())
        (self.request / 'standing').write_bytes(b''.join(sorted(codes)))

    def sums(self):
        entries = Request.read((self.request / 'request').read_bytes(), TALLY).entries
        return {label: ristretto.point_read(point) for label, point in entries}

    def refuses(self, *words, index=3):
        """Nothing is answered, and nothing was asked as far as the secret file knows."""
        e = self.election
        before = e.secret(index).read_bytes()
        refused('trustee', 'decrypt', self.request, '--index', index, '--secret', e.secret(index),
                '--passphrase-file', e.passphrase, words=words)
        self.assertFalse((self.request / ('share-%02d' % index)).exists())
        self.assertEqual(e.secret(index).read_bytes(), before)

    def test_one_ballot_alone(self):
        """One person's ballot, said to be all that stand."""
        terminal, record = next(self.ballots())
        self.ask(dict(self.alphas(terminal, record)), [record.code])
        self.refuses('request is refused', 'points and the record gives')

    def test_all_but_one(self):
        """The totals without a ballot: with the true totals they would show it."""
        ballots = list(self.ballots())
        terminal, record = ballots[0]
        sums = self.sums()
        for label, alpha in self.alphas(terminal, record):
            sums[label] = ristretto.add(sums[label], ristretto.negate(alpha))
        self.ask(sums, [r.code for _, r in ballots[1:]])
        self.refuses('request is refused', 'first that differs')

    def leave_out(self):
        """Everything of a station is taken out, and all else fits."""
        unit = self.poll.manifest.election.stations[GONE - 1].unit
        kept = [r.code for t, r in self.ballots() if t != GONE]
        self.ask({label: point for label, point in self.sums().items() if label[0] != unit}, kept)
        shutil.rmtree(self.request / 'record' / ('terminal-%03d' % GONE))
        shutil.rmtree(self.request / 'checkins' / ('terminal-%03d' % GONE))

    def test_without_a_station(self):
        self.leave_out()
        self.refuses('Station 4', 'no final yet')
        forger = os.urandom(32), self.organisers_key()[1]
        self.sign_amendment(self.request / 'record', 1, forger, kind=amendments.ENDED, target=GONE)
        self.refuses('0001.json', 'signature')
        other = os.urandom(32), os.urandom(8)
        self.sign_amendment(self.request / 'record', 1, other, kind=amendments.ENDED, target=GONE)
        self.refuses('0001.json', 'another key')

    def test_two_tallies_of_two_groups(self):
        """What no trustee's program can see: the organisers sign an amendment and show it to some.

        Trustee 1 is theirs, and works with an old copy of the file. Each of the honest ones sees
        one request that is in order. Only the codes, read to each other, are not the same."""
        e, old = self.election, self.election.root / 'old copy'
        shutil.copy(e.secret(1), old)
        first = [e.decrypt(self.request, i).out for i in (1, 2)]
        other = self.stages.kept['counted'].copy()
        self.addCleanup(other.remove)
        other.signed('amend', 'ended', '--terminal', GONE, '--batch', 0)
        path = other.folder / other.request('tally')
        shutil.copy(old, e.secret(1))
        second = [e.decrypt(path, i).out for i in (1, 3)]
        codes = [re.search(r'Code of this request: (\S+)\.', out)[1] for out in first + second]
        self.assertEqual(codes[0], codes[1])
        self.assertEqual(codes[2], codes[3])
        self.assertNotEqual(codes[0], codes[2])
        for request, indexes in ((self.request, (1, 3)), (path, (2,))):
            for index in indexes:
                self.request = request
                (request / ('share-%02d' % index)).unlink(missing_ok=True)
                self.refuses('another tally', index=index)


class Centre(Base):
    """Somebody with the counting centre's disk."""

    def database(self, sql, *values):
        with sqlite3.connect(self.election.folder / 'centre.db') as db:
            changed = db.execute(sql, values).rowcount
        db.close()
        self.assertEqual(changed, 1)

    def test_batch_taken_out_of_the_database(self):
        e = self.at('counted')
        self.database('DELETE FROM batch WHERE terminal = ?', GONE)
        e.refused('request', 'tally', words=['Station 4', 'no final yet', 'import its stick'])

    def test_batch_called_bad_in_the_database(self):
        """What it says is looked at again; a fault that nobody can see settles nothing."""
        e = self.at('counted')
        bad = 'UPDATE batch SET quarantine = ?, signed = ?, repeatable = ? WHERE terminal = ?'
        self.database(bad, 'it looks odd', 1, 1, GONE)
        self.assertEqual(self.state(GONE), 'final')
        self.database(bad, 'it looks odd', 0, 0, GONE)
        e.refused('request', 'tally', words=['Station 4', 'it looks odd', 'quarantined'])

    def test_ballots_exchanged_in_the_database(self):
        """The centre believes its disk; no trustee does."""
        e = self.at('counted')
        old = self.parsed(e.batch(GONE))
        self.assertGreater(len(old.cast), 1)
        data = self.rebuilt(old, old.cast[1:], cast=len(old.cast) - 1)
        self.database('UPDATE batch SET ballots = ? WHERE terminal = ?', data, GONE)
        path = e.folder / e.request('tally')
        for index in (1, 2, 3):
            refused('trustee', 'decrypt', path, '--index', index, '--secret', e.secret(index),
                    '--passphrase-file', e.passphrase, words=['Station 4', 'batch 1', 'signature'])
        self.assertEqual(list(path.glob('share-*')), [])


class Organisers(Base):
    """Those with the key that signs."""

    def test_manifest_signed_again(self):
        """An election is its manifest: with another one there is not a ballot in it."""
        e = self.at('public')
        data = (e.folder / 'manifest.json').read_bytes()
        other = data.replace(b'Mong Kok', b'Mong Kek')
        self.assertNotEqual(data, other)
        he = election_id(other)
        seed, key_id = self.organisers_key()
        sig = minisign.sign(seed, key_id, other, 'tabella manifest election=%s' % he[:8].hex())
        for folder in (e.folder, e.public, self.request / 'record'):
            (folder / 'manifest.json').write_bytes(other)
            (folder / 'manifest.json.minisig').write_bytes(sig)
        e.refused('status', words=['centre.db', 'another election'])
        refused('trustee', 'decrypt', self.request, '--index', 3, '--secret', e.secret(3),
                '--passphrase-file', e.passphrase, words=['another election'])
        self.invalid('another election')
        (e.folder / 'centre.db').unlink()
        done = e.run('import', e.stick, code=1)
        self.assertEqual(done.err.count('another election'), SERVED, done)

    def test_terminal_added_after_sealing(self):
        """With every signature in order: centre, tablets and observers take none."""
        e = self.at('public')
        one = json.loads((e.folder / 'manifest.json').read_text())['terminals'][0]
        one.update(index=6, ballot_key=ed25519.public_key(os.urandom(32)).hex(),
                   batch_key=ed25519.public_key(os.urandom(32)).hex())
        for folder in (e.folder, e.public):
            self.sign_amendment(folder, 1, kind=amendments.ADDED, target=6, detail=one)
        for args in (['status'], ['import', e.stick], ['package', '--out', e.root]):
            e.refused(*args, words=['0001.json', 'adding terminals'])
        done = e.verify(code=1)
        self.assertEqual(done.last, 'INVALID', done)
        self.assertRegex(done.out, r'(?m)^ *\d+ +FAILED .*amendment')

    def test_roll_exchanged_after_sealing(self):
        e = self.at('sticks')
        roll = e.folder / 'roll'
        one, two = sorted(roll.glob('*.slice'))[:2]
        keys = roll / '001.keys', roll / '002.keys', ['001.keys', 'terminal 1']
        for path, other, words in ((one, two, [one.name, 'digest']), keys):
            good = path.read_bytes()
            path.write_bytes(other.read_bytes())
            e.refused('package', '--out', e.root, words=words)
            path.write_bytes(good)
        e.run('package', '--out', e.root)

    def test_station_left_out_of_the_record(self):
        e = self.at('public')
        folder = e.public / ('terminal-%03d' % GONE)
        aside = e.public / 'quarantine' / folder.name
        aside.parent.mkdir()
        folder.rename(aside)
        (aside / 'batch-0001' / 'reason').write_text('it looks odd\n')
        self.invalid('terminal %d' % GONE)
        shutil.rmtree(aside.parent)
        self.invalid('terminal %d' % GONE)

    def test_spare_left_out_with_its_amendment(self):
        """What served and is nowhere in the record: only a receipt of it tells."""
        e = self.at('public')
        self.assertEqual(e.verify().last, 'VALID')
        header = batch.read_header((e.batch(GONE) / 'ballots').read_bytes())
        header = header._replace(terminal=SPARE)
        text = receipts.write_batch(self.seeds(SPARE)[0], header, bytes(32))
        path = e.root / 'receipts'
        path.write_text(text + '\n')
        done = e.verify('--receipts', path, code=1)
        self.assertEqual(done.last, 'INVALID', done)
        self.assertRegex(done.out, r'(?m)^17 +FAILED .*terminal 5.*batch 1 is not in the record')

    def test_another_result_published(self):
        e = self.at('public')
        path = e.folder / 'result.json'
        result = json.loads(path.read_text())
        for option, change in zip(result['contests'][0]['options'], (1, -1)):
            option['count'] += change
        path.write_text(json.dumps(result))
        e.publish()
        self.invalid('16 ')


class Terminals(Base):
    """Tablets that were copied, set back or given up."""

    def setUp(self):
        self.at('sticks')

    def test_clocks_set_back(self):
        """The clock is what the tablet showed: nothing rests on it, and nobody else can set it."""
        e, one = self.election, self.only(1)
        folder = e.batch(1, 1, one)
        old = self.parsed(folder)
        lines = [re.sub(rb'"clock":"20\d\d', b'"clock":"2001', line)
                 for line in journal.split(old.journal)]
        self.assertNotEqual(lines, journal.split(old.journal))
        data = self.rebuilt(old, lines=lines)
        (folder / 'ballots').write_bytes(data)
        done = e.run('import', one, code=1)
        self.assertIn('Station 1', done.err)
        self.assertIn('sign', done.err)
        self.sign(folder, data, 1)
        self.assertIn('final', e.run('import', one).out)
        self.assertEqual(self.state(1), 'final')

    def test_revoked_before_and_after(self):
        """Whenever the stick came: no ballot of it counts, and its check-ins are looked at."""
        asked = []
        for late in (False, True):
            e = self.at('sticks')
            if late:
                e.take()
                e.signed('amend', 'revoked', '--terminal', GONE)
                self.assertEqual(e.take().out.count('Already here.'), SERVED)
            else:
                e.signed('amend', 'revoked', '--terminal', GONE)
                e.take()
            self.assertEqual(self.state(GONE), 'revoked')
            asked.append((e.folder / e.request('checkins') / 'request').read_bytes())
        self.assertEqual(*asked)


if __name__ == '__main__':
    sys.exit(tap.main())
