#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both implementations count the same polls: this one makes the batches and answers for the
trustees, the program imports, strikes, tallies and publishes; what is public must be the same."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import test_record
from tabella2 import (amendments, ballot, decryption as d, receipts, strictjson, texts, verifier,
                      world as w)

PROGRAM = None
CHECKINS, STRIKE, TALLY = d.CHECKINS, d.STRIKE, d.TALLY


def read_tree(folder):
    out = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, 'rb') as f:
                out[os.path.relpath(path, folder)] = f.read()
    return out


class Centre:
    """An election folder on disk and the program that works on it."""

    def __init__(self, test, world, folder):
        self.test, self.world, self.folder = test, world, folder
        self.election = os.path.join(folder, 'election')
        w.write_tree(self.election, world.election_folder())
        w.write_tree(os.path.join(folder, 'sticks'), world.sticks())

    def run(self, *args, status=0):
        done = subprocess.run([PROGRAM, *args], cwd=self.election, capture_output=True, text=True,
                              timeout=120)
        self.test.assertEqual(done.returncode, status, (args, done.stdout, done.stderr))
        return done.stdout

    def answer(self, name, purpose, trustees):
        """Shares by this implementation, over the request that the program wrote."""
        folder = os.path.join(self.election, 'requests', name)

        def read(part):
            with open(os.path.join(folder, part), 'rb') as f:
                return f.read()
        request, standing = d.Request.read(read('request'), purpose), None
        if purpose == TALLY:
            data = read('standing')
            codes = [data[i:i + 32] for i in range(0, len(data), 32)]
            self.test.assertEqual(codes, sorted(codes))
            self.test.assertEqual(codes, sorted(b.code for b in self.world.standing))
            standing = d.codes_hash(self.world.he, codes)
        digest = request.digest(self.world.he, standing)
        w.write_tree(folder, {'share-%02d' % i: self.world.share(i, request, digest)
                              for i in trustees})
        self.run('combine', os.path.join('requests', name))

    def has(self, name):
        return os.path.isdir(os.path.join(self.election, 'requests', name))

    def count(self, import_status=0):
        """The public record as the program writes it."""
        self.run('import', '../sticks', status=import_status)
        for number in (1, 2):
            name = 'checkins-%04d' % number
            self.run('request', 'checkins')
            if self.has(name):
                self.answer(name, CHECKINS, (1, 2))
        self.run('request', 'strike')
        if self.has('strike-0001'):
            self.answer('strike-0001', STRIKE, (1, 3))
        self.run('request', 'tally')
        if self.has('tally-0001'):
            self.answer('tally-0001', TALLY, (2, 3))
        self.run('publish', '--out', '../record')
        return read_tree(os.path.join(self.folder, 'record'))


