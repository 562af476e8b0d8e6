# SPDX-License-Identifier: GPL-3.0-or-later
"""Terminals, roll and seal: bad lists, bad enrolments, what may not be sealed."""
import json
import os
import shutil
import sys
import unittest

import tap
from tabella import Election, hkid, refused, roll_text
from tabella2 import boxes, ed25519

PLACES = [('causeway-bay', 'combined'), ('mong-kok', 'desk'), ('mong-kok', 'booth'),
          ('mong-kok', 'spare'), ('sha-tin', 'combined'), ('tuen-mun', 'combined')]


def voter(number, **change):
    return {'id': hkid(number), 'name': 'Voter %d' % number, 'style': 'all',
            'station': 'mong-kok', **change}


def enrolment(**change):
    """An enrolment file as a tablet writes it."""
    return {'format': 'tabella-enrolment-1', 'label': 'tablet',
            'ballot_key': ed25519.public_key(os.urandom(32)).hex(),
            'batch_key': ed25519.public_key(os.urandom(32)).hex(),
            'box_key': boxes.x25519_public(os.urandom(32)).hex(), 'simulated': False, **change}


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = Election().new().make_key().ceremony().enrol(PLACES)
        cls.addClassCleanup(cls.base.remove)

    def setUp(self):
        self.election = self.base.copy()
        self.addCleanup(self.election.remove)

    def write(self, name, content):
        path = self.election.root / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding='utf-8')
        return path

    def change_draft(self, *path):
        draft = self.election.draft()
        at = draft
        for name in path[:-2]:
            at = at[name]
        at[path[-2]] = path[-1]
        self.election.write_draft(draft)


class Roll(Base):
    def list(self, content, *words, lines=(), args=()):
        """A list that is refused: its lines are named, and no roll is left."""
        path = self.write('list.csv', content)
        done = self.election.refused('roll', path, *args, words=words)
        for number in lines:
            self.assertIn('line %d' % number, done.err, done)
        self.assertIn('list.csv', done.err)
        self.assertFalse((self.election.base / 'roll').exists())
        self.assertEqual([p for p in self.election.base.iterdir() if '.tmp' in p.name], [])
        return done

    def test_bad_lines_are_all_named(self):
        bad = [voter(1), voter(2, id='A000002(0)'), voter(3, id='12'), voter(4, name=''),
               voter(5, name='x' * 300), voter(6, style='none'), voter(7, station='nowhere'),
               voter(8, name='right\u202eto left'), voter(9)]
        done = self.list(roll_text(bad), 'check digit', 'form', 'name', 'none', 'nowhere', 'U+202E',
                         lines=range(3, 10))
        for number in (2, 10):
            self.assertNotIn('line %d:' % number, done.err)
        self.assertIn('7 problems', done.err.splitlines()[-1])

    def test_more_lines_than_anyone_reads(self):
        done = self.list(roll_text([voter(i, style='none') for i in range(1, 5001)]), 'more')
        self.assertIn('5000 problems', done.err.splitlines()[-1])
        self.assertLess(len(done.err.splitlines()), 1200)

    def test_broken_lines(self):
        head = 'id,name,style,station\n'
        for line, word in (('%s,Name,all' % hkid(1), '3 of the 4'), ('%s,a,b,all,mong-kok' % hkid(1),
                           'more than 4'), ('%s,"Name,all,mong-kok' % hkid(1), 'quotation'),
                           ('%s,"Name"x,all,mong-kok' % hkid(1), 'comma'), ('', 'empty'),
                           ('%s,Na"me,all,mong-kok' % hkid(1), 'quotation')):
            with self.subTest(line):
                self.list(head + '%s,Good,all,mong-kok\n%s\n' % (hkid(9), line), word, lines=[3])

    def test_headers(self):
        for head, word in (('id,name,style', '3 of the 4'), ('id,name,style,station,age', 'age'),
                           ('id,id,style,station', 'twice'), ('%s,Name,all,mong-kok' % hkid(1),
                           'columns'), ('', 'empty'), ('ID,Name,Style,Station', 'unknown')):
            with self.subTest(head):
                self.list(head + '\n' if head else '', word, lines=[1])

    def test_duplicates(self):
        rows = [voter(1), voter(2), voter(1, name='Somebody else'),
                voter(2, id=hkid(2).lower().replace('(', '').replace(')', '')), voter(3)]
        self.list(roll_text(rows), 'the same as on line 2', 'the same as on line 3', lines=[4, 5])

    def test_encodings(self):
        text = roll_text([voter(1), voter(2, name='Zoë'), voter(3)])
        self.list(text.encode('latin-1'), 'UTF-8', lines=[3])
        self.list(roll_text([voter(1, name='陳大文')]).encode('big5'), 'UTF-8', lines=[2])
        for form in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-32'):
            with self.subTest(form):
                self.list(text.encode(form), 'UTF-16', 'UTF-8', lines=[1])
        self.list(b'id,name,style,station\n' + b'\0' * 50, 'UTF-8', lines=[2])

    def test_unreadable(self):
        e = self.election
        e.refused('roll', e.root / 'none.csv', words='none.csv')
        e.refused('roll', e.root, words=str(e.root))
        (e.root / 'dangling.csv').symlink_to('nothing')
        e.refused('roll', e.root / 'dangling.csv', words='dangling.csv')
        self.assertFalse((e.base / 'roll').exists())

    def test_good_forms(self):
        """A byte order mark, CRLF, quotation, columns in another order, an empty style."""
        rows = ('\ufeffstation,style,name,id\r\n'
                'mong-kok,all,"Doe, ""J."" ",%s\r\nsha-tin,,陳大文,%s' % (
                    hkid(1).lower(), hkid(2).translate({i: i + 0xfee0 for i in range(33, 127)})))
        self.assertEqual(self.election.run('roll', self.write('good.csv', rows), '--json').json,
                         {'voters': 2})

    def test_empty_roll(self):
        path = self.write('empty.csv', 'id,name,style,station\n')
        self.election.run('roll', path)
        shutil.rmtree(self.election.base / 'roll')
        self.change_draft('policies', 'walk_ins', 'refused')
        self.list('id,name,style,station\n', 'walk-ins', 'nobody')

    def test_a_bad_list_leaves_the_roll_before(self):
        e = self.election
        e.run('roll', self.write('good.csv', roll_text([voter(1)])))
        before = {p.name: p.read_bytes() for p in (e.base / 'roll').iterdir()}
        e.refused('roll', self.write('bad.csv', roll_text([voter(1, style='none')])), words='line 2')
        self.assertEqual({p.name: p.read_bytes() for p in (e.base / 'roll').iterdir()}, before)

    def test_keys(self):
        e = self.election
        path, kept = self.write('good.csv', roll_text([voter(1)])), e.root / 'kept'
        keep = ['roll', path, '--keep-key', kept, '--passphrase-file', e.passphrase]
        e.run(*keep)
        self.assertEqual(kept.read_bytes()[:8], b'TAVAULT1')
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        before = kept.read_bytes()
        e.refused(*keep, words='exists')
        self.assertEqual(kept.read_bytes(), before)
        inside = e.base / 'roll' / 'kept'
        e.refused('roll', path, '--keep-key', inside, '--passphrase-file', e.passphrase,
                  words='another folder')

    def test_nobody_enrolled(self):
        e = self.election
        shutil.rmtree(e.base / 'terminals')
        e.refused('roll', self.write('good.csv', roll_text([voter(1)])), words='tabella enrol')


