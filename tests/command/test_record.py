# SPDX-License-Identifier: GPL-3.0-or-later
"""The public record: its verdicts, challenged ballots, words for every file, stock minisign."""
import json
import re
import shutil
import subprocess
import sys
import unittest

import tap
from poll import Poll
from tabella import hkid, refused, tabella
from tabella2 import batch, receipts, texts
from tabella2.manifest import Manifest

PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (3, 'combined'), (4, 'combined'),
          (4, 'spare')]
LOST = 5


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.poll = poll = Poll(PLACES, min_unit=1)
        cls.base = e = poll.election
        cls.addClassCleanup(e.remove)
        deck = poll.deck
        for station, challenges in ((1, 0), (1, 2), (1, 1), (2, 1), (3, 0), (4, 0)):
            deck.visit(deck.enter(station, 'full'), challenges=challenges)
        double = deck.enter(1, 'full')
        deck.visit(double)
        deck.visit(double, kind='provisional')
        poll.seal()
        e.run('package', '--out', e.root / 'package')
        e.rehearse(deck.rows, lost=[LOST])
        e.signed('amend', 'ended', '--terminal', LOST, '--batch', 1, '--text', 'Lost')
        e.take()
        e.ask('checkins')
        e.ask('checkins')
        e.decide()
        e.signed('decide')
        e.ask('strike', (1, 3))
        e.ask('tally', (2, 3))
        e.publish()
        cls.manifest = Manifest((e.public / 'manifest.json').read_bytes())

    def setUp(self):
        self.election = self.base
        self.public = self.base.public

    def copy(self):
        self.election = e = self.base.copy()
        self.addCleanup(e.remove)
        self.public = e.public
        return e

    def challenged(self, terminal):
        path = next(self.public.glob('terminal-%03d/*/ballots' % terminal))
        b = batch.Batch(path.read_bytes(), self.manifest.he, False, self.manifest.election.styles)
        return b.challenged

    def challenge_text(self, terminal, record, **change):
        record = record._replace(**change)
        return receipts.write_challenge(self.manifest.he, terminal, record.style, record.ticket,
                                        record.attempt, record.seed, record.selections)


