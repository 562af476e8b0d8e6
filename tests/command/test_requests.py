# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests, trustees' answers and combinations: altered, missing, doubled, out of turn."""
import json
import shutil
import sys
import unittest

import tap
from poll import Poll
from tabella import Election, refused, tabella
from tabella2 import ristretto
from tabella2.decryption import Request

PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (3, 'combined', '0-4'),
          (3, 'combined', '5-9'), (4, 'combined')]
BOOTH, ENDED = 3, 5         # the last one has votes, and an amendment ends it at none
NAMES = {1: 'checkins', 2: 'strike', 3: 'tally'}


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Elections at each stage: `asked` checkins, strike and tally, nothing answered."""
        cls.poll = poll = Poll(PLACES, duplicates='lot', min_unit=1)
        e = poll.election
        cls.made = [e]
        cls.addClassCleanup(lambda: [x.remove() for x in cls.made])
        deck = poll.deck
        low, high = set(range(5)), set(range(5, 10))
        for station, lane in ((1, low), (2, low), (2, high), (3, low), (3, high), (4, high)):
            deck.visit(deck.enter(station, 'full', lane))
        double = deck.enter(1, 'full', low)
        deck.visit(double)
        deck.visit((double[0], 3, 'full'), kind='walkin')
        third = deck.enter(4, 'full')
        deck.visit(third)
        deck.visit(third, kind='provisional')
        deck.visit(deck.enter(3, 'full', low), kind='provisional')
        poll.seal()
        e.rehearse(deck.rows)
        poll.model.play(deck.rows)
        e.take()
        e.signed('amend', 'ended', '--terminal', ENDED, '--batch', 0)
        poll.places[ENDED - 1].absent = True
        cls.asked = {}
        for kind, trustees in (('checkins', (1, 2)), ('strike', (1, 3)), ('tally', (2, 3))):
            if kind == 'strike':
                e.decide()
            cls.path = e.request(kind)
            cls.asked[kind] = e.copy()
            cls.made.append(cls.asked[kind])
            e.answer(cls.path, trustees)
        cls.done = e
        cls.refs = [poll.model.reference(r.place.index, r.identity)
                    for r in poll.model.records.values() if r.kind == 'provisional']

    def at(self, kind):
        e = (self.asked.get(kind) or self.done).copy()
        self.addCleanup(e.remove)
        self.election = e
        self.request = e.folder / 'requests' / (kind + '-0001')
        return e

    def decrypt(self, index, *words, request=None, **more):
        """A trustee who refuses: no share, and nothing in the secret file."""
        e, request = self.election, request or self.request
        secret = more.pop('secret', e.secret(index))
        before = secret.read_bytes() if secret.is_file() else None
        share = request / ('share-%02d' % index)
        had = share.read_bytes() if share.exists() else None
        done = refused('trustee', 'decrypt', request, '--index', index, '--secret', secret,
                       '--passphrase-file', more.pop('passphrase', e.passphrase), words=words,
                       cwd=e.root)
        self.assertEqual(share.read_bytes() if share.exists() else None, had)
        if before is not None:
            self.assertEqual(secret.read_bytes(), before)
        return done


class Answers(Base):
    def test_the_whole_is_right(self):
        e = self.at('done')
        self.assertEqual(e.result()['contests'], self.poll.model.result(lambda b: b[0])['contests'])

    def test_twice_is_the_same(self):
        for kind in NAMES.values():
            e = self.at(kind)
            for i in (1, 2):
                e.decrypt('requests/%s-0001' % kind, i)
            share = self.request / 'share-01'
            first = share.read_bytes()
            share.unlink()
            e.decrypt('requests/%s-0001' % kind, 1)
            self.assertEqual(share.read_bytes(), first)
            self.assertNotEqual((self.request / 'share-02').read_bytes(), first)

    def test_on_a_laptop_of_its_own(self):
        """The request's folder is all that is needed, wherever it is."""
        e = self.at('tally')
        away = e.root / 'laptop' / 'stick' / 'the request'
        shutil.copytree(self.request, away)
        shutil.rmtree(e.base)
        done = tabella('trustee', 'decrypt', away, '--index', 3, '--secret', e.secret(3),
                       '--passphrase-file', e.passphrase, cwd=e.root)
        self.assertTrue((away / 'share-03').exists())
        for word in ('practice', 'ballots stand', 'share-03', 'decisions'):
            self.assertIn(word, done.out)
        self.assertNotIn('null', done.out)
        self.assertRegex(done.out, '([0-9A-Z]{4}-){4}[0-9A-Z]{4}')

    def test_whose_secret(self):
        e = self.at('checkins')
        wrong = e.root / 'wrong'
        wrong.write_text('something else')
        self.decrypt(1, 'passphrase', passphrase=wrong)
        self.decrypt(1, 'trustee 2', secret=e.secret(2))
        self.decrypt(1, 'no such file', secret=e.root / 'nowhere')
        other = Election().new().ceremony()
        self.addCleanup(other.remove)
        self.decrypt(1, 'another ceremony', secret=other.secret(1))

    def test_no_request(self):
        e = self.at('checkins')
        for path in (e.root, e.root / 'nowhere', e.passphrase):
            self.decrypt(1, 'no request', str(path), request=path)
        for path in ('requests', 'requests/tally-0001', e.root):
            e.refused('combine', path, words=['no request', str(path)])
        shutil.copytree(self.request, e.root / 'checkins-0002')
        e.refused('combine', e.root / 'checkins-0002', words='not a request of this election')

    def test_one_tally_for_ever(self):
        """Whoever answered a tally answers no other one of this election, nor opens more."""
        e = self.at('tally')
        path = 'requests/tally-0001'
        e.decrypt(path, 1)
        first = (self.request / 'share-01').read_bytes()
        other = self.asked['tally'].copy()
        self.addCleanup(other.remove)
        shutil.rmtree(other.folder / 'requests' / 'tally-0001')
        other.signed('amend', 'ended', '--terminal', BOOTH, '--batch', 0)
        second = other.folder / other.request('tally')
        self.assertNotEqual((second / 'request').read_bytes(),
                            (self.request / 'request').read_bytes())
        self.decrypt(1, 'tally', request=second)
        e.decrypt(path, 1)
        self.assertEqual((self.request / 'share-01').read_bytes(), first)
        e.decrypt(path, 3)                      # who has not answered about check-ins before
        early = self.asked['checkins'].folder / 'requests' / 'checkins-0001'
        copy = e.root / 'checkins-0001'
        shutil.copytree(early, copy)
        self.decrypt(3, 'tally', request=copy)