class Enrol(Base):
    def file(self, name='tablet.json', **change):
        return self.write(name, json.dumps(enrolment(**change)))

    def enrol(self, path, *args, role='booth', station='sha-tin'):
        return ['enrol', path, '--station', station, '--role', role, *args]

    def bad(self, path, *words, args=(), **more):
        before = sorted((self.election.base / 'terminals').iterdir())
        self.election.refused(*self.enrol(path, *args, **more), words=words)
        self.assertEqual(sorted((self.election.base / 'terminals').iterdir()), before)

    def test_good(self):
        e = self.election
        done = e.run(*self.enrol(self.file()), '--json')
        self.assertEqual(done.json['terminals'], [7])
        entry = json.loads((e.base / 'terminals' / '007.json').read_text())
        self.assertEqual((entry['station'], entry['role'], entry['simulated']), (3, 'booth', False))

    def test_bad_files(self):
        for words, change in ((['format'], {'format': 'tabella-enrolment-2'}),
                              (['ballot_key'], {'ballot_key': '00' * 32}),
                              (['batch_key'], {'batch_key': 'ab'}),
                              (['box_key'], {'box_key': '00' * 32}),
                              (['colour'], {'colour': 'red'}), (['label'], {'label': 7})):
            with self.subTest(words):
                self.bad(self.file(**change), 'tablet.json', *words)
        for content in ('', '{}', '[1]', 'not JSON', b'\xff\xfe{}', '{"format": "tabella'):
            with self.subTest(content):
                self.bad(self.write('tablet.json', content), 'tablet.json')
        self.bad(self.election.root / 'none.json', 'none.json')
        self.bad(self.election.root, str(self.election.root))

    def test_twice(self):
        path = self.file()
        self.election.run(*self.enrol(path))
        self.bad(path, 'enrolled', '7')
        one = json.loads(path.read_text())
        self.bad(self.write('mixed.json', json.dumps(enrolment(box_key=one['box_key']))), 'key')
        same = enrolment()
        same['batch_key'] = same['ballot_key']
        self.bad(self.write('same.json', json.dumps(same)), 'equal')

    def test_places(self):
        path = self.file()
        self.bad(path, 'nowhere', 'mong-kok', station='nowhere')
        self.bad(path, 'lane', args=['--lane', '0-3'])
        self.bad(path, 'lane', args=['--lane', '3-1'], role='desk')
        self.bad(path, 'lane', args=['--lane', '0,0'], role='desk')
        self.bad(path, 'lane', args=['--lane', '0-10'], role='desk')
        self.bad(path, 'terminal 5', role='combined')
        self.bad(path, 'terminal 2', args=['--lane', '7'], role='desk', station='mong-kok')

    def test_remove(self):
        e = self.election
        e.refused('enrol', '--remove', 99, words='99')
        path = self.file()
        e.run(*self.enrol(path))
        e.refused('enrol', '--remove', 7, words='simulated')
        e.run('enrol', '--remove', 3)
        names = {p.name for p in (e.base / 'terminals').iterdir()}
        self.assertFalse({'003.json', '003.secret'} & names)
        e.run(*self.enrol(self.file('next.json'), '--json'))
        e.roll([]).signed('seal', '--practice')
        manifest = json.loads((e.base / 'practice' / 'manifest.json').read_text())
        self.assertEqual([t['index'] for t in manifest['terminals']], [1, 2, 4, 5, 6, 7, 8])

    def test_simulated_ones_by_numbers(self):
        """`rehearse --enrol` as documented: in turn over the stations, lanes split evenly."""
        e = self.election
        for i in range(1, 7):
            e.run('enrol', '--remove', i)
        e.run('rehearse', '--enrol', 5, '--stations', 2)
        places = [json.loads(p.read_text()) for p in sorted((e.base / 'terminals').glob('*.json'))]
        places = [(p['index'], p['station'], p['role'], p['lane']) for p in places[-5:]]
        first = places[0][0]
        self.assertEqual(places, [(first, 1, 'combined', [0, 1, 2]), (first + 1, 2, 'combined', [0, 1, 2, 3, 4]),
                                  (first + 2, 1, 'combined', [3, 4, 5]),
                                  (first + 3, 2, 'combined', [5, 6, 7, 8, 9]),
                                  (first + 4, 1, 'combined', [6, 7, 8, 9])])
        e.run('rehearse', '--desks', 1, '--booths', 1, '--stations', 4, code=1)


