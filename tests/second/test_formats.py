#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers, IDs, texts, requests, the rules of striking and merging: by small examples."""

import unittest

from tabella2 import (counting, decryption, ed25519, journal, links, receipts, ristretto as r,
                      strictjson, texts, voters)
from tabella2.counting import Ballot, Opened
from tabella2.hashing import H
from tabella2.manifest import Unit
from tabella2.world import Rng

HE = bytes(range(32))


class Json(unittest.TestCase):
    def test_accepts(self):
        for text, value in (('{"a":[1,-2,"é"]}', {'a': [1, -2, 'é']}), (' null\n', None),
                            ('9007199254740991', 2**53 - 1), ('"\\ud83d\\ude00"', '😀')):
            self.assertEqual(strictjson.parse(text.encode()), value)
        self.assertIsNotNone(strictjson.parse(b'[' * 16 + b']' * 16))

    def test_refuses(self):
        for data in (b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'1.0', b'1e3', b'-1E0', b'NaN',
                     b'Infinity', b'9007199254740992', b'-9007199254740992', b'1' * 5000,
                     b'\xef\xbb\xbf1', b'"\xff"', b'"\xed\xa0\x80"', b'"\\ud800"', b'01', b'+1',
                     b'[1,]', b'{"a":1,}', b"'a'", b'', b'1 2', b'"\n"', b'[' * 17 + b']' * 17,
                     b'[' * 100000, b'{"a":' * 17 + b'1' + b'}' * 17):
            with self.assertRaises(strictjson.FormatError, msg=data[:40]):
                strictjson.parse(data)

    def test_fields(self):
        for value in ([], {}, {'a': 1}, {'a': 1, 'b': 2, 'c': 3}):
            with self.assertRaises(strictjson.FormatError):
                strictjson.fields(value, 'it', 'a b')
        self.assertEqual(strictjson.fields({'b': 2, 'a': 1}, 'it', 'a b'), [1, 2])
        for value in (True, 1.0, '1', -1, 11, None):
            with self.assertRaises(strictjson.FormatError):
                strictjson.integer(value, 'it', 0, 10)
        for value in ('AB', 'abc', 'ab cd', 'zz', 7, 'abcd'):
            with self.assertRaises(strictjson.FormatError):
                strictjson.binary(value, 'it', 1)