class Altered(Base):
    """`trustee decrypt` recomputes everything; each change is refused and named."""

    def refuses(self, *words):
        self.decrypt(1, *words)
        shutil.rmtree(self.request)
        shutil.copytree(self.original, self.request)

    def start(self, kind):
        self.at(kind)
        self.original = self.election.root / 'original'
        shutil.copytree(self.request, self.original)

    def file(self, *path):
        return self.request.joinpath(*path)

    def change(self, name, function, *words):
        path = self.file(*name.split('/'))
        path.write_bytes(function(path.read_bytes()))
        with self.subTest(name, words=words):
            self.refuses(*words)

    def remove(self, name, *words):
        path = self.file(*name.split('/'))
        (shutil.rmtree if path.is_dir() else type(path).unlink)(path)
        with self.subTest('without ' + name):
            self.refuses(*words)

    def entries(self, function):
        """The request with other entries."""
        purpose = {v: k for k, v in NAMES.items()}[self.request.name[:-5]]

        def change(data):
            return Request(purpose, function(Request.read(data, purpose).entries)).write()
        return change

    def test_checkins_request(self):
        self.start('checkins')
        self.change('request', self.entries(lambda e: e[1:]), 'request is refused', '4 points', 'gives 5')
        self.change('request', self.entries(lambda e: e[:-1]), 'request is refused')
        self.change('request', self.entries(lambda e: [*e[:-1], (e[-1][0], e[0][1])]), 'refused')
        self.change('request', self.entries(lambda e: [*e, ((6, 2, 1), ristretto.encode(
            ristretto.BASE.multiply(5)))]), 'request is refused')
        self.change('request', lambda d: d[:-1], 'request')
        self.change('request', lambda d: d + b'\0', 'request')
        self.change('request', lambda d: b'', 'request')
        self.change('request', lambda d: d[:9] + b'\xff' * 32 + d[41:], 'request')
        self.remove('request', 'request')

    def test_checkin_files(self):
        self.start('checkins')
        one, two = (self.file('checkins', 'terminal-%03d' % n, 'batch-0001', 'checkins')
                    for n in (1, 6))
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
        self.refuses('Station 1', 'checkins')
        name = 'checkins/terminal-001/batch-0001/checkins'
        self.change(name, lambda d: d[:-1] + bytes([d[-1] ^ 1]), 'Station 1', 'checkins')
        self.change(name, lambda d: d[:-1], 'Station 1')
        self.remove(name, 'terminal-001')
        self.remove('checkins', 'checkins')

    def test_record(self):
        self.start('tally')
        ballots = 'record/terminal-001/batch-0001/ballots'
        self.change(ballots, lambda d: d[:-9] + bytes([d[-9] ^ 1]) + d[-8:], 'Station 1', 'sign')
        self.change(ballots + '.minisig', lambda d: d.replace(b'cast=', b'cast=1'), 'sign')
        self.change(ballots + '.minisig', lambda d: b'', 'sign')
        self.remove(ballots, 'ballots')
        self.remove('record/terminal-001', 'terminal-001')
        self.remove('record/manifest.json', 'manifest.json')
        self.remove('record/manifest.json.minisig', 'manifest.json.minisig')
        self.change('record/manifest.json', lambda d: d.replace(b'Mong Kok', b'Mong Kek', 1),
                    'manifest.json', 'sign')
        self.change('record/ceremony/r2-02.json', lambda d: d.replace(b'"proof"', b'"Proof"'),
                    'r2-02')
        self.remove('record/amendments', 'Station 3')
        self.change('record/amendments/0001.json', lambda d: d.replace(b'"target": 5',
                                                                       b'"target": 1'), '0001.json')
        self.file('record', 'terminal-001').rename(self.file('record', 'terminal-009'))
        self.refuses('terminal-00')

    def test_strike_request(self):
        self.start('strike')
        count = len(self.file('links').read_bytes()) // 114
        self.assertGreaterEqual(count, 2)
        links = self.file('links').read_bytes()
        for dropped in range(count):
            self.file('links').write_bytes(links[:114 * dropped] + links[114 * dropped + 114:])
            self.change('request', self.entries(lambda e, n=dropped: e[:n] + e[n + 1:]),
                        'request is refused', '%d points' % (count - 1), str(count))
        self.change('request', self.entries(lambda e: e[1:]), 'links')
        self.change('links', lambda d: d[:-2] + bytes([d[-2] ^ 1]) + d[-1:], 'links')
        self.change('links', lambda d: d[:60] + bytes([d[60] ^ 1]) + d[61:], 'refused')
        self.change('links', lambda d: d[:-1], 'links')
        self.remove('links', 'links')

    def test_decisions(self):
        self.start('strike')
        self.change('decisions.json', lambda d: d.replace(b'true', b'false', 1), 'points')
        self.change('decisions.json', lambda d: d.replace(b'"election": "', b'"election": "0'),
                    'decisions.json')
        self.remove('decisions.json', 'decision')
        value = json.loads(self.file('decisions.json').read_text())
        value['decisions'] = value['decisions'][1:]
        self.file('decisions.json').write_text(json.dumps(value))
        self.refuses('decision')

    def test_earlier_answers(self):
        self.start('tally')
        for name, word in (('checkins-0001', 'checkins-0001'), ('strike-0001', 'strike-0001')):
            share = next(self.file('earlier', name).glob('share-*')).name
            path = 'earlier/%s/%s' % (name, share)
            self.change(path, lambda d: d[:40] + bytes([d[40] ^ 1]) + d[41:], word)
            self.remove(path, word)
            self.remove('earlier/' + name, '')
            self.change('earlier/%s/request' % name, lambda d: d[:-1], word)
        self.change('earlier/strike-0001/links', lambda d: d[:-2] + bytes([d[-2] ^ 1]) + d[-1:], '')

    def test_tally_request(self):
        self.start('tally')
        standing = self.file('standing').read_bytes()

        def added(entries):
            """One more ballot's worth in the first sum."""
            label, point = entries[0]
            more = ristretto.add(ristretto.point_read(point), ristretto.point_read(entries[1][1]))
            return [(label, ristretto.encode(more)), *entries[1:]]
        self.change('request', self.entries(added), 'request is refused', 'points', 'labelled')
        self.change('request', self.entries(lambda e: e[1:]), 'points')
        self.change('request', self.entries(lambda e: [(e[0][0], e[1][1]), (e[1][0], e[0][1]),
                                                       *e[2:]]), 'points')
        self.change('request', self.entries(lambda e: [*e, ((9, 9, 9), e[0][1])]), 'points')
        for change in (standing[32:], standing[:-32] + bytes(32), standing + b'\xff' * 32,
                       standing[:-1], b''):
            self.change('standing', lambda d, c=change: c, 'standing')
        self.remove('standing', 'standing')

    def test_request_under_another_name(self):
        """A tally dressed as a request for check-ins, and the other way round."""
        self.start('tally')
        other = self.request.parent / 'checkins-0009'
        self.request.rename(other)
        done = tabella('trustee', 'decrypt', other, '--index', 1, '--secret',
                       self.election.secret(1), '--passphrase-file', self.election.passphrase)
        self.assertIn('of sums', done.out)      # the name says nothing, the purpose does


