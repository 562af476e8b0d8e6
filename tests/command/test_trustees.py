# SPDX-License-Identifier: GPL-3.0-or-later
"""The draft's problems, and the trustees' ceremony with everything that goes wrong in it."""
import json
import sys
import unittest

import tap
from tabella import Election, tabella


def put(*path):
    """A change of one place of the draft: put('a', 0, 'b', value)."""
    def change(draft):
        at = draft
        for name in path[:-2]:
            at = at[name]
        if path[-1] is None and path[-2] in at:
            del at[path[-2]]
        else:
            at[path[-2]] = path[-1]
    return change


def twice(*path):
    def change(draft):
        at = draft
        for name in path:
            at = at[name]
        at.append(json.loads(json.dumps(at[0])))
    return change


# A change, and the words that the line about it has: the field first.
PROBLEMS = [
    (put('name', ''), ['name']),
    (put('languages', []), ['languages']),
    (put('languages', ['en', 'english']), ['languages[1]']),
    (put('contests', 0, 'title', 'en', None), ['contests[0].title', 'en']),
    (put('contests', 0, 'title', 'en', 'two\nlines'), ['contests[0].title.en']),
    (put('contests', 1, 'max', 9), ['contests[1].max', '3']),
    (put('contests', 1, 'min', 2), ['contests[1].min']),
    (put('contests', 0, 'options', []), ['contests[0].options']),
    (twice('contests', 0, 'options'), ['contests[0].options', 'alliance']),
    (twice('contests'), ['contests', 'motion-1']),
    (put('contests', 0, 'options', 1, 'id', 'Big Letters'), ['contests[0].options[1].id']),
    (put('styles', 0, 'contests', 1, 'motion-3'), ['styles[0].contests', 'motion-3']),
    (put('styles', 0, 'contests', []), ['styles[0].contests']),
    (put('units', 1, 'merge_into', 'hong-kong-island'), ['units']),
    (put('units', 2, 'merge_into', 'kowloon'), ['units']),
    (put('units', 0, 'merge_into', 'nowhere'), ['units[0].merge_into', 'nowhere']),
    (put('stations', 2, 'unit', 'nowhere'), ['stations[2].unit', 'nowhere']),
    (put('stations', 2, 'styles', ['none']), ['stations[2].styles', 'none']),
    (put('stations', 1, 'hours', 0, 'day', '2014-06-31'), ['stations[1].hours[0].day']),
    (put('stations', 1, 'hours', 0, 'open', '22:30'), ['stations[1].hours[0]']),
    (put('stations', 1, 'hours', 0, 'close', '24:00'), ['stations[1].hours[0].close']),
    (put('stations', 3, 'lat_e6', 91000000), ['stations[3].lat_e6']),
    (put('stations', 3, 'lon_e6', 1.5), ['election.json: line', 'integer']),
    (put('ids', 'scheme', 'passport'), ['ids.scheme', 'passport']),
    (put('policies', 'voting', 'anywhere'), ['policies.duplicates', 'assigned-then-lot']),
    (put('policies', 'walk_ins', 'maybe'), ['policies.walk_ins', 'maybe']),
    (put('policies', 'capacity', 'ballots', 0), ['policies.capacity.ballots']),
    (put('policies', 'idle_seconds', 5), ['policies.idle_seconds', '120']),
    (put('policies', 'receipt_url', 'ftp://example.org'), ['policies.receipt_url']),
    (put('policies', 'officers', 'required', 4), ['policies.officers.required']),
    (put('policies', 'paper', None), ['policies.paper']),
    (put('trustees', 'needed', 4), ['trustees.needed', '3']),
    (put('trustees', 'names', ['One', 'One', 'Two']), ['trustees.names', 'One']),
    (put('colour', 'red'), ['colour']),
]
# Those that can be in one draft at once, each seen whatever the others are.
TOGETHER = [0, 3, 6, 10, 11, 15, 18, 20, 25, 27, 28, 30, 33]

BROKEN = {
    'empty': (b'', ['line 1']),
    'half': (b'{"name": "x", ', ['line']),
    'twice': (b'{"name": "x", "name": "y"}', ['name']),
    'mark': (b'\xef\xbb\xbf{}', ['byte order mark']),
    'latin-1': ('{"name": "Referéndum"}'.encode('latin-1'), ['UTF-8']),
    'utf-16': ('{"name": "x"}'.encode('utf-16'), ['UTF-8']),
    'list': (b'[]', ['object']),
    'deep': (b'[' * 40 + b']' * 40, ['16']),
    'fraction': (b'{"name": 1e3}', ['integer']),
}