class Texts(unittest.TestCase):
    def test_base32_rfc4648(self):
        for plain, text in ((b'', ''), (b'f', 'MY'), (b'fo', 'MZXQ'), (b'foo', 'MZXW6'),
                            (b'foob', 'MZXW6YQ'), (b'fooba', 'MZXW6YTB'),
                            (b'foobar', 'MZXW6YTBOI')):
            self.assertEqual(texts.base32_write(plain), text)
            self.assertEqual(texts.base32_read(text), plain)

    def test_base32_refusals(self):
        for text in ('my', 'MY======', 'MZ', 'M', 'MZX', 'M1', 'MZXW6Y', ' MY', 'MY\n'):
            with self.assertRaises(texts.TextError, msg=text):
                texts.base32_read(text)

    def test_short_code(self):
        self.assertEqual(texts.short_code(bytes(32)), '0000 0000 0000 0000 0000')
        self.assertEqual(texts.short_code(b'\xff' * 32), 'ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ')
        code = bytes.fromhex('00443214c74254b635cf84653a56d7c675be77df')
        self.assertEqual(texts.short_code(code), '0123 4567 89AB CDEF GHJK')
        # Bits beyond the first hundred do not count.
        self.assertEqual(texts.short_code(code[:12] + b'\x3f' + code[13:]),
                         texts.short_code(code))

    def test_challenge_text(self):
        for count in (1, 7, 8, 9, 16):
            chosen = bytes(i % 3 == 0 for i in range(count))
            packed = receipts.pack_selections(chosen)
            self.assertEqual(receipts.unpack_selections(packed, count), chosen)
            if count % 8:
                bad = packed[:-1] + bytes([packed[-1] | 0x80])
                with self.assertRaises(texts.TextError):
                    receipts.unpack_selections(bad, count)
        self.assertEqual(receipts.pack_selections(bytes([1, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
                         b'\x01\x02')
        text = receipts.write_challenge(HE, 3, 1, b'T' * 16, 2, b's' * 32, bytes([0, 1, 1]))
        prefix, fields = receipts.read(text)
        self.assertEqual(prefix, 'TC1')
        self.assertEqual(fields, (HE[:8], 3, 1, b'T' * 16, 2, b's' * 32, b'\x06'))

    def test_amendment_text(self):
        seed = b'o' * 32
        prefix, a = receipts.read(receipts.write_amendment(seed, HE, 3, 6, 5, 1 + (0x3e0 << 16)))
        self.assertEqual((prefix, a.number, a.kind, a.target), ('TA1', 3, 6, 5))
        message = receipts.amendment_message(HE, 3, 6, 5, a.value)
        self.assertTrue(ed25519.verify(ed25519.public_key(seed), message, a.signature))

    def test_receipt_after_url(self):
        text = receipts.write_voter(HE, 9, b'c' * 32, b's' * 64, 'https://example.org/#a')
        self.assertEqual(receipts.read(text)[1].terminal, 9)
        for bad in ('', 'TV1', 'TV1.', 'TX1.AA', text.lower(), text + 'A', text[:-1]):
            with self.assertRaises(texts.TextError, msg=bad):
                receipts.read(bad)


class Voters(unittest.TestCase):
    def test_normalise(self):
        for text, out in (('a123456(3)', 'A1234563'), ('Ａ１２３４５６（３）', 'A1234563'),
                          (' z-9 ', 'Z9'), ('ｚ', 'Z'), ('éA', 'A')):
            self.assertEqual(voters.normalise(text), out)
        for text in ('', '()', '中', 'A' * 33):
            with self.assertRaises(texts.TextError):
                voters.normalise(text)

    def test_hkid(self):
        for good in ('A1234563', 'G123456A', 'AB9876543', 'C1234569'):
            self.assertTrue(voters.is_hkid(good), good)
        for bad in ('A1234564', 'A123456', 'ABC9876543', 'A12345633', '11234563', 'A12345B3',
                    'G123456B', ''):
            self.assertFalse(voters.is_hkid(bad), bad)

    def test_lane(self):
        self.assertEqual(voters.lane_digit('A1234563', 'hkid'), 6)
        self.assertEqual(voters.lane_digit('A1234563', 'pattern'), 3)
        self.assertEqual(voters.lane_digit('12XY', 'pattern'), 2)
        self.assertEqual(voters.lane_digit('XY', 'pattern'), 0)

    def test_ticket(self):
        key = b'k' * 32
        ticket = voters.ticket_make(key, HE, 2, 1, 0, 255, b'abc')
        self.assertEqual(len(ticket), 10)
        tag = voters.ticket_tag(key, HE, 2, ticket)
        self.assertEqual(len(tag), 16)
        self.assertIsNone(voters.ticket_tag(key, HE, 1, ticket))
        self.assertIsNone(voters.ticket_tag(key, HE, 2, ticket[:9] + bytes([ticket[9] ^ 1])))
        self.assertEqual(len(texts.ticket_text(ticket).replace(' ', '')), 16)


class Journals(unittest.TestCase):
    def test_chain(self):
        lines = [journal.line('enrolled'), journal.line('installed')]
        first = H(HE, 0x40, bytes(32), bytes([20, 0, 0, 0]), b'{"event":"enrolled"}')
        self.assertEqual(journal.chain(HE, lines[:1]), first)
        self.assertNotEqual(journal.chain(HE, lines), journal.chain(HE, lines[::-1]))
        self.assertEqual(journal.chain(HE, []), bytes(32))

    def test_lines(self):
        counts = '"counts":{"checked_in":0,"cast":0,"challenged":0},"clock":"2031-05-04 08:00"'
        good = ['{"event":"enrolled"}', '{"event":"opened",%s}' % counts,
                '{"event":"fault","what":"stick"}',
                '{"event":"copied","number":1,"digest":"%s"}' % ('ab' * 32),
                '{"event":"amended","number":1,"kind":9,"target":0,"value":0}']
        for line in good:
            self.assertEqual(len(journal.read(line.encode() + b'\n')), 1)
        bad = ['{"event":"cast"}', '{"what":"stick","event":"fault"}', '{"event":"opened"}',
               '{"event":"fault","what":"voter 7"}', '{"event":"enrolled",%s}' % counts, '[]',
               '{"event":"opened",%s}' % counts.replace('08:00', '24:00'), '',
               '{"event":"copied","number":1,"digest":"AB"}', good[0] + ' ' + good[0]]
        for line in bad:
            with self.assertRaises(strictjson.FormatError, msg=line):
                journal.read(line.encode() + b'\n')
        with self.assertRaises(strictjson.FormatError):
            journal.read(good[0].encode())


class Requests(unittest.TestCase):
    points = [r.encode(r.BASE.multiply(k)) for k in (1, 2, 3)]

    def test_round_trip(self):
        for purpose, labels in ((1, [(1, 1, 1), (1, 1, 2), (2, 1, 1)]), (3, [(0, 1, 0), (0, 1, 1),
                                                                           (1, 0, 0)])):
            request = decryption.Request(purpose, list(zip(labels, self.points)))
            again = decryption.Request.read(request.write(), purpose)
            self.assertEqual(again.entries, request.entries)
            for entries in (request.entries[::-1], request.entries[:1] * 2):
                with self.assertRaises(strictjson.FormatError):
                    decryption.Request.read(decryption.Request(purpose, entries).write(), purpose)

    def test_strike_orders_by_point(self):
        entries = sorted(((1,), p) for p in self.points)
        data = decryption.Request(2, entries).write()
        self.assertEqual(decryption.Request.read(data, 2).entries, entries)
        for bad in (data[:-1], data + b'\0', b'\1' + data[1:], data[:1] + b'\4' + data[2:]):
            with self.assertRaises(strictjson.FormatError):
                decryption.Request.read(bad, 2)
        with self.assertRaises(strictjson.FormatError):
            decryption.Request.read(decryption.Request(2, [((1,), bytes(32))]).write(), 2)

    def test_labels_are_numbers(self):
        """256 comes after 1, though its bytes would not."""
        entries = [((1, 1, 1), self.points[0]), ((256, 1, 1), self.points[1])]
        data = decryption.Request(1, entries).write()
        self.assertEqual(decryption.Request.read(data, 1).entries, entries)


class Shares(unittest.TestCase):
    def setUp(self):
        self.rng = Rng('shares')
        self.request = decryption.Request(2, sorted(
            ((1,), r.encode(r.BASE.multiply(self.rng.scalar()))) for _ in range(3)))
        self.digest = self.request.digest(HE)
        self.secret = self.rng.scalar()

    def share(self, request=None, index=1, secret=None):
        return decryption.make_share(HE, self.digest, index, request or self.request,
                                     secret or self.secret, [self.rng.scalar() for _ in range(3)])

    def check(self, data, index=1, digest=None):
        return decryption.check_share(HE, digest or self.digest, index, self.request,
                                      r.BASE.multiply(self.secret), data)

    def test_good_and_bad(self):
        good = self.share()
        for m, (_, point) in zip(self.check(good), self.request.entries):
            self.assertTrue(r.equal(m, r.multiply(self.secret, r.decode(point))))
        other_m = r.encode(r.add(r.decode(good[:32]), r.G)) + good[32:]
        zero_c = good[:96] + bytes(32) + good[128:]
        unreduced = good[:96] + (int.from_bytes(good[96:128], 'little') + r.Q).to_bytes(
            32, 'little') + good[128:]
        for bad in (other_m, zero_c, unreduced, good[:-32], good + bytes(32), good[:-1],
                    self.share(index=2), self.share(secret=self.secret + 1),
                    good[32:64] + good[:32] + good[64:]):
            with self.assertRaises(decryption.ShareError):
                self.check(bad)
        with self.assertRaises(decryption.ShareError):
            self.check(good, digest=bytes(32))

    def test_any_t_combine_alike(self):
        a, b, secret = self.rng.scalar(), self.rng.scalar(), self.rng.scalar()
        point = r.BASE.multiply(77)
        values = {i: [r.multiply(secret + a * i + b * i * i, point)] for i in range(1, 6)}
        expected = r.multiply(secret, point)
        for chosen in ((1, 2, 3), (5, 1, 4), (2, 3, 5)):
            found = decryption.combine({i: values[i] for i in chosen})
            self.assertTrue(r.equal(found[0], expected))
        self.assertFalse(r.equal(decryption.combine({i: values[i] for i in (1, 2)})[0], expected))

    def test_small_logs(self):
        key = r.BASE.multiply(99)
        for limit in (0, 1, 2, 10, 30):
            logs = decryption.SmallLogs(key, limit)
            for count in range(limit + 1):
                self.assertEqual(logs.find(r.multiply(count, key)), count)
            for count in (limit + 1, limit + 7, r.Q - 1):
                self.assertIsNone(logs.find(r.multiply(count, key)))


class Links(unittest.TestCase):
    def test_link(self):
        rng, secret = Rng('links'), 4242
        key2 = r.Fixed(r.BASE.multiply(secret))
        ticket = rng.bytes(16)
        link = links.make(HE, key2, 3, ticket, rng.scalar(), rng.scalar())
        links.check(HE, 3, link)
        shared = r.multiply(secret, r.decode(link[:32]))
        self.assertEqual(links.open_link(HE, 3, link, shared), ticket)
        self.assertNotEqual(links.open_link(HE, 4, link, shared), ticket)
        for place in (0, 32, 47, 48, 80):
            bad = bytearray(link)
            bad[place] ^= 1
            with self.assertRaises(links.LinkError):
                links.check(HE, 3, bytes(bad))
        for bad, terminal in ((link, 4), (links.NO_LINK, 3),
                              (link[:48] + bytes(32) + link[80:], 3),
                              (link[:80] + bytes(32), 3)):
            with self.assertRaises(links.LinkError):
                links.check(HE, terminal, bad)

    def test_sealed(self):
        rng, secret = Rng('sealed'), 4242
        key2, export = r.Fixed(r.BASE.multiply(secret)), rng.bytes(32)
        data = links.seal(b'TACHECK1', HE, key2, 3, 1, 2, rng.bytes(296), export)
        links.check_sealed(HE, data)
        shared = r.multiply(secret, r.decode(data[48:80]))
        header, plain = links.unseal(HE, data, shared)
        self.assertEqual(header, data[:48])
        self.assertEqual(len(links.read_checkins(plain)), 2)
        again = links.seal(b'TACHECK1', HE, key2, 3, 1, 2, plain, export)
        self.assertEqual(again, data)
        for place in (10, 50, 90, 120):
            bad = bytearray(data)
            bad[place] ^= 1
            with self.assertRaises(links.LinkError):
                links.check_sealed(HE, bytes(bad))


class Striking(unittest.TestCase):
    def ballot(self, name, station=1, style=0, ticket=b'A'):
        return Ballot(name.encode().ljust(32), station, station, 0, style, ticket.ljust(16), b'')

    def strike(self, ballots, *opened):
        found = counting.strike(HE, ballots, [Opened(t, s, style, ticket.ljust(16))
                                              for t, s, style, ticket in opened])
        return ({c.decode().strip() for c in found.struck}, found.unused,
                {c.decode().strip() for c in found.lost}, len(found.incidents))

    def test_rules(self):
        a, b = self.ballot('a'), self.ballot('b', ticket=b'B')
        elsewhere = self.ballot('c', station=2, ticket=b'C')
        every = [a, b, elsewhere]
        self.assertEqual(self.strike(every), (set(), 0, set(), 0))
        self.assertEqual(self.strike(every, (1, 1, 0, b'A')), ({'a'}, 0, set(), 0))
        self.assertEqual(self.strike(every, (1, 1, 0, b'Z')), (set(), 1, set(), 0))
        self.assertEqual(self.strike(every, (1, 1, 1, b'A')), (set(), 0, set(), 1))
        self.assertEqual(self.strike(every, (1, 1, 0, b'C')), (set(), 0, set(), 1))
        self.assertEqual(self.strike(every, (1, 1, 0, b'A'), (2, 1, 0, b'A')),
                         (set(), 0, set(), 2))

    def test_equal_tickets(self):
        twins = [self.ballot('a'), self.ballot('b'), self.ballot('c', ticket=b'C')]
        struck, unused, lost, incidents = self.strike(twins)
        self.assertEqual((struck, unused, len(lost), incidents), (set(), 0, 1, 1))
        everything = counting.codes_hash(HE, [t.code for t in twins])
        keep = min(twins[:2], key=lambda t: H(HE, 0x41, everything, t.code))
        self.assertNotIn(keep.code.decode().strip(), lost)
        self.assertEqual(self.strike(twins, (1, 1, 0, b'A'))[0], {'a', 'b'})
        apart = [self.ballot('a'), self.ballot('b', station=2)]
        self.assertEqual(self.strike(apart), (set(), 0, set(), 0))
        self.assertEqual(self.strike(apart, (1, 1, 0, b'A')), ({'a'}, 0, set(), 0))


class Merging(unittest.TestCase):
    def merge(self, targets, sizes, minimum):
        units = [Unit(str(i), t) for i, t in enumerate(targets)]
        groups = counting.merge_units(units, dict(enumerate(sizes)), minimum)
        return {i: (g.members, g.ballots, g.withheld) for i, g in groups.items()}

    def test_merging(self):
        self.assertEqual(self.merge([None, 0], [9, 5], 5),
                         {0: ([], 9, False), 1: ([], 5, False)})
        self.assertEqual(self.merge([None, 0], [9, 4], 5), {0: ([1], 13, False)})
        self.assertEqual(self.merge([None, 0], [0, 0], 5), {})
        self.assertEqual(self.merge([None, 0], [4, 0], 5), {0: ([], 4, True)})
        self.assertEqual(self.merge([None, 0], [0, 4], 5), {0: ([1], 4, True)})
        self.assertEqual(self.merge([None, 0], [3, 9], 5),
                         {0: ([], 3, True), 1: ([], 9, False)})

    def test_chains(self):
        """The lowest number first: unit 1 joins 2 before 2 is looked at."""
        self.assertEqual(self.merge([None, 2, 0], [9, 2, 2], 4),
                         {0: ([], 9, False), 2: ([1], 4, False)})
        # Unit 1 leaves for 0 first; 2 then joins the emptied 1, and goes on with it.
        self.assertEqual(self.merge([None, 0, 1], [9, 2, 2], 4), {0: ([1, 2], 13, False)})
        self.assertEqual(self.merge([None, 0, 1, 2], [1, 1, 1, 1], 4),
                         {0: ([1, 2, 3], 4, False)})
        self.assertEqual(self.merge([3, 0, 1, None], [1, 1, 1, 9], 2),
                         {3: ([0, 1, 2], 12, False)})


if __name__ == '__main__':
    unittest.main()