class Combining(Base):
    def answered(self, kind, *indexes):
        e = self.at(kind)
        for i in indexes:
            e.decrypt('requests/%s-0001' % kind, i)
        self.path = 'requests/%s-0001' % kind
        return e

    def share(self, index):
        return self.request / ('share-%02d' % index)

    def test_missing_share(self):
        for kind in NAMES.values():
            e = self.answered(kind, 2)
            e.refused('combine', self.path, words=['1 of 2', 'trustee decrypt', kind])
            self.assertFalse((e.folder / 'result.json').exists())
            e.refused('publish', '--out', e.public, words='result')
            self.assertIn(self.path, ' '.join(e.status()['missing']) + self.path * (kind == 'tally'))

    def test_extra_share(self):
        e = self.answered('tally', 1, 2, 3)
        done = e.run('combine', self.path)
        self.assertEqual(done.err, '')
        self.assertEqual(e.result(), self.done.result())
        e.publish()
        self.assertEqual(sorted(p.name for p in (e.public / 'tally-0001').glob('share-*')),
                         ['share-01', 'share-02'])
        self.assertEqual(e.verify().last, 'VALID')

    def test_share_of_nobody(self):
        e = self.answered('tally', 1, 2)
        shutil.copy(self.share(1), self.request / 'share-04')
        shutil.copy(self.share(1), self.request / 'share-00')
        e.run('combine', self.path)
        self.assertEqual(e.result(), self.done.result())

    def test_wrong_share_is_named(self):
        def flip(d):
            return d[:40] + bytes([d[40] ^ 1]) + d[41:]
        for kind in NAMES.values():
            for name, bad in (('flipped', flip), ('cut', lambda d: d[:-1]), ('empty', lambda d: b''),
                              ('long', lambda d: d + b'\0'), ('zeros', lambda d: bytes(len(d)))):
                if kind != 'tally' and name != 'flipped':
                    continue
                with self.subTest(kind, bad=name):
                    e = self.answered(kind, 1, 2)
                    good = self.share(1).read_bytes()
                    self.share(1).write_bytes(bad(good))
                    done = e.refused('combine', self.path,
                                     words=['share-01 of trustee 1 (Trustee One)', '1 of 2'])
                    self.assertNotIn('share-02', done.err)
                    e.decrypt(self.path, 3)             # another is used instead
                    done = e.run('combine', self.path)
                    self.assertIn('share-01 of trustee 1 (Trustee One)', done.err)
                    if kind == 'tally':
                        self.assertEqual(e.result(), self.done.result())

    def test_share_of_another(self):
        """Another trustee's, or one for another request."""
        e = self.answered('tally', 1, 2)
        shutil.copy(self.share(1), self.share(3))
        self.share(1).unlink()
        e.refused('combine', self.path, words=['share-03 of trustee 3 (Trustee Three)', '1 of 2'])
        self.share(3).unlink()
        shutil.copy(next((e.folder / 'requests/checkins-0001').glob('share-01')), self.share(1))
        e.refused('combine', self.path, words='share-01 of trustee 1')

    def test_share_that_cannot_be_read(self):
        e = self.answered('tally', 1, 2)
        self.share(1).unlink()
        self.share(1).mkdir()
        e.refused('combine', self.path, words='share-01')

    def test_twice(self):
        e = self.answered('tally', 1, 2)
        first = e.run('combine', self.path)
        before = (e.folder / 'result.json').read_bytes()
        self.assertEqual(e.run('combine', self.path).out, first.out)
        self.assertEqual((e.folder / 'result.json').read_bytes(), before)
        self.assertIn('PRACTICE', first.out)
        self.assertIn('Duplicates, by the rule lot', first.out)

    def test_request_changed_after_the_answers(self):
        e = self.answered('tally', 1, 2)
        shutil.rmtree(self.request)
        e.refused('combine', self.path, words='tally-0001')