class Together(unittest.TestCase):
    def world(self, seed, *, change=None, assigned=False, **policies):
        def tamper(manifest):
            manifest['election']['policies'].update(policies)
        world = w.World(seed, assigned=assigned, tamper=tamper)
        world.draft['policies'].update(policies)
        world.play()
        if change:
            change(world)
        world.close()
        world.count()
        return world

    def compare(self, world, import_status=0):
        """Counted by the program and by `world`: the same record; valid to this verifier."""
        with tempfile.TemporaryDirectory() as folder:
            theirs = Centre(self, world, folder).count(import_status)
            ours = world.record()
            for name, data in ours.items():
                self.assertIn(name, theirs)
                if name == 'result.json':
                    self.assertEqual(strictjson.parse(theirs[name]), json.loads(data))
                elif '/share-' not in name and not name.endswith('.minisig'):
                    self.assertEqual(theirs[name], data, name)
            found = verifier.Verifier(os.path.join(folder, 'record'),
                                      world.public_key_file()).run()
            self.assertEqual(found.verdict.split()[0], 'VALID', found.report())
            return found

    def test_lot_and_paper(self):
        self.assertEqual(self.compare(self.world('lot')).struck.unused, 1)

    def test_assigned(self):
        self.compare(self.world('assigned', assigned=True))

    def test_strike_all(self):
        found = self.compare(self.world('all', duplicates='strike-all', paper='yields'))
        self.assertGreaterEqual(len(found.struck.struck), 4)

    def test_paper_yields(self):
        self.compare(self.world('yields', paper='yields'))

    def test_withheld(self):
        found = self.compare(self.world('withheld', min_unit=12))
        self.assertTrue(found.groups[0][0].withheld)

    def test_nothing_decrypted(self):
        self.compare(self.world('nothing', min_unit=100))

    def test_no_minimum(self):
        self.compare(self.world('none', min_unit=0))

    def test_challenges(self):
        """What a challenged voter's QR text says is recomputed to the same code."""
        world = self.world('challenges')
        count = 0
        with tempfile.TemporaryDirectory() as folder:
            w.write_tree(folder, {'manifest.json': world.manifest_bytes})
            for index, terminal in world.terminals.items():
                for c in terminal.challenged:
                    text = receipts.write_challenge(world.he, index, c.style, c.ticket, c.attempt,
                                                    c.seed, c.selections)
                    done = subprocess.run([PROGRAM, 'verify-challenge', text, '--manifest',
                                           os.path.join(folder, 'manifest.json')],
                                          capture_output=True, text=True, timeout=60)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    letters = ''.join(x for x in done.stdout if x.isalnum())
                    self.assertIn(texts.short_code(c.code).replace(' ', ''), letters)
                    count += 1
        self.assertEqual(count, 4)

    def test_package(self):
        """The keys that this implementation sealed are packed by the digests in its manifest."""
        world = self.world('package')
        with tempfile.TemporaryDirectory() as folder:
            centre = Centre(self, world, folder)
            centre.run('package', '--out', '..')
            packed = read_tree(os.path.join(folder, 'tabella-package'))
            for index, terminal in world.terminals.items():
                self.assertEqual(packed['roll/%03d.keys' % index], terminal.sealed_keys)
            booth = world.terminals[4]
            world.ticket_keys[booth.station] = bytes(32)
            w.write_tree(centre.election, {'roll/004.keys': world.seal_keys(booth)})
            centre.run('package', '--out', '..', status=1)

    def revoke(self, index):
        def change(world):
            world.amend(amendments.REVOKED, index, 0)
        return change

    def test_revoked_booth(self):
        """Booth 7 took a ballot that is to be struck: its ticket is found nowhere that counts."""
        found = self.compare(self.world('booth', change=self.revoke(7)))
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED')

    def test_revoked_combined(self):
        self.compare(self.world('combined', change=self.revoke(1)))

    def test_revoked_desk(self):
        self.compare(self.world('desk', change=self.revoke(3)))

    def test_lost_terminal(self):
        """Ended at 0: nothing of it counts, and no batch of it is in the record."""
        def change(world):
            world.amend(amendments.ENDED, 5, 0)
            world.ended[5] = 0
        found = self.compare(self.world('lost', change=change))
        self.assertNotIn(5, found.inspections)

    def test_quarantined(self):
        """An overvote behind a false proof: the whole batch stays out, and says why."""
        def change(world):
            hi = ballot.context(world.he, 7, 1, b'T' * 16, 0)
            body = ballot.prove(hi, world.k, world.contests(1), [2, 0, 0, 0],
                                ballot.Derived(hi, b's' * 32, b''), {(0, 0): 1})
            world.check_in(3, 'Z500001', 1)
            world.put(7, 1, b'T' * 16, 0, body)
        world = self.world('quarantined', change=change)
        world.ended[7] = 0
        world.count()
        found = self.compare(world, import_status=1)
        self.assertEqual(found.verdict, 'VALID WITH 1 EXCLUDED')
        self.assertIn('check 10 fails again', '\n'.join(found.notes))

    def twins(self, world):
        """One ticket cast at two booths of a station; the desk's count is made to fit."""
        for number in (1, 2):
            world.check_in(3, 'Z50000%d' % number, 1)
        for index in (4, 7):
            hi = ballot.context(world.he, index, 1, b'T' * 16, 0)
            body = ballot.encrypt(hi, world.k, world.contests(1), [1, 0, 0, 0],
                                  bytes([index]) * 32)
            world.put(index, 1, b'T' * 16, 0, body)

    def test_equal_tickets(self):
        found = self.compare(self.world('twins', change=self.twins))
        self.assertEqual(len(found.struck.lost), 1)

    def test_equal_tickets_one_revoked(self):
        def change(world):
            self.twins(world)
            world.amend(amendments.REVOKED, 4, 0)
        self.assertEqual(len(self.compare(self.world('twin', change=change)).struck.lost), 0)

    def test_two_links_of_one_ticket(self):
        """Two persons' links name one ballot: incidents, and nothing is struck for them."""
        def change(world):
            cast = next(c for c in world.terminals[4].cast if c.style == 1)
            for number in (1, 2):
                name = 'Z30000%d' % number
                for index in (1, 3):
                    link = w.links.make(world.he, world.k2, index, cast.ticket,
                                        world.rng.scalar(), world.rng.scalar())
                    if index == 3:
                        world.terminals[3].checkins.append(w.CheckIn(
                            world.p(name), w.WALK_IN, w.GIVEN, 1, link))
                    else:
                        world.vote(1, name, 1, [1, 0, 0, 0])
        found = self.compare(self.world('links', change=change, duplicates='strike-all'))
        self.assertGreaterEqual(len(found.struck.incidents), 2)

    def test_link_of_another_style_and_station(self):
        def change(world):
            """Check-ins of persons who are struck anyway, with links to others' tickets."""
            here = next(c for c in world.terminals[7].cast if c.style == 1)
            there = world.terminals[1].cast[0]
            for number, ticket in ((1, here.ticket), (2, there.ticket)):
                name = 'Z40000%d' % number
                link = w.links.make(world.he, world.k2, 3, ticket, world.rng.scalar(),
                                    world.rng.scalar())
                world.terminals[3].checkins.append(w.CheckIn(
                    world.p(name), w.PROVISIONAL, w.GIVEN, 0, link))
                world.decisions[3, world.p(name)] = False
        found = self.compare(self.world('other', change=change))
        self.assertEqual(len(found.struck.incidents), 2)


