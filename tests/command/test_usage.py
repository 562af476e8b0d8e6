# SPDX-License-Identifier: GPL-3.0-or-later
"""What every verb has: help, usage errors, JSON, passphrases without a terminal."""
import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import unittest

import tap
from tabella import PASSPHRASE, PROGRAM, Election, deck_text, hkid, refused, roll_text, tabella

VERBS = ('new check trustee key enrol roll seal package amend import receipts status decide request '
         'combine publish verify verify-challenge show rehearse').split()
STEPS = 'init open deal accept check decrypt restart'.split()

# Verb and arguments that are one short of what it needs.
SHORT = ['new', 'trustee', 'trustee init --index 1 --secret s --passphrase-file pass',
         'trustee init --name N --index 1', 'trustee init --name N --secret s',
         'trustee decrypt --index 1 --secret s', 'key', 'key new', 'key old f', 'enrol',
         'enrol --station causeway-bay --role booth', 'enrol f --station causeway-bay',
         'enrol f --role booth', 'roll', 'seal', 'seal --practice', 'package', 'amend',
         'amend --key k', 'import', 'receipts', 'decide', 'decide --provisional r --reason x',
         'decide --provisional r --accept', 'decide --provisional r --accept --reject --reason x',
         'request', 'request everything', 'combine', 'publish', 'verify', 'verify-challenge x',
         'verify-challenge --manifest m', 'show', 'rehearse', 'rehearse deck.csv',
         'rehearse --enrol 3', 'rehearse deck.csv --enrol 3 --stations 1']
TOO_MANY = ['new a b', 'check a', 'key new a b', 'roll a b', 'seal a --key k', 'package a --out b',
            'status a', 'request tally a', 'combine a b', 'publish a --out b', 'verify a b',
            'verify-challenge a b --manifest m', 'show a b', 'trustee restart a',
            'trustee check a --index 1 --secret s', 'rehearse a b --out c']
WRONG = ['trustee init --index 0 --name N --secret s', 'trustee init --index x --secret s',
         'trustee init --index 33 --name N --secret s', 'enrol f --station causeway-bay --role clerk',
         'enrol --remove 70000', 'rehearse --enrol 41 --stations 4', 'rehearse --enrol 3 --stations 9',
         'rehearse d --out o --lost x', 'rehearse --stations 2 --booths 1 --enrol 1']