def another_digit(text, at):
    """`text` with another hexadecimal digit there."""
    return text[:at] + ('1' if text[at] == '0' else '0') + text[at + 1:]


class Drafts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.election = Election().new()
        cls.addClassCleanup(cls.election.remove)
        cls.good = cls.election.draft()

    def check(self, *changes):
        draft = json.loads(json.dumps(self.good))
        for change in changes:
            change(draft)
        self.election.write_draft(draft)
        return self.election.run('check', code=1)

    def test_good(self):
        self.election.write_draft(self.good)
        self.assertIn('complete', self.election.run('check').out)

    def test_each_problem(self):
        for number, (change, words) in enumerate(PROBLEMS):
            with self.subTest(number, words=words):
                done = self.check(change)
                said = done.out or done.err
                found = [line for line in said.splitlines() if all(w in line for w in words)]
                self.assertTrue(found, done)
                if done.out:
                    self.assertTrue(found[0].startswith(words[0]), done)
                    self.assertIn('election.json has', done.err)

    def test_all_at_once(self):
        chosen = [PROBLEMS[i] for i in TOGETHER]
        done = self.check(*(change for change, _ in chosen))
        lines = done.out.splitlines()
        self.assertGreaterEqual(len(lines), len(chosen))
        self.assertEqual(len(lines), len(set(lines)), done)
        for _, words in chosen:
            self.assertTrue(any(all(w in line for w in words) for line in lines), (words, done.out))
        self.assertEqual(self.election.run('check', '--json', code=1).json['problems'], lines)

    def test_no_json(self):
        path = self.election.base / 'election.json'
        for name, (content, words) in BROKEN.items():
            with self.subTest(name):
                path.write_bytes(content)
                done = self.election.run('check', code=1)
                for word in [*words, 'election.json']:
                    self.assertIn(word, done.out + done.err)
        path.unlink()
        self.election.refused('check', words='tabella new')
        path.mkdir()
        self.election.refused('check', words='election.json')
        path.rmdir()

    def test_other_verbs_send_to_check(self):
        self.check(PROBLEMS[0][0], PROBLEMS[6][0])
        for args in (['roll', 'x'], ['rehearse', '--enrol', 1, '--stations', 1],
                     ['enrol', 'x', '--station', 'mong-kok', '--role', 'booth']):
            self.election.refused(*args, words=['2 problems', 'name', 'tabella check'])

    def test_new_keeps_what_is_there(self):
        e = self.election
        before = (e.base / 'election.json').read_bytes()
        tabella('new', e.base, code=1)
        self.assertEqual((e.base / 'election.json').read_bytes(), before)
        done = tabella('new', e.root / 'other', '--example', 'referendum-1914', code=1)
        self.assertIn('referendum-2014', done.err)
        self.assertFalse((e.root / 'other').exists())