class Turns(Base):
    def test_order(self):
        e = self.at('checkins')
        e.refused('request', 'strike', words=['checkins-0001', 'trustee decrypt', 'combine'])
        e.refused('request', 'checkins', words='not answered')
        e.refused('decide', '--provisional', '4:AAAA', '--accept', '--reason', 'x', words='open')
        e.answer('requests/checkins-0001', (1, 2))
        done = e.run('request', 'checkins')
        self.assertIn('asked for already', done.out)
        e.refused('request', 'strike', words=['decide', self.election.status()['provisionals'][0]])
        e.decide()
        e.refused('request', 'tally', words='request strike')
        e.refused('publish', '--out', e.public, words=['result', 'request tally'])
        self.assertEqual(sorted(p.name for p in (e.folder / 'requests').iterdir()),
                         ['checkins-0001'])

    def test_nothing_to_strike(self):
        e = self.base_without_duplicates()
        done = e.run('request', 'strike')
        self.assertIn('Nothing to strike', done.out)
        self.assertEqual(e.request('strike'), None)
        self.assertFalse((e.folder / 'requests' / 'strike-0001').exists())
        e.ask('tally', (1, 2))
        e.publish()
        self.assertEqual(e.verify().last, 'VALID')

    def base_without_duplicates(self):
        e = self.at('checkins')
        for name in ('requests', 'amendments', 'centre.db'):
            path = e.folder / name
            (shutil.rmtree if path.is_dir() else type(path).unlink)(path)
        e.rehearse([r for r in self.poll.deck.rows if r['kind'] == 'roll'], out='plain')
        e.take(e.root / 'plain')
        e.ask('checkins', (1, 2))
        return e

    def test_decisions(self):
        e = self.at('checkins')
        e.answer('requests/checkins-0001', (1, 2))
        ref = e.status()['provisionals'][0]
        self.assertIn(ref, self.refs)
        for bad in ('1:AAAA-AAAA-AAAA-AAAA-AAAA', 'x', ref[2:], ref + '-0000'):
            e.refused('decide', '--provisional', bad, '--accept', '--reason', 'x', words=[bad])
        e.run('decide', '--provisional', ref.lower(), '--accept', '--reason', 'first')
        e.run('decide', '--provisional', ref, '--reject', '--reason', 'second thoughts')
        self.assertNotIn(ref, e.status()['provisionals'])
        listed = json.loads((e.folder / 'decisions.json').read_text())['decisions']
        self.assertEqual([(d['accepted'], d['reason']) for d in listed],
                         [(False, 'second thoughts')])
        e.decide()
        e.request('strike')
        e.refused('decide', '--provisional', ref, '--accept', '--reason', 'x', words='struck')
        wrong = e.root / 'wrong'
        wrong.write_text('x')
        e.refused('decide', '--key', e.key, '--passphrase-file', wrong, words='passphrase')
        e.signed('decide')
        self.assertTrue((e.folder / 'decisions.json.minisig').exists())

    def test_after_the_tally(self):
        e = self.at('tally')
        for kind in NAMES.values():
            e.refused('request', kind, words=['tally-0001', 'nothing else'])
        e.answer('requests/tally-0001', (1, 3))
        e.refused('request', 'checkins', words='tally-0001')
        e.refused('decide', '--provisional', self.refs[0], '--reject', '--reason', 'x',
                  words='decisions stay')

    def test_publishing(self):
        e = self.at('done')
        e.public.mkdir()
        (e.public / 'letters').write_text('mine')
        e.refused('publish', '--out', e.public, words=['public', 'another folder'])
        self.assertEqual([p.name for p in e.public.iterdir()], ['letters'])
        (e.public / 'letters').unlink()
        e.publish()
        first = {p.relative_to(e.public): p.read_bytes() for p in e.public.rglob('*') if p.is_file()}
        e.publish()
        self.assertEqual({p.relative_to(e.public): p.read_bytes()
                          for p in e.public.rglob('*') if p.is_file()}, first)
        e.refused('publish', '--out', e.passphrase, words=['pass', 'folder'])
        self.assertEqual([p.name for p in e.root.iterdir() if '.tmp' in p.name], [])
        for name in ('terminals', 'roll', 'el'):
            self.assertFalse((e.public / name).exists())

    def test_database_of_another_election(self):
        e, other = self.at('done'), self.base_of_another()
        shutil.copy(other.folder / 'centre.db', e.folder / 'centre.db')
        for args in (['status'], ['import', e.stick], ['request', 'checkins']):
            e.refused(*args, words=['centre.db', 'another election'])
        (e.folder / 'centre.db').write_bytes(b'no database at all' * 100)
        e.refused('status', words='centre.db')
        (e.folder / 'centre.db').unlink()
        (e.folder / 'centre.db').mkdir()
        e.refused('status', words='centre.db')

    def base_of_another(self):
        other = self.asked['checkins'].copy()
        self.addCleanup(other.remove)
        shutil.rmtree(other.base / 'practice')
        other.folder = other.base
        other.roll(self.poll.deck.roll).seal().run('status')
        return other


if __name__ == '__main__':
    sys.exit(tap.main())
