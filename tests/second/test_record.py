#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole records: honest ones are valid; each mutation fails the check that is there for it."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

from tabella2 import (amendments, ballot, batch, decryption, ed25519, journal, minisign, receipts,
                      ristretto as r, verifier, world as w)
from tabella2.hashing import election_id, file_digest
from tabella2.world import Rng

HERE = os.path.dirname(os.path.abspath(__file__))
_known = {}


def remembering_workers(he, key, keys, jobs, workers):
    """Each record is worked on once over all tests: most records are the same in most."""
    verifier._shared = (he, key, keys)
    out = []
    for job in jobs:
        name = (he, job[0], job[1], job[2], keys[job[1]].data)
        if name not in _known:
            _known[name] = verifier._work(job)
        out.append(_known[name])
    return out


class Scalars:
    """Nonces of a terminal that reuses them."""

    def __init__(self, seed, same_r=None):
        self._rng, self._same = Rng(seed), same_r or {}

    def r(self, c, o):
        return self._same.get((c, o)) or self._rng.scalar()

    def u(self, c, o, v):
        return self._rng.scalar()

    x = u


class Records(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.old_workers = verifier.run_workers
        verifier.run_workers = remembering_workers
        cls.addClassCleanup(setattr, verifier, 'run_workers', cls.old_workers)
        cls.polled = w.World(1)
        cls.polled.play()
        cls.done = copy.deepcopy(cls.polled)
        cls.done.close()
        cls.done.count()
        cls.files = cls.done.record()
        cls.key = cls.done.public_key_file()

    def verify(self, files, key=None, receipt_lines=()):
        with tempfile.TemporaryDirectory() as folder:
            w.write_tree(folder, files)
            return verifier.Verifier(folder, key or self.key, receipt_lines).run()

    def failing(self, files, **more):
        """The numbers of the failing checks, and their texts."""
        found = self.verify(files, **more)
        bad = {o.number: o.text for o in found.outcomes if not o.ok}
        self.assertEqual(found.verdict == 'INVALID', bool(bad))
        return bad

    def expect(self, files, checks, text='', **more):
        bad = self.failing(files, **more)
        self.assertEqual(sorted(bad), sorted(checks), bad)
        self.assertIn(text, bad[min(checks)])

    def changed(self, **changes):
        """The honest record with files replaced, or removed by None."""
        files = dict(self.files)
        for name, data in changes.items():
            self.assertIn(name, files)
            if data is None:
                del files[name]
            else:
                files[name] = data
        return files

    def with_file(self, name, change):
        """The honest record with change(bytes) in one file."""
        self.assertIn(name, self.files)
        data = change(self.files[name])
        self.assertNotEqual(data, self.files[name])
        return {**self.files, name: data}

    def flipped(self, name, place):
        def flip(data):
            out = bytearray(data)
            out[place] ^= 1
            return bytes(out)
        return self.with_file(name, flip)

    def replayed(self, *, polled=None, closed=None, counted=None):
        """A record from the same poll with a change between two steps."""
        world = copy.deepcopy(self.polled)
        if polled:
            polled(world)
        world.close()
        if closed:
            closed(world)
        world.count()
        if counted:
            counted(world)
        return world.record()

    def resigned(self, index, change, comment=None):
        """A record where a terminal's counted ballots file was changed and signed again."""
        world = copy.deepcopy(self.done)
        terminal = world.terminals[index]
        files = terminal.batches[max(terminal.batches)]
        data = change(files['ballots'])
        files['ballots'] = data
        header = batch.read_header(data)
        files['ballots.minisig'] = minisign.sign(
            terminal.batch_seed, minisign.batch_key_id(ed25519.public_key(terminal.batch_seed)),
            data, comment or batch.trusted_comment(header))
        return world.record()

    def header_changed(self, index, **fields):
        def change(data):
            header = batch.read_header(data)._replace(**fields)
            return batch.HEADER.pack(*header) + data[batch.HEADER.size:]
        return self.resigned(index, change)

    def counts_lie(self, index, **fields):
        """Header and `closed` line agree on counts that are not those of the role."""
        world = copy.deepcopy(self.done)
        data = world.terminals[index].batches[max(world.terminals[index].batches)]['ballots']
        header = batch.read_header(data)._replace(**fields)
        lines = data[172:172 + header.journal_length]
        rest = data[172 + header.journal_length:]
        entries = lines.split(b'\n')[:-1]
        last = json.loads(entries[-1])
        last['counts'] = {'checked_in': header.checked_in, 'cast': header.cast,
                          'challenged': header.challenged}
        entries[-1] = journal.line(last.pop('event'), **last)
        lines = b''.join(e + b'\n' for e in entries)
        header = header._replace(head=journal.chain(world.he, entries),
                                 journal_length=len(lines))
        return self.resigned(index, lambda _: batch.HEADER.pack(*header) + lines + rest)

    # --- verdicts ---

    def test_honest(self):
        found = self.verify(self.files, receipt_lines=self.done.receipt_lines())
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertEqual(found.incidents, [])
        self.assertEqual(found.counts, self.done.counts)
        self.assertTrue(any(g.members for groups in found.groups for g in groups.values()))
        self.assertTrue(found.struck.struck)
        self.assertEqual(found.struck.unused, 1)

    def test_counts_are_the_votes(self):
        """The table is what was voted: by station 2's hand-counted part."""
        found = self.verify(self.files)
        council = found.counts[1, 1]
        self.assertEqual(council, [3, 2, 3, 0])

    def test_assigned_rule(self):
        world = w.make('assigned', assigned=True)
        found = self.verify(world.record(), key=world.public_key_file())
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertTrue(found.struck.struck)

    def test_command(self):
        """The two programs by their exit codes and last lines."""
        with tempfile.TemporaryDirectory() as folder:
            record, lines = os.path.join(folder, 'record'), os.path.join(folder, 'receipts')
            env = {**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}

            def run(program, *args):
                return subprocess.run([sys.executable, os.path.join(HERE, program), *args],
                                      capture_output=True, text=True, env=env)
            made = run('make_record.py', record, '--receipts', lines, '--seed', '5')
            self.assertEqual(made.returncode, 0, made.stderr)
            pub = os.path.join(record, 'organisers.pub')
            valid = run('verify.py', record, '--key', pub, '--receipts', lines, '--results')
            self.assertEqual((valid.returncode, valid.stdout.split('\n')[-2]), (0, 'VALID'))
            self.assertIn('\nPRACTICE election\n', valid.stdout)
            self.assertEqual(valid.stdout.count('\ncheck '), 16)
            without = run('verify.py', record)
            self.assertEqual((without.returncode, without.stdout.split('\n')[-2]),
                             (3, 'CONSISTENT'))
            os.remove(os.path.join(record, 'result.json'))
            broken = run('verify.py', record, '--key', pub)
            self.assertEqual((broken.returncode, broken.stdout.split('\n')[-2]), (1, 'INVALID'))

    def test_empty_folder(self):
        self.assertEqual(len(self.failing({'nothing': b''})), 16)

    # --- 1 to 4 ---

    def test_1_signature(self):
        other = minisign.write_public_key(b'12345678', ed25519.public_key(b'x' * 32))
        self.expect(self.files, [1], 'not by the key given', key=other)
        signature = minisign.sign(b'x' * 32, self.done.organisers_id, self.done.manifest_bytes, '')
        self.expect({**self.files, 'manifest.json.minisig': signature}, [1], 'does not fit')
        comment = self.done.organisers_sign(self.done.manifest_bytes, 'some manifest')
        self.expect({**self.files, 'manifest.json.minisig': comment}, [1], 'trusted comment')
        self.expect({**self.files, 'organisers.pub': other}, [1], 'organisers.pub')
        self.assertIn(1, self.failing(self.with_file(
            'manifest.json', lambda d: d.replace(b'"min_unit": 4', b'"min_unit": 5'))))

    def sealed_anew(self, tamper):
        world = w.World(1, tamper=tamper)
        world.play()
        world.close()
        world.count()
        return world.record()

    def ceremony_file(self, name, index, change):
        def tamper(manifest):
            value = json.loads(bytes.fromhex(manifest['ceremony'][name][index]))
            change(value)
            manifest['ceremony'][name][index] = w.to_json(value).hex()
        return self.sealed_anew(tamper)

    def test_2_ceremony(self):
        self.expect(self.flipped('ceremony/r3-01.json', 40), [2], 'r3-01')
        self.expect(self.changed(**{'ceremony/r2-02.json': None}), [2], 'r2-02')

        def bad_signature(value):
            text = value['signature']
            value['signature'] = text[:20] + ('1' if text[20] == '0' else '0') + text[21:]
        self.expect(self.ceremony_file('r4', 1, bad_signature), [2], 'trustee 2: the signature')

        def bad_proof(value):
            value['proof'] = value['proof'][:64] + value['proof'][128:192] * 4
        self.expect(self.ceremony_file('r2', 2, bad_proof), [2], 'trustee 3: the proof')

        def bad_hash(value):
            value['commitment'] = '00' * 32
        self.expect(self.ceremony_file('r1', 0, bad_hash), [2], 'trustee 1: the commitments')

    def test_3_keys(self):
        def other_hash(manifest):
            manifest['ceremony']['transcript'] = 'ab' * 32

        def other_key(manifest):
            manifest['ceremony']['k2'] = manifest['ceremony']['k']
        self.expect(self.sealed_anew(other_hash), [3], 'transcript')
        self.expect(self.sealed_anew(other_key), [3], 'k or k2')

    def test_manifest_forms(self):
        """What a manifest may not say; only check 1 speaks of it, the rest cannot run."""
        def official(m):
            m['mode'] = 'official'

        def lane(m):
            m['terminals'][0]['lane'] = [0, 1, 2, 3]

        def overlap(m):
            m['terminals'][0]['lane'] = [0, 1, 2, 3, 4, 5]

        def keys(m):
            m['terminals'][0]['batch_key'] = m['terminals'][0]['ballot_key']

        def small_key(m):
            m['terminals'][0]['batch_key'] = '01' + '00' * 31

        def extra(m):
            m['election']['secret'] = 1

        def two_roots(m):
            m['election']['units'][1]['merge_into'] = None

        def circle(m):
            m['election']['units'] = [{'id': 'central', 'merge_into': 'harbour'},
                                      {'id': 'harbour', 'merge_into': 'central'},
                                      {'id': 'root', 'merge_into': None}]

        def too_many(m):
            m['election']['contests'][0]['max'] = 4

        def no_contest(m):
            m['election']['styles'][1]['contests'] = []

        def spare_lane(m):
            m['terminals'][4]['lane'] = [1]

        def rule(m):
            m['election']['policies']['duplicates'] = 'assigned-then-lot'

        def order(m):
            m['terminals'].reverse()

        def bidi(m):
            m['election']['contests'][0]['options'][0]['text']['en'] = 'ann\u202e'

        def two_lines(m):
            m['election']['stations'][0]['name']['en'] = 'Hall\nPier'

        def no_day(m):
            m['election']['stations'][0]['hours'][0]['day'] = '2031-02-29'

        def backwards(m):
            m['election']['stations'][0]['hours'][0]['close'] = '08:00'

        def script(m):
            m['election']['policies']['receipt_url'] = 'https://a.example/"><script>'

        def letters_with_luhn(m):
            m['election']['ids']['check'] = 'luhn'

        def no_roll_keys(m):
            del m['terminals'][3]['keys']

        def null_roll_keys(m):
            m['terminals'][3]['keys'] = None

        def short_roll_keys(m):
            m['terminals'][3]['keys'] = m['terminals'][3]['keys'][2:]
        for tamper in (official, lane, overlap, keys, small_key, extra, two_roots, circle, too_many,
                       no_contest, spare_lane, rule, order, bidi, two_lines, no_day, backwards,
                       script, letters_with_luhn, no_roll_keys, null_roll_keys,
                       short_roll_keys):
            value = copy.deepcopy(self.done.manifest_json)
            tamper(value)
            data = w.to_json(value)
            comment = 'tabella manifest election=' + election_id(data)[:8].hex()
            bad = self.failing({**self.files, 'manifest.json': data, 'manifest.json.minisig':
                                self.done.organisers_sign(data, comment)})
            self.assertNotIn('signature', bad[1], tamper.__name__)
            self.assertIn(10, bad)

    def test_4_amendments(self):
        self.expect(self.changed(**{'amendments/0001.json.minisig': None}), [4], '0001')
        self.expect(self.with_file('amendments/0001.json',
                                   lambda d: d.replace(b'Rain', b'Snow')), [4], 'amendment 1')
        again = self.done.organisers_sign(self.files['amendments/0001.json'],
                                          amendments.trusted_comment(self.done.he, 2))
        self.expect({**self.files, 'amendments/0001.json.minisig': again}, [4],
                    'trusted comment')

    def test_4_journal_line_of_another_amendment(self):
        def lie(world):
            lines = world.terminals[1].lines
            place = next(i for i, x in enumerate(lines) if b'"amended"' in x)
            lines[place] = lines[place].replace(b'"kind":9', b'"kind":1').replace(
                b'"target":0', b'"target":2')
        self.expect(self.replayed(polled=lie), [4], 'amendment 1 reads otherwise')

        def unknown(world):
            world.terminals[1].log('amended', number=4, kind=9, target=0, value=0)
        self.expect(self.replayed(polled=unknown), [4], 'amendment 4')

    def test_4_amendment_forms(self):
        cases = [(amendments.HOURS, 3, 0, None), (amendments.NOTICE, 1, 0, None),
                 (amendments.REVOKED, 77, 0, None), (amendments.REVOKED, 1, 1, None),
                 (amendments.SPARE, 1, 1 + (1 << 16), None),
                 (amendments.SPARE, 9, 1 + (1 << 16), None),
                 (amendments.SPARE, 9, 2 + (2 << 26) + (1 << 16), None),
                 (amendments.SPARE, 9, 2 + (3 << 26), None),
                 (amendments.SPARE, 9, 2, None), (10, 0, 0, None),
                 (amendments.NOTICE, 0, 0, {'digest': 'ab' * 32}),
                 (amendments.ENDED, 7, 1, {'digest': 'ab'}), (amendments.ADDED, 10, 0, None)]
        for kind, target, value, detail in cases:
            world = copy.deepcopy(self.done)
            world.amend(kind, target, value, None, detail)
            self.assertIn(4, self.failing(world.record()), (kind, target, value))

    def test_4_gap(self):
        files = dict(self.files)
        for end in ('', '.minisig'):
            files['amendments/0005.json' + end] = files['amendments/0003.json' + end]
        self.expect(files, [4], 'numbered')

    # --- 5 to 8 ---

    def test_5_signature(self):
        name = 'terminal-001/batch-0002/ballots'
        self.expect(self.with_file(name + '.minisig',
                                   lambda d: self.files['terminal-004/batch-0003/ballots.minisig']),
                    [5], 'signed by key')
        comment = batch.trusted_comment(batch.read_header(self.files[name]))
        for old, new in (('cast=', 'cast=1'), ('kind=final', 'kind=interim'), ('tabella', 'x'),
                         ('checkins', 'check-ins')):
            self.expect(self.resigned(1, lambda d: d, comment.replace(old, new)), [5],
                        'trusted comment')
        self.expect(self.changed(**{name + '.minisig': None}), [5], 'no signature')

    def test_5_ballot_key_does_not_sign_batches(self):
        world = copy.deepcopy(self.done)
        terminal = world.terminals[1]
        files = terminal.batches[max(terminal.batches)]
        files['ballots.minisig'] = minisign.sign(
            terminal.ballot_seed, minisign.batch_key_id(ed25519.public_key(terminal.batch_seed)),
            files['ballots'], batch.trusted_comment(files['header']))
        self.expect(world.record(), [5], 'does not fit the file')

    def test_6_missing(self):
        files = self.changed(**{'terminal-003/batch-0001/ballots' + end: None
                                for end in ('', '.minisig')})
        self.expect(files, [6], 'terminal 3: no final')

    def test_6_chain_of_copies(self):
        self.expect(self.header_changed(1, previous=bytes(32)), [6], 'previous digest')
        self.expect(self.header_changed(3, previous=b'x' * 32), [6], 'previous digest')

        def renumber(world):
            files = world.terminals[3].batches
            files[2] = files.pop(1)
            header = files[2]['header']._replace(number=2)
            data = batch.HEADER.pack(*header) + files[2]['ballots'][172:]
            files[2].update({'ballots': data, 'header': header,
                             'ballots.minisig': world.terminals[3].sign(data, header)})
        self.expect(self.replayed(closed=renumber), [6], 'batch 2 after 0 copies')

    def test_6_ended(self):
        def never(world):
            world.amendments[1] = world.amendments[1].replace(b'"value": 1', b'"value": 2')
            for t in (1, 5):
                lines = world.terminals[t].lines
                for i, x in enumerate(lines):
                    lines[i] = x.replace(b'"kind":8,"target":2,"value":1',
                                         b'"kind":8,"target":2,"value":2')
        self.expect(self.replayed(polled=never), [6], 'ended at batch 2')

    def test_6_safety_copy_of_a_living_terminal(self):
        def interim(world):
            world.ended[1] = 1
        self.expect(self.replayed(closed=interim), [6], 'not ended')

    def test_6_strangers(self):
        for name in ('terminal-077/batch-0001/ballots', 'terminal-009/batch-0001/ballots',
                     'terminal-001/batch-0001/ballots', 'terminal-001/batch-0002/checkins'):
            files = {**self.files, name: b'?'}
            self.assertIn(6, self.failing(files))

    def test_6_counts_of_roles(self):
        self.expect(self.counts_lie(4, checked_in=1), [6], 'a booth with check-ins')
        self.expect(self.counts_lie(3, state2=1, state1=0), [6], 'state 2 or 3')
        self.expect(self.counts_lie(1, state1=1), [6], 'still given')
        self.expect(self.counts_lie(1, state2=2), [6], 'cast')

    def test_7_journal(self):
        self.expect(self.header_changed(1, head=bytes(32)), [7], 'head')

        def drop(event):
            def change(world):
                lines = world.terminals[1].lines
                lines[:] = [x for x in lines if b'"%s"' % event not in x]
            return change

        def twice(world):
            lines = world.terminals[1].lines
            lines += [x for x in lines if b'zero_report' in x]

        def loaded(world):
            lines = world.terminals[1].lines
            lines[:] = [x.replace(b'"cast":0', b'"cast":1') if b'zero_report' in x else x
                        for x in lines]

        def late_enrolled(world):
            lines = world.terminals[1].lines
            lines[0], lines[1] = lines[1], lines[0]

        def voter(world):
            world.terminals[1].lines.append(b'{"event":"cast","voter":7}')

        def early(world):
            lines = world.terminals[1].lines
            place = next(i for i, x in enumerate(lines) if b'zero_report' in x)
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        for change, text in ((drop(b'zero_report'), '0 zero reports'), (twice, '2 zero reports'),
                             (loaded, 'zero counts'), (late_enrolled, 'enrolled'),
                             (drop(b'opened'), 'never opened'), (voter, 'line'),
                             (early, 'before the zero report')):
            self.expect(self.replayed(polled=change), [7], text)

        def no_end(world):
            terminal = world.terminals[1]
            terminal.lines.pop()
            terminal.finish(world)

        def other_counts(world):
            terminal = world.terminals[1]
            terminal.lines[-1] = terminal.lines[-1].replace(b'"challenged":2', b'"challenged":1')
            terminal.finish(world)
        self.expect(self.replayed(closed=no_end), [7], 'does not end')
        self.expect(self.replayed(closed=other_counts), [7], 'other counts')

    def test_8_forms(self):
        shut = [8, 9, 10, 11, 12, 13, 14, 15, 16]
        self.expect(self.resigned(1, lambda d: d + b'\0'), shut, 'too long')
        self.expect(self.resigned(1, lambda d: d[:-1]), shut, 'ends early')
        self.expect(self.header_changed(1, mode=1), shut, 'mode')
        self.expect(self.header_changed(1, reserved=1), shut, 'reserved')
        self.expect(self.header_changed(1, he=bytes(32)), shut, 'another election')
        self.expect(self.header_changed(1, magic=b'TABATCH2'), shut, 'not a ballots file')

    def test_8_order(self):
        def swap(data):
            h = batch.read_header(data)
            start = batch.HEADER.size + h.journal_length
            parsed = batch.Batch(data, h.he, False, self.done.election.styles)
            sizes = [19 + len(c.body) + 64 for c in parsed.cast]
            first = data[start:start + sizes[0]]
            second = data[start + sizes[0]:start + sizes[0] + sizes[1]]
            return data[:start] + second + first + data[start + len(first + second):]
        bad = self.failing(self.resigned(1, swap))
        self.assertIn('ascending', bad[8])

    def put(self, index, style, votes, scalars, ticket=b'T' * 16, attempt=0, **more):
        """A poll with one more check-in and this body cast on it."""
        def change(world):
            terminal = world.terminals[index]
            hi = ballot.context(world.he, index, style, ticket, attempt)
            body = ballot.prove(hi, world.k, world.contests(style), votes, scalars, **more)
            if terminal.role == 'combined':
                world.check_in(index, 'X%d' % len(terminal.cast), style, state=w.VOTED)
            world.put(index, style, ticket, attempt, body)
        return change

    def test_8_encodings(self):
        def unreduced(world):
            cast = world.terminals[4].cast
            c = cast.pop()
            at = len(c.body) - 32
            s = int.from_bytes(c.body[at:], 'little')
            body = c.body[:at] + (s + r.Q).to_bytes(32, 'little')
            world.put(4, c.style, c.ticket, c.attempt, body)
        bad = self.failing(self.replayed(polled=unreduced))
        self.assertEqual(list(bad), [8], bad)

    def test_8_styles_and_capacity(self):
        def narrow(m):
            m['election']['stations'][1]['styles'] = ['full']
        bad = self.failing(self.sealed_anew(narrow))
        self.assertEqual(list(bad), [8], bad)

        def small(m):
            m['election']['policies']['capacity']['ballots'] = 3
        bad = self.failing(self.sealed_anew(small))
        self.assertEqual(list(bad), [8], bad)

    def test_8_attempts(self):
        bad = self.failing(self.resigned(1, self._attempt_four))
        self.assertIn('attempt 4', bad[8])

    def _attempt_four(self, data):
        h = batch.read_header(data)
        out = bytearray(data)
        out[batch.HEADER.size + h.journal_length + 18] = 4
        return bytes(out)

    # --- 9 to 12 ---

    def test_9_repeated_alpha(self):
        same = {(0, o): 1000 + o for o in range(4)}

        def change(world):
            for ticket in (b'T' * 16, b'U' * 16):
                self.put(4, 1, [1, 0, 0, 0], Scalars(str(ticket), same), ticket)(world)
        self.expect(self.replayed(polled=change), [9], 'twice')

    def test_9_alpha_across_terminals_is_an_incident(self):
        same = {(0, o): 1000 + o for o in range(4)}

        def change(world):
            self.put(4, 1, [1, 0, 0, 0], Scalars(1, same), b'T' * 16)(world)
            self.put(7, 1, [1, 0, 0, 0], Scalars(2, same), b'U' * 16)(world)
        found = self.verify(self.replayed(polled=change))
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertEqual(len(found.incidents), 4)
        self.assertIn('terminals 4 and 7', found.incidents[0])

    def test_10_overvote(self):
        change = self.put(4, 1, [2, 0, 0, 0], Scalars(3), claims={(0, 0): 1})
        bad = self.failing(self.replayed(polled=change))
        self.assertEqual(list(bad), [10], bad)
        self.assertIn('does not hold', bad[10])

    def test_10_ballot_of_another_booth(self):
        """A ballot copied from booth 7, ticket and all, signed by booth 4."""
        def change(world):
            c = world.terminals[7].cast[0]
            world.put(4, c.style, b'T' * 16, 0, c.body)
        found = self.verify(self.replayed(polled=change))
        bad = {o.number for o in found.outcomes if not o.ok}
        self.assertEqual(bad, {10})

    def test_11_challenged(self):
        def other_seed(world):
            records = world.terminals[1].challenged
            records[0] = records[0]._replace(seed=b'x' * 32)

        def other_choice(world):
            records = world.terminals[1].challenged
            records[0] = records[0]._replace(selections=bytes([0, 0, 1, 0, 1, 0, 0]))

        def illegal(world):
            records = world.terminals[1].challenged
            c = records[0]
            hi = ballot.context(world.he, 1, c.style, c.ticket, c.attempt)
            chosen = bytes([1, 1, 1, 0, 0, 0, 0])
            body = ballot.encrypt(hi, world.k, world.contests(c.style), chosen, c.seed)
            records[0] = c._replace(body=body, selections=chosen, code=ballot.code(hi, body))
        for change, text in ((other_seed, 'seed'), (other_choice, 'seed'), (illegal, 'chosen')):
            self.expect(self.replayed(polled=change), [11], text)

    def test_11_attempts(self):
        def forget(world):
            records = world.terminals[1].challenged
            records.remove(next(c for c in records if c.attempt == 0))

        def skip(world):
            self.put(4, 1, [1, 0, 0, 0], Scalars(4), attempt=1)(world)

        def twice(world):
            c = world.terminals[1].challenged[0]
            hi = ballot.context(world.he, 1, c.style, c.ticket, c.attempt)
            body = ballot.encrypt(hi, world.k, world.contests(c.style), c.selections, b'y' * 32)
            world.terminals[1].challenged.append(c._replace(
                seed=b'y' * 32, body=body, code=ballot.code(hi, body)))
        for change in (forget, skip, twice):
            self.expect(self.replayed(polled=change), [11], 'ticket')

    def test_12_signature(self):
        def other(world):
            cast = world.terminals[4].cast
            cast[0] = cast[0]._replace(signature=cast[1].signature)

        def commitment_only(world):
            """What is signed at the commitment does not make a cast ballot."""
            terminal = world.terminals[4]
            c = terminal.cast[0]
            terminal.cast[0] = c._replace(signature=ed25519.sign(
                terminal.ballot_seed, receipts.commitment_message(world.he, c.code)))

        def batch_key(world):
            terminal = world.terminals[4]
            c = terminal.cast[0]
            terminal.cast[0] = c._replace(signature=ed25519.sign(
                terminal.batch_seed, receipts.ballot_message(world.he, c.code)))
        for change in (other, commitment_only, batch_key):
            self.expect(self.replayed(polled=change), [12], 'bad signature')

    # --- 13 to 16 ---

    def test_13_strike_files(self):
        follow = [13, 14, 15, 16]
        for name, place, text in (('strike-0001/links', 40, 'link 1'),
                                  ('strike-0001/links', 0, 'link 1'),
                                  ('strike-0001/tickets', 3, 'ticket 1'),
                                  ('strike-0001/share-01', 2, 'share-01'),
                                  ('strike-0001/share-01', -1, 'share-01'),
                                  ('strike-0001/share-03', 165, 'share-03')):
            self.expect(self.flipped(name, place), follow, text)
        self.expect(self.changed(**{'strike-0001/share-01': None}), follow, 'needed')
        self.expect(self.with_file('strike-0001/links', lambda d: d + d[:114]), follow, 'links')

    def test_13_style_of_a_link(self):
        """Another style makes the link an incident: its ballot stands, so the sums differ."""
        files = self.done.strike_files
        place = next(i for i in range(len(files['tickets']) // 16)
                     if files['tickets'][16 * i:16 * i + 16] in
                     {b.ticket for b in self.done.counted_ballots(self.done.last_batches())})
        bad = self.failing(self.flipped('strike-0001/links', 114 * place + 112))
        self.assertEqual(sorted(bad), [14, 15, 16])

    def test_13_same_point_twice(self):
        files = dict(self.files)
        for name in list(files):
            if name.startswith('strike-0001/'):
                files[name.replace('0001', '0002')] = files[name]
        self.expect(files, [13, 14, 15, 16], 'asked for before')

    def test_13_share_of_another_trustee(self):
        files = dict(self.files)
        files['strike-0001/share-02'] = files.pop('strike-0001/share-01')
        self.expect(files, [13, 14, 15, 16], 'share-02')

    def test_13_nothing_to_strike(self):
        """Without its strike list a record that needed one has other sums."""
        files = {n: d for n, d in self.files.items() if not n.startswith('strike')}
        self.expect(files, [14, 15, 16], 'sums')

    def test_13_extension(self):
        """The strike list in two requests is as good as in one."""
        world = copy.deepcopy(self.done)
        chosen = sorted(world.struck_checkins(world.last_batches()),
                        key=lambda x: (x[0], x[1].link[:32]))
        files = {n: d for n, d in self.files.items() if not n.startswith('strike')}
        for number, part in ((1, chosen[::2]), (2, chosen[1::2])):
            world._strike(part, (2, 3))
            for name, data in world.strike_files.items():
                files['strike-%04d/%s' % (number, name)] = data
        found = self.verify(files)
        self.assertEqual(found.verdict, 'VALID', found.report())

    def test_13_equal_tickets(self):
        """Two cast ballots of one ticket in a station: one stands, and it is named."""
        def change(world):
            for index in (4, 7):
                self.put(index, 1, [1, 0, 0, 0], Scalars(index), b'T' * 16)(world)
        files = self.replayed(polled=change)
        found = self.verify(files)
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertEqual(len(found.struck.lost), 1)
        self.assertIn('2 cast ballots of one ticket', found.incidents[0])

    def test_14_sums(self):
        def drop_one(world):
            world.standing.pop()
            world._tally((1, 2))
        bad = self.failing(self.replayed(counted=drop_one))
        self.assertIn(14, bad)

        def keep_struck(world):
            world.standing = world.counted_ballots(world.last_batches())
            world._tally((1, 2))
        self.assertIn(14, self.failing(self.replayed(counted=keep_struck)))

        def split_small_unit(world):
            world.draft['policies']['min_unit'] = 0
            world.election.min_unit = 0
            world._tally((1, 2))
        self.assertIn(14, self.failing(self.replayed(counted=split_small_unit)))

    def test_14_sums_of_others(self):
        """Only 14: the request itself, shares made for what it should be."""
        bad = self.failing(self.with_file('tally-0001/request', lambda d: d[:-32] + r.encode(
            r.add(r.decode(d[-32:]), r.G))))
        self.assertEqual(sorted(bad), [14])

    def test_15_shares(self):
        for place in (0, -1):
            self.expect(self.flipped('tally-0001/share-02', place), [15, 16], 'share-02')
        self.expect(self.changed(**{'tally-0001/share-02': None}), [15, 16], 'needed')

        def other_digest(world):
            request = decryption.Request.read(world.tally_files['request'], decryption.TALLY)
            digest = request.digest(world.he, bytes(32))
            world.tally_files['share-02'] = world.share(2, request, digest)
        self.expect(self.replayed(counted=other_digest), [15, 16], 'share-02')

    def test_16_result(self):
        def edit(change):
            value = json.loads(self.files['result.json'])
            change(value)
            return {**self.files, 'result.json': w.to_json(value)}

        def one_more(v):
            v['contests'][0]['units'][0]['options'][0]['count'] += 1

        def outer(v):
            v['contests'][0]['options'][0]['count'] += 1

        def swap_labels(v):
            options = v['contests'][1]['options']
            options[0]['id'], options[1]['id'] = options[1]['id'], options[0]['id']

        def election(v):
            v['election'] = '00' * 32

        def mode(v):
            v['mode'] = 'official'

        def rule(v):
            v['duplicates']['rule'] = 'strike-all'

        def struck(v):
            v['duplicates']['struck_ballots'] += 1

        def withheld(v):
            v['contests'][0]['withheld'] = ['harbour']

        def unmerged(v):
            v['contests'][0]['units'][0]['merged'] = []

        def unknown(v):
            v['note'] = ''
        for change in (one_more, outer, swap_labels, election, mode, rule, struck, withheld,
                       unmerged, unknown):
            self.expect(edit(change), [16])
        self.expect(self.changed(**{'result.json': None}), [16], 'result.json')

    def test_16_withheld(self):
        """A root that stays too small is not decrypted, and says so."""
        def high(m):
            m['election']['policies']['min_unit'] = 12
        world = w.World(1, tamper=high)
        world.draft['policies']['min_unit'] = 12
        world.play()
        world.close()
        world.count()
        found = self.verify(world.record())
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertTrue(found.groups[0][0].withheld)
        self.assertFalse(found.groups[1][0].withheld)
        self.assertEqual({label[1] for label in found.sums}, {1})

    # --- exclusion ---

    def test_added_terminal(self):
        def added(world):
            more = w.Terminal(world.rng, 12, 2, 'booth', [])
            more.manifest_role = 'booth'
            world.terminals[12] = more
            world.amend(amendments.ADDED, 12, 0, None, more.manifest_entry())
            world.open(12)
            world.cast(12, world.check_in(3, 'Z600001', 0), 0, [0, 1, 0, 0, 0, 0, 1])
        files = self.replayed(polled=added)
        found = self.verify(files)
        self.assertEqual(found.verdict, 'VALID', found.report())
        self.assertIn(12, found.inspections)
        for end in ('', '.minisig'):
            del files['amendments/0004.json' + end]
        self.assertIn(6, self.failing(files))

    def test_revoked(self):
        def revoke(world):
            world.amend(amendments.REVOKED, 7, 0)
        files = self.replayed(polled=revoke)
        found = self.verify(files)
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED', found.report())
        self.assertLess(len(found.ballots), len(self.done.standing))
        without = {n: d for n, d in files.items() if not n.startswith('terminal-007')}
        self.assertEqual(self.verify(without).verdict, 'VALID WITH 1 EXCLUDED')

    def quarantine(self, world, index):
        """A record whose terminal `index` was put aside."""
        batches = world.last_batches()
        put_aside = batches[index]
        number = put_aside['header'].number
        world.ended[index] = 0
        world.count()
        files = world.record()
        folder = 'quarantine/terminal-%03d/batch-%04d/' % (index, number)
        for name in ('ballots', 'ballots.minisig'):
            files[folder + name] = put_aside[name]
        files[folder + 'reason'] = b'a ballot proof does not hold\n'
        return files

    def test_quarantined(self):
        world = copy.deepcopy(self.polled)
        self.put(7, 1, [2, 0, 0, 0], Scalars(3), claims={(0, 0): 1})(world)
        world.close()
        files = self.quarantine(world, 7)
        found = self.verify(files)
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED', found.report())
        self.assertIn('check 10 fails again', '\n'.join(found.notes))

    def test_quarantined_without_fault(self):
        files = self.quarantine(copy.deepcopy(self.done), 7)
        self.expect(files, [6], 'fails no check')

    def put_aside(self, line, amend=None, bad=False):
        """The record with booth 7's batch in quarantine, whose journal has this `amended` line."""
        world = copy.deepcopy(self.polled)
        world.terminals[7].log('amended', **dict(zip(('number', 'kind', 'target', 'value'), line)))
        if bad:
            self.put(7, 1, [2, 0, 0, 0], Scalars(3), claims={(0, 0): 1})(world)
        world.close()
        if amend:
            world.amend(*amend)
        return self.quarantine(world, 7)

    def test_quarantined_for_an_amendment(self):
        """Organisers who keep an amendment back gain nothing by it."""
        notice = (9, amendments.NOTICE, 0, 0)
        self.expect(self.put_aside(notice), [6], 'names amendment 9')
        otherwise = (3, amendments.REVOKED, 1, 0)        # there is another amendment 3
        self.expect(self.put_aside(otherwise), [6], 'names amendment 3')
        for amend in ((amendments.REVOKED, 7, 0), (amendments.ENDED, 7, 0)):
            found = self.verify(self.put_aside(notice, amend=amend))
            self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED', found.report())
            self.assertIn('names amendment 9', '\n'.join(found.notes))

    def test_quarantined_spare(self):
        """The amendment that made spare 5 a terminal was kept back."""
        files = self.quarantine(copy.deepcopy(self.done), 5)
        for end in ('', '.minisig'):
            del files['amendments/0003.json' + end]
        self.assertIn('quarantined terminal 5 batch 1 fails no check, but names amendment 3',
                      self.failing(files)[6])

    def test_quarantined_for_more_than_an_amendment(self):
        notice = (9, amendments.NOTICE, 0, 0)
        found = self.verify(self.put_aside(notice, bad=True))
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED', found.report())
        self.assertIn('check 10 fails again', '\n'.join(found.notes))
        found = self.verify(self.put_aside((9, amendments.REVOKED, 99, 0)))
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED', found.report())
        self.assertIn('check 4 fails again', '\n'.join(found.notes))

    # --- 17 ---

    def test_17_receipts(self):
        lines = self.done.receipt_lines()
        world = self.done
        ghost = copy.deepcopy(self.polled)
        self.put(4, 1, [1, 0, 0, 0], Scalars(5))(ghost)
        commitment, missing = ghost.receipts[-2:]
        self.expect(self.files, [17], 'is not in the record', receipt_lines=lines + [missing])
        found = self.verify(self.files, receipt_lines=[commitment])
        self.assertEqual((found.verdict, len(found.incidents)), ('VALID', 1))
        self.put(2, 1, [1, 0, 0, 0], Scalars(6))(ghost)
        found = self.verify(self.files, receipt_lines=ghost.receipts[-1:])
        self.assertEqual((found.verdict, len(found.incidents)), ('VALID', 1))
        self.assertIn('ended', found.incidents[0])

        def text(index, **fields):
            terminal = world.terminals[index]
            header = terminal.batches[max(terminal.batches)]['header']._replace(**fields)
            digest = file_digest(terminal.batches[max(terminal.batches)]['ballots'])
            return receipts.write_batch(terminal.ballot_seed, header, digest)
        self.assertEqual(text(1), world.terminals[1].batches[2]['receipt.txt'])
        for line, words in ((text(1, cast=99), 'other counts'), (text(1, number=3), 'no batch 3'),
                            (text(1, number=1, kind=1), 'copy 1'), (text(1, kind=1), 'counts'),
                            (text(4, number=3, challenged=0), 'counts'),
                            (lines[0][:-4] + 'AAAA', 'signature'), ('TB1.AAAA', 'bytes'),
                            ('hello', 'none of the known')):
            self.expect(self.files, [17], words, receipt_lines=[line])
        found = self.verify(self.files, receipt_lines=[text(2, number=2)])
        self.assertEqual((found.verdict, len(found.incidents)), ('VALID', 1))


if __name__ == '__main__':
    unittest.main()