class Ceremony(unittest.TestCase):
    STEPS = ('init', 'open', 'deal', 'accept')

    @classmethod
    def setUpClass(cls):
        """A copy of the election after each round."""
        e = Election().new()
        cls.after = [e]
        cls.addClassCleanup(lambda: [x.remove() for x in cls.after])
        for step in cls.STEPS:
            e = e.copy()
            e.round(step)
            cls.after.append(e)

    def start(self, rounds):
        e = self.after[rounds].copy()
        self.addCleanup(e.remove)
        return e

    def step(self, e, step, index, *words, args=(), **more):
        return e.refused('trustee', step, '--index', index, '--secret',
                         more.pop('secret', e.secret(index)), '--passphrase-file',
                         more.pop('passphrase', e.passphrase), *args, words=words, **more)

    def path(self, e, number, index):
        return e.base / 'ceremony' / ('r%d-%02d.json' % (number, index))

    def spoil(self, e, number, index, change):
        path = self.path(e, number, index)
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value))

    def stops(self, e, step, about, *words, by=1):
        """Trustee `by` complains of `about`; nothing of this round is written; all see it."""
        name = e.names()[about - 1]
        number = self.STEPS.index(step) + 1
        self.step(e, step, by, name, 'trustee restart', *words)
        self.assertFalse(self.path(e, number, by).exists())
        complaint = e.base / 'ceremony' / ('complaint-%02d-%02d.json' % (by, about))
        self.assertEqual(json.loads(complaint.read_text())['about'], about)
        other = next(i for i in (3, 2) if i != about)
        self.step(e, step, other, 'complain', name, 'trustee restart')

    # --- order

    def test_steps_out_of_order(self):
        for done, step, words in ((0, 'open', ['trustee init']), (0, 'accept', []),
                                  (1, 'deal', ['trustee open']), (1, 'accept', ['trustee open']),
                                  (2, 'open', ['trustee deal']), (2, 'accept', ['trustee deal']),
                                  (3, 'deal', ['trustee accept']), (4, 'open', ['trustee check']),
                                  (4, 'accept', ['trustee check']), (2, 'check', [])):
            with self.subTest(done=done, step=step):
                self.step(self.start(done), step, 1, *words)

    def test_waits_for_everyone(self):
        e = self.start(0)
        e.round('init', 1, 3)
        self.step(e, 'open', 1, 'r1-02.json', 'Trustee Two')
        e.round('init', 2)
        e.round('open', 2)
        self.step(e, 'deal', 2, 'r2-01.json', 'r2-03.json')
        self.assertEqual(len(list((e.base / 'ceremony').iterdir())), 4)

    def test_missing_own_file_is_written_again(self):
        e = self.start(3)
        for number in (1, 2, 3):
            path = self.path(e, number, 2)
            before = path.read_bytes()
            path.unlink()
            step = self.STEPS[number - 1]
            if number < 3:      # rounds that are over ask for it as for anyone's
                self.step(e, 'accept', 1, path.name)
                path.write_bytes(before)
                continue
            e.round(step, 2)
            self.assertEqual(path.read_bytes(), before)

    # --- whose secret, which passphrase

    def test_wrong_passphrase(self):
        e = self.start(4)
        wrong = e.root / 'wrong'
        wrong.write_text('something else')
        self.step(e, 'check', 1, str(e.secret(1)), 'passphrase', passphrase=wrong)
        e = self.start(1)
        wrong = e.root / 'wrong'
        wrong.write_text('something else')
        self.step(e, 'open', 1, 'passphrase', passphrase=wrong)
        self.assertFalse(self.path(e, 2, 1).exists())

    def test_wrong_index(self):
        e = self.start(4)
        self.step(e, 'check', 1, 'trustee 2, not 1', secret=e.secret(2))
        self.step(e, 'check', 4, 'trustee 2, not 4', secret=e.secret(2))
        e = self.start(0)
        self.step(e, 'init', 4, '1 to 3', args=['--name', 'Somebody'])
        self.step(e, 'init', 1, 'Trustee One', args=['--name', 'Trustee Two'])
        self.assertFalse(e.secret(1).exists())

    def test_init_replaces_nothing(self):
        e = self.start(1)
        before = e.secret(1).read_bytes()
        self.step(e, 'init', 1, 'exists', args=['--name', 'Trustee One'])
        self.step(e, 'init', 1, 'r1-01.json', args=['--name', 'Trustee One'],
                  secret=e.root / 'second')
        self.assertEqual(e.secret(1).read_bytes(), before)

    def test_secret_of_another_ceremony(self):
        e, other = self.start(4), self.start(0)
        other.ceremony()
        self.step(e, 'check', 1, 'another ceremony', secret=other.secret(1))

    def test_damaged_secret(self):
        e = self.start(4)
        good = e.secret(1).read_bytes()
        for name, bad in (('cut', good[:-1]), ('long', good + b'x'), ('empty', b''),
                          ('flipped', good[:60] + bytes([good[60] ^ 1]) + good[61:]),
                          ('header', b'X' + good[1:]), ('cost', good[:8] + b'\xff' * 8 + good[16:])):
            with self.subTest(name):
                e.secret(1).write_bytes(bad)
                self.step(e, 'check', 1, str(e.secret(1)))
        e.secret(1).unlink()
        self.step(e, 'check', 1, str(e.secret(1)))
        e.secret(1).mkdir()
        self.step(e, 'check', 1, str(e.secret(1)))

    # --- files that were changed

    def test_round_1_is_bad(self):
        e = self.start(1)
        self.spoil(e, 1, 2, lambda v: v.update(signing_key='00' * 32))
        self.stops(e, 'open', 2, 'r1-02.json', 'signing_key')

    def test_round_1_changed_later(self):
        e = self.start(2)
        self.spoil(e, 1, 3, lambda v: v.update(commitment='11' * 32))
        self.step(e, 'deal', 1, 'r1-03.json', 'Trustee Three')

    def test_round_2_breaks_its_promise(self):
        e = self.start(2)
        self.spoil(e, 2, 3, lambda v: v.update(f=v['e']))
        self.stops(e, 'deal', 3, 'r2-03.json', 'round 1')

    def test_round_2_without_proof(self):
        e = self.start(2)
        self.spoil(e, 2, 2, lambda v: v.update(proof=another_digit(v['proof'], 20)))
        self.stops(e, 'deal', 2, 'r2-02.json', 'proof')

    def test_round_2_with_a_bad_point(self):
        e = self.start(2)
        self.spoil(e, 2, 2, lambda v: v['f'].__setitem__(0, 'ff' * 32))
        self.stops(e, 'deal', 2, 'r2-02.json', 'f: [0]')

    def test_round_3_share_is_wrong(self):
        e = self.start(3)

        def spoil(value):
            box = value['shares'][0]['box']
            value['shares'][0]['box'] = box[:-1] + ('0' if box[-1] != '0' else '1')
        self.spoil(e, 3, 2, spoil)
        self.stops(e, 'accept', 2, 'r3-02.json', 'share for trustee 1')

    def test_round_4_signature_is_wrong(self):
        e = self.start(4)
        self.spoil(e, 4, 3, lambda v: v.update(signature='00' * 64))
        self.step(e, 'check', 1, 'r4-03.json', 'signature')

    def test_damaged_files_are_asked_for_again(self):
        """No JSON is nobody's lie: there is no complaint, and the good file goes on."""
        e = self.start(1)
        path = self.path(e, 1, 2)
        good = path.read_bytes()
        for bad in (b'', good[:-20], b'\xff' * 50, good + b'{}'):
            path.write_bytes(bad)
            self.step(e, 'open', 1, 'r1-02.json', 'Trustee Two', 'again')
        self.assertEqual(list((e.base / 'ceremony').glob('complaint*')), [])
        path.write_bytes(good)
        e.round('open', 1)

    def test_restart(self):
        e = self.start(3)
        e.refused('trustee', 'restart', words='no complaint')
        self.spoil(e, 3, 2, lambda v: v['shares'][0].update(box='00' * 136))
        self.stops(e, 'accept', 2)
        e.run('trustee', 'restart')
        aside = e.base / 'ceremony' / 'restart-01'
        self.assertTrue((aside / 'complaint-01-02.json').exists())
        self.step(e, 'init', 1, 'exists', args=['--name', 'Trustee One'])
        for i in (1, 2, 3):
            self.step(e, 'open', i, 'trustee init')
            e.secret(i).unlink()
        e.ceremony().make_key().enrol([('mong-kok', 'combined')])
        e.roll([]).seal()
        manifest = json.loads((e.folder / 'manifest.json').read_text())
        self.assertEqual(manifest['ceremony']['restarts'],
                         [{'from': 1, 'about': 2, 'reason': 'share'}])
        e.refused('trustee', 'restart', words='sealed')

    def test_same_code_for_everyone(self):
        e = self.start(3)
        codes = {done.out.split('\n\n')[1].strip() for done in e.round('accept')}
        self.assertEqual(len(codes), 1, codes)
        self.assertRegex(codes.pop(), '^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$')

    def test_names_are_enough(self):
        """The ceremony can be held while texts and hours are still open; a name binds it."""
        e = self.start(0)
        draft = e.draft()
        draft['stations'], draft['contests'][0]['title'] = [], {}
        e.write_draft(draft)
        e.ceremony()
        draft = self.after[0].draft()
        draft['stations'][0]['hours'] = []
        e.write_draft(draft)
        e.round('check')
        draft['trustees']['names'][2] = 'Somebody Else'
        e.write_draft(draft)
        self.step(e, 'check', 1, 'r1-03.json', "draft's name")


if __name__ == '__main__':
    sys.exit(tap.main())