class Seal(Base):
    def test_everything_that_is_missing(self):
        e = Election().new().make_key()
        self.addCleanup(e.remove)
        done = e.signed('seal', '--practice', refuse=['tabella trustee init', 'tabella enrol'])
        self.assertFalse((e.base / 'practice').exists(), done)
        self.election.signed('seal', '--practice', refuse=['tabella roll'])
        self.assertFalse((self.election.base / 'practice').exists())

    def test_official_refuses_practice(self):
        e = self.election
        e.roll([voter(1)])
        self.change_draft('policies', 'min_unit', 3)
        done = e.signed('seal', refuse=['simulated', 'tabella enrol --remove 1', 'min_unit', '10'])
        for i in range(1, 7):
            self.assertIn('terminal %d' % i, done.err)
        self.assertFalse((e.base / 'manifest.json').exists())

    def test_lanes_must_be_complete(self):
        e = self.election
        e.run('enrol', '--remove', 5)
        e.run('rehearse', '--enrol', 1, '--station', 'sha-tin', '--role', 'combined', '--lane',
              '0-8')
        e.refused('roll', self.write('good.csv', roll_text([voter(1)])),
                  words=['sha-tin', '--lane 9'])
        self.assertFalse((e.base / 'roll').exists())

    def test_roll_must_fit(self):
        """A terminal that was enrolled after the roll has no keys; a changed slice is seen."""
        e = self.election
        e.roll([voter(1)])
        e.enrol([('tuen-mun', 'booth')])
        e.signed('seal', '--practice', refuse=['terminal 7', 'tabella roll'])
        e.roll([voter(1)])
        slices = next((e.base / 'roll').glob('*.slice'))
        slices.write_bytes(slices.read_bytes()[:-1] + b'x')
        e.signed('seal', '--practice', refuse=['roll'])

    def test_ceremony_must_fit(self):
        e = self.election
        e.roll([voter(1)])
        path = e.base / 'ceremony' / 'r4-02.json'
        good = path.read_bytes()
        path.unlink()
        e.signed('seal', '--practice', refuse=['r4-02.json', 'Trustee Two'])
        path.write_bytes(good.replace(b'"signature": "', b'"signature": "00', 1))
        e.signed('seal', '--practice', refuse=['r4-02.json'])
        path.write_bytes(good)
        self.change_draft('trustees', 'needed', 3)
        e.signed('seal', '--practice', refuse=['ceremony'])

    def test_keys(self):
        e = self.election
        e.roll([voter(1)])
        wrong = self.write('wrong', 'something else')
        seal = ['seal', '--practice', '--key']
        e.refused(*seal, e.key, '--passphrase-file', wrong, words=['passphrase', 'organisers.key'])
        e.refused(*seal, e.root / 'none', '--passphrase-file', e.passphrase, words='none')
        e.refused(*seal, e.pub, '--passphrase-file', e.passphrase, words='organisers.pub')
        good = e.key.with_suffix('.key').read_bytes()
        for bad in (good[:-3], good + b'x', b'', good.replace(b'RWRT', b'RWRU', 1) + b'\n'):
            e.key.with_suffix('.key').write_bytes(bad)
            e.refused(*seal, e.key, '--passphrase-file', e.passphrase, words='organisers.key')
        self.assertFalse((e.base / 'practice').exists())

    def test_practice_twice(self):
        """Again and again, until somebody has worked with it."""
        e = self.election
        e.roll([voter(1)]).seal()
        first = (e.folder / 'manifest.json').read_bytes()
        e.folder = e.base
        e.roll([voter(1), voter(2)]).seal()
        second = (e.folder / 'manifest.json').read_bytes()
        self.assertNotEqual(first, second)
        e.run('status')
        e.folder = e.base
        e.signed('seal', '--practice', refuse=['worked with', 'move the folder'])
        self.assertEqual((e.base / 'practice' / 'manifest.json').read_bytes(), second)

    def official(self):
        """Real tablets' enrolments; the secrets are nowhere."""
        e = self.election
        for i in range(1, 7):
            e.run('enrol', '--remove', i)
        for i, (station, role) in enumerate(PLACES):
            path = self.write('tablet-%d.json' % i, json.dumps(enrolment()))
            e.run('enrol', path, '--station', station, '--role', role)
        return e.roll([voter(1)])

    def test_official_once(self):
        e = self.official()
        e.signed('seal')
        before = {p: p.read_bytes() for p in e.base.rglob('*') if p.is_file()}
        e.signed('seal', refuse=['sealed already', 'tabella amend'])
        for args in (['roll', e.root / 'roll.csv'],
                     ['enrol', '--remove', 8], ['rehearse', '--enrol', 1, '--stations', 1],
                     ['enrol', self.write('late.json', json.dumps(enrolment())), '--station',
                      'mong-kok', '--role', 'booth']):
            e.refused(*args, words='sealed')
        self.assertEqual({p: p.read_bytes() for p in e.base.rglob('*') if p.is_file()}, before)
        manifest = json.loads((e.base / 'manifest.json').read_text())
        self.assertEqual(manifest['mode'], 'official')

    def test_official_is_not_rehearsed(self):
        e = self.official()
        e.signed('seal')
        deck = self.write('deck.csv', 'terminal,id,kind,action,selections\n')
        e.refused('rehearse', deck, '--out', e.stick, words=['official', '-C practice'])
        self.assertFalse(e.stick.exists())

    def test_manifest_that_was_changed(self):
        e = self.election
        e.roll([voter(1)]).seal()
        path = e.folder / 'manifest.json'
        good, sig = path.read_bytes(), (e.folder / 'manifest.json.minisig').read_bytes()
        for name, bad in (('text', good.replace(b'Mong Kok', b'Mong Kek', 1)), ('cut', good[:-2]),
                          ('long', good + b'\n'), ('empty', b'')):
            with self.subTest(name):
                path.write_bytes(bad)
                for args in (['package', '--out', e.stick], ['status'], ['request', 'checkins']):
                    e.refused(*args, words='manifest.json')
        path.write_bytes(good)
        other = self.base.copy()
        self.addCleanup(other.remove)
        other.roll([voter(2)]).seal()
        for name, bad in (('cut', sig[:-5]), ('other', (other.folder / 'manifest.json.minisig')
                           .read_bytes()), ('comment', sig.replace(b'election=', b'election-')),
                          ('empty', b'')):
            with self.subTest(name):
                (e.folder / 'manifest.json.minisig').write_bytes(bad)
                e.refused('package', '--out', e.stick, words='manifest.json')
        self.assertFalse(e.stick.exists())
        (e.folder / 'manifest.json.minisig').write_bytes(sig)
        e.run('package', '--out', e.stick)

    def test_key_new_replaces_nothing(self):
        e = self.election
        refused('key', 'new', e.key, '--passphrase-file', e.passphrase, words='exists')
        e.pub.unlink()
        refused('key', 'new', e.key, '--passphrase-file', e.passphrase, words='organisers.key')
        self.assertFalse(e.pub.exists())


if __name__ == '__main__':
    sys.exit(tap.main())