class Usage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.election = Election().new()
        cls.addClassCleanup(cls.election.remove)

    def test_help_lists_the_verbs(self):
        done = tabella('--help')
        self.assertEqual(re.findall(r'^  ([a-z-]+) ', done.out, re.M), VERBS)
        self.assertEqual(tabella('-h').out, done.out)

    def test_every_verb_has_help(self):
        for verb in VERBS + ['trustee ' + s for s in STEPS]:
            with self.subTest(verb):
                done = tabella(*verb.split(), '--help', cwd=self.election.root)
                self.assertIn('tabella ' + verb, done.out)
                self.assertEqual(done.err, '')
                self.assertGreater(len(done.out.splitlines()), 2)

    def usage_error(self, arguments):
        done = self.election.run(*arguments.split(), code=2)
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 1, done)
        self.assertRegex(lines[0], r'^tabella: .{12,}; see `tabella [a-z-]+ --help`$')
        self.assertIn(arguments.split()[0] + ': ', lines[0])
        self.assertEqual(done.out, '', done)

    def test_unknown_option(self):
        for verb in VERBS + ['trustee ' + s for s in STEPS]:
            with self.subTest(verb):
                self.usage_error(verb + ' --frobnicate')

    def test_missing_argument(self):
        for arguments in SHORT:
            with self.subTest(arguments):
                self.usage_error(arguments)

    def test_too_many_arguments(self):
        for arguments in TOO_MANY:
            with self.subTest(arguments):
                self.usage_error(arguments)

    def test_wrong_values(self):
        for arguments in WRONG:
            with self.subTest(arguments):
                self.usage_error(arguments)

    def test_no_verb(self):
        for args, word in ((), 'no verb'), (('frobnicate',), "'frobnicate'"), (('-C',), 'folder'):
            done = tabella(*args, code=2)
            self.assertIn(word, done.err)
            self.assertIn('tabella --help', done.err)

    def test_folder_option(self):
        e = self.election
        tabella('-C', e.root, '-C', 'el', 'check')
        for verb in VERBS:
            refused('-C', e.root / 'nowhere', verb, words=['nowhere', 'existing folder'])
        refused('-C', e.root / 'el' / 'election.json', 'check', words='existing folder')

    def test_no_election_folder(self):
        with tempfile.TemporaryDirectory() as empty:
            for verb, word in (('check', 'tabella new'), ('roll x', 'tabella new'),
                               ('rehearse --enrol 1 --stations 1', 'tabella new'),
                               ('package --out o', 'not sealed'), ('import .', 'not sealed'),
                               ('status', 'not sealed'), ('request tally', 'not sealed'),
                               ('receipts r', 'not sealed'), ('publish --out o', 'not sealed')):
                with self.subTest(verb):
                    refused('-C', empty, *verb.split(), words=word)
            self.assertEqual(os.listdir(empty), [])

    def test_full_output(self):
        """A result that did not reach its file is no success."""
        with open('/dev/full', 'w', encoding='ascii') as full:
            process = subprocess.run([PROGRAM, '-C', self.election.folder, 'check'], stdout=full,
                                     stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                                     check=False)
        self.assertEqual(process.returncode, 1)
        self.assertIn('standard output', process.stderr)


    def test_nothing_that_a_terminal_would_obey(self):
        """Whatever a stranger's file or an argument holds, no control character is printed."""
        e = self.election.copy()
        self.addCleanup(e.remove)
        e.enrol([('mong-kok', 'combined')])
        nasty = '\x1b[2Jnasty\x07\x9b31m'
        table = e.root / 'nasty.csv'
        table.write_text('id,name,style,station\n%s,a,%s,%s\n' % (hkid(1), nasty, nasty))
        thing = e.root / ('thing' + nasty)
        thing.write_text(json.dumps({'round': 1, 'signing_key': nasty, 'name': nasty}))
        for args in (['-C', e.folder, 'roll', table], ['show', thing], ['show', nasty],
                     [nasty], ['check', nasty], ['-C', nasty, 'check'], ['show', '--' + nasty],
                     ['-C', e.folder, 'enrol', thing, '--station', nasty, '--role', 'booth'],
                     ['-C', e.folder, 'enrol', thing, '--station', 'mong-kok', '--role', nasty],
                     ['verify', nasty], ['trustee', nasty], ['-C', e.folder, 'request', nasty]):
            with self.subTest(args):
                done = tabella(*args, code=None)
                self.assertNotRegex(done.out + done.err, '[\x00-\x08\x0b-\x1f\x7f-\x9f]')
                self.assertIn('nasty', done.out + done.err)