class Verify(Base):
    LINE = re.compile(r'^ ?(\d+) +(ok|FAILED|not run) ')

    def verdict(self, code, *args, folder=None, key=True):
        """(verdict, {check: ok}) of a run that must end with this status."""
        key = ['--key', self.election.pub] if key else []
        done = tabella('verify', folder or self.public, *key, *args, code=code)
        checks = {}
        for line in done.out.splitlines():
            found = self.LINE.match(line)
            if found:
                checks[int(found[1])] = found[2]
        self.assertEqual(sorted(checks), list(range(1, 18)), done)
        as_json = tabella('verify', folder or self.public, *key, *args, '--json', code=code).json
        self.assertEqual(as_json['verdict'], done.last)
        self.assertEqual({c['check']: 'ok' if c['passed'] else 'FAILED' if c['ran'] else 'not run'
                          for c in as_json['checks']}, checks)
        return done.last, checks, done

    def test_valid(self):
        last, checks, done = self.verdict(0)
        self.assertEqual(last, 'VALID')
        self.assertEqual(set(checks.values()), {'ok'})
        self.assertIn('PRACTICE election', done.out.splitlines())
        self.assertLess(done.out.index('PRACTICE election'), done.out.rindex('VALID'))

    def test_without_the_key(self):
        last, checks, _ = self.verdict(3, key=False)
        self.assertEqual(last, 'CONSISTENT')
        self.assertEqual(set(checks.values()), {'ok'})

    def test_another_key(self):
        e = self.copy()
        e.make_key()
        last, checks, done = self.verdict(1)
        self.assertEqual((last, checks[1]), ('INVALID', 'FAILED'))
        self.assertEqual([n for n, how in checks.items() if how == 'FAILED'], [1], done)

    def test_bad_key_files(self):
        e = self.copy()
        for bad in (b'', b'hello\n', e.key.with_suffix('.key').read_bytes(), b'\xff' * 90):
            e.pub.write_bytes(bad)
            refused('verify', e.public, '--key', e.pub, words=['organisers.pub', 'public key'])
        refused('verify', e.public, '--key', e.root / 'none', words='none')

    def test_nothing_there(self):
        e = self.copy()
        refused('verify', e.root / 'nowhere', words='nowhere')
        refused('verify', e.passphrase, words='pass')
        empty = e.root / 'empty'
        empty.mkdir()
        done = tabella('verify', empty, '--key', e.pub, code=1)
        self.assertTrue(done.last == 'INVALID' or 'empty' in done.err, done)

    def test_every_file_matters(self):
        """Whatever is cut, changed, emptied or taken out of the record, it is not VALID."""
        e = self.copy()
        kept = e.root / 'kept'
        shutil.copytree(self.public, kept)
        files = [p.relative_to(kept) for p in sorted(kept.rglob('*')) if p.is_file()]
        self.assertGreater(len(files), 25)
        seen = set()
        for number, name in enumerate(files):
            path = self.public / name
            good = path.read_bytes()
            change = [lambda d: d[:-1], lambda d: d[:len(d) // 2] + bytes([d[len(d) // 2] ^ 1]) +
                      d[len(d) // 2 + 1:], lambda d: b'', None][number % 4]
            for how in (change, lambda d: b'') if name.suffix == '.minisig' else (change,):
                if how is None:
                    path.unlink()
                else:
                    path.write_bytes(how(good))
                done = tabella('verify', self.public, '--key', e.pub, code=None)
                with self.subTest(str(name), how=number % 4):
                    self.assertEqual(done.code, 1, done)
                    self.assertEqual(done.last, 'INVALID', done)
                seen |= {int(n) for n in re.findall(r'^ ?(\d+) +FAILED', done.out, re.M)}
                path.write_bytes(good)
        self.assertLessEqual({1, 2, 4, 5, 13, 15}, seen)
        self.assertEqual(self.verdict(0)[0], 'VALID')

    def test_result_is_checked(self):
        self.copy()
        path = self.public / 'result.json'
        result = json.loads(path.read_text())
        result['contests'][0]['options'][0]['count'] += 1
        path.write_text(json.dumps(result))
        last, checks, _ = self.verdict(1)
        self.assertEqual((last, checks[16]), ('INVALID', 'FAILED'))

    def test_receipts(self):
        e = self.copy()
        path = e.root / 'receipts'
        batch_text = (e.batch(1) / 'receipt.txt').read_text().strip()
        cast = self.cast(1)[0]
        voter = receipts.write_voter(self.manifest.he, 1, cast.code, cast.signature)
        path.write_text('\n'.join((batch_text, voter, 'https://example.org/r#' + voter)) + '\n')
        last, checks, _ = self.verdict(0, '--receipts', path)
        self.assertEqual((last, checks[17]), ('VALID', 'ok'))
        other = receipts.write_voter(self.manifest.he, 1, bytes(32), cast.signature)
        for bad in (other, batch_text[:-1], 'hello', ''):
            path.write_text(bad + '\n')
            last, checks, done = self.verdict(1 if bad else 0, '--receipts', path)
            self.assertEqual(checks[17], 'FAILED' if bad else 'ok', done)
        refused('verify', e.public, '--key', e.pub, '--receipts', e.root / 'none', words='none')
        path.write_bytes(b'')
        self.verdict(0, '--receipts', path)

    def cast(self, terminal):
        path = next(self.public.glob('terminal-%03d/*/ballots' % terminal))
        return batch.Batch(path.read_bytes(), self.manifest.he, False,
                           self.manifest.election.styles).cast


class Challenges(Base):
    def ask(self, text):
        return tabella('verify-challenge', text, '--manifest', self.public / 'manifest.json')

    def test_recomputed(self):
        """Every challenged ballot in the record: its code and what was chosen."""
        for terminal in (1, 3):
            for record in self.challenged(terminal):
                text = self.challenge_text(terminal, record)
                done = self.ask(text)
                self.assertIn(texts.short_code(record.code).replace(' ', '-'), done.out)
                self.assertIn(record.code.hex(), done.out)
                out = tabella('verify-challenge', text, '--manifest',
                              self.public / 'manifest.json', '--json').json
                self.assertEqual(out['code'], record.code.hex())
                self.assertEqual(out['selections'], self.words(record))

    def words(self, record):
        style = self.poll.draft['styles'][record.style]
        contests = {c['id']: c for c in self.poll.draft['contests']}
        out, at = {}, 0
        for name in style['contests']:
            options = contests[name]['options']
            chosen = record.selections[at:at + len(options)]
            at += len(options)
            out[name] = [o['id'] for o, on in zip(options, chosen) if on]
        return out

    def test_changed(self):
        """Another seed, choice, ticket or attempt is another ballot; what cannot be is refused."""
        record = self.challenged(1)[0]
        good = self.ask(self.challenge_text(1, record)).out
        other = bytes(b ^ 1 if i == 0 else b for i, b in enumerate(record.selections))
        if other[:4].count(1) > 1:
            other = bytes(4) + other[4:]
        for change in ({'seed': bytes(32)}, {'ticket': bytes(16)}, {'selections': other},
                       {'attempt': (record.attempt + 1) % 3}):
            done = self.ask(self.challenge_text(1, record, **change))
            self.assertNotIn(record.code.hex(), done.out, change)
            self.assertNotEqual(done.out, good)
        self.assertNotIn(record.code.hex(), self.ask(self.challenge_text(3, record)).out)

    def test_refused(self):
        record = self.challenged(1)[0]
        text = self.challenge_text(1, record)
        manifest = ['--manifest', self.public / 'manifest.json']
        bad = [text[:-1], text + 'A', text.lower(), text[:30], 'TC1.', 'TB1' + text[3:], '', 'hello',
               text[:9] + '1' + text[10:], self.challenge_text(77, record),
               self.challenge_text(1, record, attempt=3), self.challenge_text(1, record, style=9),
               self.challenge_text(1, record, selections=b'\1' * len(record.selections)),
               receipts.write_challenge(bytes(32), 1, record.style, record.ticket, record.attempt,
                                        record.seed, record.selections)]
        for one in bad:
            with self.subTest(one):
                refused('verify-challenge', one, *manifest)
        e = self.copy()
        refused('verify-challenge', text, '--manifest', e.root / 'none', words='none')
        path = self.public / 'manifest.json'
        path.write_bytes(path.read_bytes()[:-9])
        refused('verify-challenge', text, '--manifest', path, words='manifest.json')


class Show(Base):
    # What it is called, and where one is.
    FILES = [('ballots of a batch', 'stick', 'terminal-001/batch-0001/ballots'),
             ('check-ins', 'stick', 'terminal-002/batch-0001/checkins'),
             ('safety copy', 'stick', 'terminal-005/batch-0001/sealed'),
             ('slice', 'roll', '*.slice'), ('keys', 'roll', '001.keys'),
             ('passphrase', 'root', 'secret-1'),
             ('request', 'requests', 'tally-0001/request'),
             ('request', 'requests', 'strike-0001/request'),
             ('share', 'requests', 'tally-0001/share-02'),
             ('manifest', 'folder', 'manifest.json'), ('draft', 'folder', 'election.json'),
             ('result', 'folder', 'result.json'), ('decisions', 'folder', 'decisions.json'),
             ('amendment', 'folder', 'amendments/0001.json'),
             ('amendment', 'folder', 'amendments/0001.txt'),
             ('round 1', 'folder', 'ceremony/r1-01.json'),
             ('round 2', 'folder', 'ceremony/r2-01.json'),
             ('round 3', 'folder', 'ceremony/r3-01.json'),
             ('round 4', 'folder', 'ceremony/r4-01.json'),
             ('terminal', 'folder', 'terminals/001.json'),
             ('batch receipt', 'stick', 'terminal-001/batch-0001/receipt.txt'),
             ('signature', 'folder', 'manifest.json.minisig'),
             ('public key', 'root', 'organisers.pub'), ('secret key', 'root', 'organisers.key'),
             ('links', 'requests', 'strike-0001/links'),
             ('codes', 'requests', 'tally-0001/standing')]

    def find(self, place, pattern):
        e = self.base
        root = {'stick': e.stick, 'roll': e.folder / 'roll', 'requests': e.folder / 'requests',
                'folder': e.folder, 'root': e.root}[place]
        return next(root.glob(pattern))

    def test_every_kind(self):
        for word, place, pattern in self.FILES:
            path = self.find(place, pattern)
            with self.subTest(pattern):
                done = tabella('show', path)
                self.assertIn(word, done.out.splitlines()[0])
                out = tabella('show', path, '--json').json
                self.assertTrue(any(word in str(v) for v in out.values()), out)

    def test_numbers(self):
        header = batch.read_header((self.base.batch(1) / 'ballots').read_bytes())
        out = tabella('show', self.base.batch(1) / 'ballots', '--json').json
        self.assertEqual((out['terminal'], out['number'], out['cast'], out['challenged'],
                          out['mode'], out['kind'], out['election']),
                         (1, 1, header.cast, header.challenged, 'practice', 'final',
                          header.he.hex()))
        out = tabella('show', self.base.folder / 'requests/tally-0001/share-03', '--json').json
        self.assertEqual(int(out['trustee']), 3)

    def test_texts(self):
        record = self.challenged(1)[0]
        for text, word in ((self.challenge_text(1, record), 'verify-challenge'),
                           (receipts.write_commitment(bytes(32), self.manifest.he, 1, record.code),
                            texts.short_code(record.code).replace(' ', '-')),
                           ('https://example.org/#' + receipts.write_voter(
                               self.manifest.he, 4, record.code, bytes(64)), 'terminal'),
                           ((self.base.folder / 'amendments/0001.txt').read_text().strip(),
                            'amendment')):
            self.assertIn(word, tabella('show', text).out)

    def test_nothing_of_ours(self):
        e = self.copy()
        for content in (b'', b'hello', b'{}', b'[]', b'\0' * 200, b'TABATCH1', hkid(1).encode(),
                        b'{"a": {"b": 1}}', b'\xff\xfe'):
            path = e.root / 'thing'
            path.write_bytes(content)
            with self.subTest(content):
                refused('show', path, words='thing')
        refused('show', e.root / 'none', words='none')
        refused('show', e.root, words='ordinary file')


class Minisign(Base):
    """The stock program agrees with every signature in the folder."""

    def check(self, path, *key):
        done = subprocess.run(['minisign', '-V', '-m', path, '-x', '%s.minisig' % path, *key],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, (path, done.stdout, done.stderr))
        return done.stdout

    def batch_key(self, terminal):
        """A terminal's key in the form in which minisign takes it."""
        import base64
        from tabella2.minisign import batch_key_id
        key = self.manifest.terminals[terminal].batch_key
        return base64.b64encode(b'Ed' + batch_key_id(key) + key).decode()

    def test_every_signature(self):
        e, count = self.base, {'organisers': 0, 'terminal': 0}
        for path in sorted(e.root.rglob('*.minisig')):
            signed = path.with_suffix('')
            found = re.search(r'terminal-(\d+)', str(path.relative_to(e.root)))
            if found:
                self.check(signed, '-P', self.batch_key(int(found[1])))
                count['terminal'] += 1
            else:
                out = self.check(signed, '-p', e.pub)
                count['organisers'] += 1
                if signed.name == 'manifest.json':
                    self.assertIn('tabella manifest election=%s' % self.manifest.he[:8].hex(), out)
        self.assertGreaterEqual(count['organisers'], 8, count)
        self.assertGreaterEqual(count['terminal'], 12, count)

    def test_stock_key(self):
        """`tabella key new` and `minisign -S` understand each other."""
        e = self.copy()
        e.key = e.root / 'real'
        e.pub = e.root / 'real.pub'
        e.folder = e.base
        e.run('key', 'new', e.key, '--passphrase-file', e.passphrase)
        self.assertEqual((e.root / 'real.key').stat().st_mode & 0o777, 0o600)
        thing = e.root / 'thing'
        thing.write_text('to be signed')
        done = subprocess.run(['minisign', '-S', '-s', e.root / 'real.key', '-m', thing],
                              input=e.passphrase.read_text(), text=True, capture_output=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(thing, '-p', e.pub)


if __name__ == '__main__':
    sys.exit(tap.main())
