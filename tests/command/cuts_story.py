# SPDX-License-Identifier: GPL-3.0-or-later
"""An election from its draft to its record, run under the recorder of tests/cuts.

Usage: cuts_story.py ROOT RUNS. Each run of the program stands between two marks of the log; its
arguments, its status, and what this program itself changed just before it go into the file RUNS.
"""
import ctypes
import json
import os
import sys
from pathlib import Path

import tabella as command
from decks import Deck
from model import Place
from tabella2 import boxes, ed25519

RECORDER = ctypes.CDLL(None)
PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (3, 'combined')]
ENDED = 4


class Story:
    def __init__(self, root):
        self.root, self.runs, self.mine_now = Path(root), [], []
        self.original = command.tabella
        command.tabella = self.run

    @staticmethod
    def mark(text):
        RECORDER.cuts_mark(text.encode())

    def mine(self, *paths):
        """Files that this program is about to write or to remove: nobody promises them."""
        for path in paths:
            self.mine_now.append(str(Path(path).relative_to(self.root)))
            self.mark('own ' + self.mine_now[-1])

    def gone(self, path):
        """One that is removed, and made again later by the program, which then promises it."""
        self.mine_now.append(str(path.relative_to(self.root)))
        path.unlink()

    def changes(self):
        """What became of them: {path: bytes in hexadecimal, or None}."""
        paths, self.mine_now = [self.root / p for p in self.mine_now], []
        return {str(p.relative_to(self.root)): p.read_bytes().hex() if p.exists() else None
                for p in paths}

    def run(self, *args, **more):
        n = len(self.runs)
        self.runs.append({'args': [str(a) for a in args], 'changes': self.changes()})
        RECORDER.cuts_settle()
        self.mark('do %d' % n)
        done = self.original(*args, **more)
        self.mark('done %d' % n)
        self.runs[n]['code'] = done.code
        return done


def small(draft):
    draft['trustees'] = {'needed': 2, 'names': ['Ada', 'Bob']}
    draft['policies']['capacity'] = {'ballots': 30, 'checkins': 30}
    draft['policies']['min_unit'] = 10
    return draft


def hold_ceremony(e, *steps):
    for step in steps:
        for index, name in enumerate(e.names(), 1):
            e.trustee(step, index, *(['--name', name] if step == 'init' else []))


def start_again(story, e):
    """A trustee's file is spoilt on its way: a complaint, and all from the beginning."""
    path = e.base / 'ceremony/r3-02.json'
    dealt = json.loads(path.read_text())
    dealt['shares'][0]['box'] = '00' * 136
    story.mine(path)
    path.write_text(json.dumps(dealt))
    e.trustee('accept', 1, code=1)
    e.run('trustee', 'restart')
    for index in (1, 2):
        story.gone(e.secret(index))


def before_the_poll(story, e):
    story.mine(e.passphrase)
    e.passphrase.write_text(command.PASSPHRASE + '\n')
    command.tabella('new', e.base, '--example', 'referendum-2014')
    story.mine(e.base / 'election.json')
    e.write_draft(small(e.draft()))
    hold_ceremony(e, 'init', 'open', 'deal')
    start_again(story, e)
    hold_ceremony(e, 'init', 'open', 'deal', 'accept')
    story.mine(e.key.with_suffix('.key'), e.pub)
    e.make_key()
    stations = [s['id'] for s in e.draft()['stations']]
    e.enrol([(stations[s - 1], role) for s, role in PLACES])


def hold_poll(story, e):
    deck = Deck(e.draft(), [Place(i, *p) for i, p in enumerate(PLACES, 1)], 2014)
    style = e.draft()['styles'][0]['id']
    for station, challenges in ((1, 0), (1, 1), (2, 1), (3, 0)):
        deck.visit(deck.enter(station, style), challenges=challenges)
    double = deck.enter(1, style)
    deck.visit(double)
    deck.visit(double, kind='provisional')
    rows = e.root / 'roll.csv'
    story.mine(rows)
    rows.write_text(command.roll_text(deck.roll))
    e.run('roll', rows)
    e.seal()
    e.run('package', '--out', e.root / 'package')
    visits = e.root / 'stick.csv'
    story.mine(visits)
    visits.write_text(command.deck_text(deck.rows))
    e.run('rehearse', visits, '--out', e.stick, '--lost', ENDED)


def answer(e, kind):
    request = e.request(kind)
    for index in (1, 2) if request else ():
        e.decrypt(request, index)
    if request:
        e.run('combine', request)


def spoil(story, e, terminal):
    """A stick with a batch that was damaged on its way."""
    damaged = e.root / 'damaged'
    folder = e.batch(terminal, stick=damaged)
    folder.mkdir(parents=True)
    for name in ('ballots', 'ballots.minisig', 'checkins'):
        content = bytearray((e.batch(terminal) / name).read_bytes())
        content[-1] ^= name == 'ballots'
        story.mine(folder / name)
        (folder / name).write_bytes(content)
    return damaged


def count(story, e):
    e.run('import', spoil(story, e, 1), code=1)
    e.take(e.batch(1), e.batch(2))
    e.take()
    e.run('receipts', e.batch(1) / 'receipt.txt')
    e.signed('amend', 'ended', '--terminal', ENDED, '--batch', 1, '--text', 'Lost')
    e.run('package', '--out', e.root / 'package')
    e.take()
    answer(e, 'checkins')
    answer(e, 'checkins')
    e.decide()
    e.signed('decide')
    answer(e, 'strike')
    answer(e, 'tally')
    e.publish()
    e.publish()


def seal_official(story, e):
    """In the same folder, with a tablet's own keys."""
    e.folder = e.base
    for index in range(1, len(PLACES) + 1):
        e.run('enrol', '--remove', index)
    for station in e.draft()['stations']:
        tablet = e.root / ('%s.json' % station['id'])
        story.mine(tablet)
        tablet.write_text(json.dumps({
            'format': 'tabella-enrolment-1', 'label': 'tablet', 'simulated': False,
            'ballot_key': ed25519.public_key(os.urandom(32)).hex(),
            'batch_key': ed25519.public_key(os.urandom(32)).hex(),
            'box_key': boxes.x25519_public(os.urandom(32)).hex()}))
        e.run('enrol', tablet, '--station', station['id'], '--role', 'combined')
    e.run('roll', e.root / 'roll.csv')
    e.signed('seal')
    e.run('package', '--out', e.root / 'official')


def main():
    root, runs = sys.argv[1:]
    story = Story(root)
    e = command.Election(root)
    before_the_poll(story, e)
    hold_poll(story, e)
    count(story, e)
    seal_official(story, e)
    command.tabella('key', 'new', e.root / 'spare', '--passphrase-file', e.passphrase)
    Path(runs).write_text(json.dumps(story.runs))


main()