class Passphrases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.election = Election().new().make_key().ceremony()
        cls.addClassCleanup(cls.election.remove)
        cls.election.enrol([('causeway-bay', 'combined')])
        cls.election.roll([])
        cls.election.seal()

    def asking(self):
        """Every run that wants a passphrase."""
        e = self.election
        secret = e.root / 'new-secret'
        name = e.names()[0]
        rolls = e.root / 'roll.csv'
        for step in ('init', 'open', 'deal', 'accept', 'check'):
            more = ['--name', name] if step == 'init' else []
            path = secret if step == 'init' else e.secret(1)
            yield e.base, ['trustee', step, '--index', 1, '--secret', path, *more]
        yield e.folder, ['trustee', 'decrypt', 'requests/checkins-0001', '--index', 1, '--secret',
                         e.secret(1)]
        yield e.base, ['key', 'new', e.root / 'another']
        yield e.base, ['roll', rolls, '--keep-key', e.root / 'kept']
        yield e.base, ['seal', '--practice', '--key', e.key]
        yield e.folder, ['amend', 'revoked', '--terminal', 1, '--key', e.key]
        yield e.folder, ['decide', '--key', e.key]

    def test_no_terminal(self):
        """Without a file and a terminal it ends, and says what to give."""
        before = self.tree()
        for folder, args in self.asking():
            with self.subTest(args[:2]):
                refused('-C', folder, *args, words=['--passphrase-file FILE', 'passphrase'],
                        timeout=10)
        self.assertEqual(self.tree(), before)

    def tree(self):
        return {p: p.stat().st_mtime_ns for p in self.election.root.rglob('*')
                if p.is_file() and p.name != 'centre.db'}

    def test_bad_files(self):
        e = self.election
        bad = {'missing': None, 'empty': b'', 'newline': b'\n', 'zero': b'a\0b\n',
               'long': b'x' * 2000, 'folder': 'folder'}
        for name, content in bad.items():
            path = e.root / ('pass-' + name)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif content:
                path.mkdir()
            for folder, args in self.asking():
                with self.subTest(name, args=args[:2]):
                    done = refused('-C', folder, *args, '--passphrase-file', path,
                                   words='passphrase')
                    self.assertTrue('empty' in done.err or str(path) in done.err, done)

    def test_final_newline_is_dropped(self):
        e = self.election
        for content in (PASSPHRASE, PASSPHRASE + '\n'):
            path = e.root / 'other-form'
            path.write_text(content)
            e.trustee('check', 1, passphrase=path)
        path.write_text(PASSPHRASE + '\n\n')
        e.trustee('check', 1, passphrase=path, code=1)

    def typed(self, args, *answers):
        """(status, all that was printed) of a run on a terminal where somebody types."""
        answers = [a.encode() for a in answers]
        pid, fd = pty.fork()
        if pid == 0:
            os.execv(PROGRAM, [PROGRAM, *map(str, args)])
        out, at = b'', 0
        while True:
            self.assertTrue(select.select([fd], [], [], 20)[0], 'it hangs after %s' % out)
            try:
                out += os.read(fd, 4096)
            except OSError:     # the other end is closed
                break
            if answers and re.search(rb': \s*$', out[at:]):
                at = len(out)
                os.write(fd, answers.pop(0) + b'\n')
        os.close(fd)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode()

    def test_typed_on_a_terminal(self):
        e = self.election
        check = ['-C', e.base, 'trustee', 'check', '--index', 2, '--secret', e.secret(2)]
        code, out = self.typed(check, PASSPHRASE)
        self.assertEqual(code, 0, out)
        self.assertNotIn(PASSPHRASE, out)
        code, out = self.typed(check, 'something else')
        self.assertEqual(code, 1, out)
        self.assertIn('passphrase', out)
        keep = ['-C', e.base, 'key', 'new', e.root / 'typed']
        code, out = self.typed(keep, 'one thing', 'another thing')
        self.assertEqual(code, 1, out)
        self.assertIn('differ', out)
        self.assertFalse((e.root / 'typed.key').exists())


    def test_progress_on_a_terminal(self):
        e = self.election
        rows = [{'id': hkid(i), 'name': 'V', 'style': 'all', 'station': 'mong-kok'}
                for i in range(20000)]
        path = e.root / 'long.csv'
        path.write_text(roll_text(rows))
        code, out = self.typed(['-C', e.base, 'roll', path])
        self.assertEqual(code, 0, out)
        self.assertRegex(out, r'roll +100 %')
        self.assertEqual(e.folder.parent, e.base)
        self.assertEqual(tabella('-C', e.base, 'roll', path).err, '')