class Verdicts(test_record.Records):
    """Every record of test_record.py, honest or broken, to both verifiers."""

    def verify(self, files, key=None, receipt_lines=()):
        found = super().verify(files, key, receipt_lines)
        with tempfile.TemporaryDirectory() as folder:
            w.write_tree(folder, {'key.pub': key or self.key,
                                  'receipts': '\n'.join([*receipt_lines, '']).encode()})
            record = os.path.join(folder, 'record')
            w.write_tree(record, files)
            args = ['verify', record, '--key', os.path.join(folder, 'key.pub')]
            if receipt_lines:
                args += ['--receipts', os.path.join(folder, 'receipts')]
            done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=120)
        theirs = self.checks(done.stdout)
        ours = {o.number: o.ok for o in found.outcomes}
        both = '\n'.join(['ours:', *found.report(), 'theirs:', done.stdout, done.stderr])
        self.assertEqual(done.returncode, found.exit_status, both)
        self.assertEqual(done.stdout.rstrip('\n').split('\n')[-1], found.verdict, both)
        first = min((n for n in ours if not ours[n]), default=None)
        self.assertEqual(set(theirs), set(ours), both)
        failed = min((n for n in theirs if theirs[n] == 'FAILED'), default=None)
        self.assertEqual(failed, first, both)
        return found

    # The program knows no kind 5 in this version; what it does not know it refuses.
    test_added_terminal = None

    def checks(self, output):
        """{number: word} of the program's report."""
        return {int(m[1]): m[2]
                for m in re.finditer(r'^ ?(\d+) (ok|FAILED|not run) ', output, re.M)}


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