class Json(unittest.TestCase):
    """A small election with --json everywhere: standard output is one JSON value, and no more."""

    def test_every_verb(self):
        e = Election()
        self.addCleanup(e.remove)
        self.election, self.seen = e, set()
        e.passphrase.write_text(PASSPHRASE)
        secret = ['--passphrase-file', e.passphrase]
        self.go('-C', e.root, 'new', 'el')
        self.assertEqual(self.at('check')['problems'], [])
        for step in ('init', 'open', 'deal', 'accept', 'check'):
            for i, name in enumerate(e.names(), 1):
                self.at('trustee', step, '--index', i, '--secret', e.secret(i), *secret,
                        *(['--name', name] if step == 'init' else []))
        self.at('key', 'new', e.root / 'slow', *secret)     # the real cost, once
        e.make_key()
        self.assertEqual(self.at('rehearse', '--enrol', 4, '--stations', 2)['terminals'],
                         [1, 2, 3, 4])
        self.at('enrol', '--remove', 4)
        self.at('enrol', '--remove', 3)
        self.at('enrol', '--remove', 2)
        self.at('enrol', '--remove', 1)
        e.enrol([('causeway-bay', 'combined'), ('mong-kok', 'desk'), ('mong-kok', 'booth'),
                 ('mong-kok', 'spare')])
        rows = [{'id': hkid(i), 'name': 'Voter', 'style': 'all', 'station': s}
                for i, s in enumerate(['causeway-bay', 'mong-kok'] * 3)]
        (e.root / 'roll.csv').write_text(roll_text(rows))
        self.assertEqual(self.at('roll', '../roll.csv')['voters'], 6)
        self.assertEqual(self.at('seal', '--practice', '--key', e.key, *secret)['mode'], 'practice')
        e.folder = e.base / 'practice'
        self.at('package', '--out', e.root / 'package')
        self.poll(rows)
        self.count(secret)
        self.assertEqual(self.seen, set(VERBS))

    def go(self, *args, code=0):
        done = tabella(*args, '--json', code=code)
        self.seen.add(args[2])
        self.assertEqual(done.err, '', done)
        return done.json

    def at(self, *args, **more):
        return self.go('-C', self.election.folder, *args, **more)

    def poll(self, rows):
        e = self.election
        deck = [{'terminal': 1 + i % 2, 'id': v['id'], 'kind': 'roll', 'action': 'cast',
                 'selections': 'motion-1=students'} for i, v in enumerate(rows)]
        deck.insert(0, {**deck[0], 'action': 'challenge'})
        deck += [{**deck[1], 'kind': 'provisional'}, {**deck[-1], 'kind': 'provisional'}]
        (e.root / 'deck.csv').write_text(deck_text(deck))
        self.at('rehearse', e.root / 'deck.csv', '--out', e.stick)
        batches = self.at('import', e.stick)['batches']
        self.assertEqual([b['cast'] for b in batches], [4, 0, 4])
        receipts = self.at('receipts', *e.stick.glob('*/*/receipt.txt'))['receipts']
        self.assertEqual([r['receipt'] for r in receipts], ['matches'] * 3)

    def count(self, secret):
        e = self.election
        for kind in ('checkins', 'strike', 'tally'):
            path = self.at('request', kind)['request']
            for i in (1, 2):
                self.at('trustee', 'decrypt', path, '--index', i, '--secret', e.secret(i), *secret)
            out = self.at('combine', path)
            status = self.at('status')
            for ref in status['provisionals']:
                self.at('decide', '--provisional', ref, '--reject', '--reason', 'no form')
        self.assertEqual(out, e.result())
        self.assertTrue(status['result'])
        self.at('decide', '--key', e.key, *secret)
        self.at('publish', '--out', e.public)
        self.assertEqual(self.at('verify', e.public, '--key', e.pub)['verdict'], 'VALID')
        self.assertEqual(self.at('verify', e.public, code=3)['verdict'], 'CONSISTENT')
        self.at('show', e.public / 'manifest.json')
        self.at('amend', 'revoked', '--terminal', 1, '--key', e.key, *secret)
        self.at('verify-challenge', self.challenge(), '--manifest', e.public / 'manifest.json')

    def challenge(self):
        from tabella2 import receipts
        from tabella2.batch import Batch
        from tabella2.manifest import Manifest
        m = Manifest((self.election.public / 'manifest.json').read_bytes())
        path = next(self.election.public.glob('terminal-001/*/ballots'))
        batch = Batch(path.read_bytes(), m.he, False, m.election.styles)
        c = batch.challenged[0]
        return receipts.write_challenge(m.he, 1, c.style, c.ticket, c.attempt, c.seed, c.selections)


class Printed(unittest.TestCase):
    """A terminal obeys what a stranger's file says only if it reaches it."""

    def test_escapes_stay_in_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'evil.json')
            with open(path, 'w', encoding='utf-8') as file:
                file.write('{"index": 1, "round": 1, "signing_key": "red\\u001b[2Jline\\u009b1m"}')
            said = tabella('show', path).out
            self.assertIn('red?[2Jline?1m', said)
            self.assertNotRegex(said, '[\x1b\x9b]')


if __name__ == '__main__':
    sys.exit(tap.main())
