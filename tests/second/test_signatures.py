#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ed25519 against RFC 8032 and libsodium, minisign against the stock tool, boxes against both."""

import ctypes
import os
import subprocess
import tempfile
import unittest
from hashlib import sha512

from tabella2 import boxes, ed25519, minisign, ristretto as r
from tabella2.world import Rng

SODIUM = ctypes.CDLL('libsodium.so.23')
assert SODIUM.sodium_init() >= 0

# RFC 8032, 7.1: seed, public key, message, signature.
RFC8032 = [
    ('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
     'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
     'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970'
     '1cf9b46bd25bf5f0595bbe24655141438e7a100b'),
    ('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
     '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
     '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613'
     'd0f11d8c387b2eaeb4302aeeb00d291612bb0c00'),
    ('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
     'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
     '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760'
     '984dc6594a7c15e9716ed28dc027beceea1ec40a'),
    ('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
     'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
     sha512(b'abc').hexdigest(),
     'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6'
     '6431e0303dca179c138ac17ad9bef1177331a704'),
]
ORDER8 = bytes.fromhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')


def sodium_verifies(key, message, signature):
    return SODIUM.crypto_sign_verify_detached(
        signature, message, ctypes.c_ulonglong(len(message)), key) == 0


class Ed25519(unittest.TestCase):
    def test_rfc8032(self):
        for seed, public, message, signature in RFC8032:
            seed, public, message, signature = map(bytes.fromhex,
                                                   (seed, public, message, signature))
            self.assertEqual(ed25519.public_key(seed), public)
            self.assertEqual(ed25519.sign(seed, message), signature)
            self.assertTrue(ed25519.verify(public, message, signature))
            self.assertFalse(ed25519.verify(public, message + b'x', signature))
            for place in (0, 31, 32, 63):
                bad = bytearray(signature)
                bad[place] ^= 1
                self.assertFalse(ed25519.verify(public, message, bytes(bad)))

    def test_s_must_be_below_the_order(self):
        seed, public, message, signature = map(bytes.fromhex, RFC8032[1])
        s = int.from_bytes(signature[32:], 'little')
        for k in (1, 2, 7):
            bad = signature[:32] + (s + k * r.Q).to_bytes(32, 'little')
            self.assertFalse(ed25519.verify(public, message, bad))
            self.assertEqual(sodium_verifies(public, message, bad), False)

    def test_small_order_and_unreduced_encodings(self):
        """Every answer is libsodium's own."""
        odd = [y.to_bytes(32, 'little') for y in (0, 1, 2, 3, r.P - 1, r.P, r.P + 1, r.P + 3)]
        odd += [ORDER8, bytes(31) + b'\x80', b'\1' + bytes(30) + b'\x80']
        keys = odd + [bytes.fromhex(RFC8032[0][1])]
        for key in keys:
            self.assertEqual(ed25519.is_valid_key(key),
                             SODIUM.crypto_core_ed25519_is_valid_point(key) == 1, key.hex())
            for first in odd:
                for s in (0, 1, r.Q - 1, r.Q):
                    signature = first + s.to_bytes(32, 'little')
                    self.assertEqual(ed25519.verify(key, b'm', signature),
                                     sodium_verifies(key, b'm', signature))

    def test_mixed_order(self):
        """Keys and R with a small part: no cofactor, as libsodium has it."""
        rng, small, answers = Rng('mixed'), ed25519.decompress(ORDER8), set()
        for i in range(120):
            a, n = rng.scalar(), rng.scalar()
            key_point, point_r = r.BASE.multiply(a), r.BASE.multiply(n)
            for _ in range(i % 8):
                key_point = r.add(key_point, small)
            for _ in range(i // 8 % 8):
                point_r = r.add(point_r, small)
            key, first = ed25519.compress(key_point), ed25519.compress(point_r)
            k = int.from_bytes(sha512(first + key + b'm').digest(), 'little')
            signature = first + r.scalar_write(n + k * a)
            answer = ed25519.verify(key, b'm', signature)
            self.assertEqual(answer, sodium_verifies(key, b'm', signature))
            self.assertEqual(ed25519.is_valid_key(key),
                             SODIUM.crypto_core_ed25519_is_valid_point(key) == 1)
            answers.add((answer, i % 8 == 0))
        self.assertIn((True, True), answers)
        self.assertIn((False, False), answers)


class Minisign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run(['minisign', '-G', '-W', '-p', cls.path('k.pub'), '-s', cls.path('k.key')],
                       check=True, capture_output=True)
        cls.message = b'the counts\n' * 40
        with open(cls.path('file'), 'wb') as f:
            f.write(cls.message)
        subprocess.run(['minisign', '-S', '-s', cls.path('k.key'), '-m', cls.path('file'),
                        '-t', 'election=0123'], check=True, capture_output=True, input=b'')
        cls.key = minisign.read_public_key(cls.read('k.pub'))
        cls.good = cls.read('file.minisig')

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    @classmethod
    def read(cls, name):
        with open(cls.path(name), 'rb') as f:
            return f.read()

    def test_reads_the_stock_tool(self):
        self.assertEqual(minisign.verify(self.good, self.message, *self.key), 'election=0123')

    def test_the_stock_tool_reads_ours(self):
        rng = Rng('minisign')
        seed = rng.bytes(32)
        public = ed25519.public_key(seed)
        key_id = minisign.batch_key_id(public)
        for name, data in (('ours', self.message),
                           ('ours.pub', minisign.write_public_key(key_id, public)),
                           ('ours.minisig', minisign.sign(seed, key_id, self.message, 'n=1'))):
            with open(self.path(name), 'wb') as f:
                f.write(data)
        done = subprocess.run(['minisign', '-V', '-p', self.path('ours.pub'), '-m',
                               self.path('ours')], check=True, capture_output=True, text=True)
        self.assertIn('n=1', done.stdout)

    def refused(self, signature, message=None, key=None):
        with self.assertRaises(minisign.MinisignError):
            minisign.verify(signature, message or self.message, *(key or self.key))

    def test_refusals(self):
        lines = self.good.split(b'\n')
        self.refused(self.good, self.message + b'.')
        self.refused(self.good.replace(b'election=0123', b'election=0124'))
        self.refused(self.good + b'\n')
        self.refused(self.good[:-1])
        self.refused(self.good.replace(b'\n', b'\r\n'))
        self.refused(b'\n'.join(lines[:3]) + b'\n')
        self.refused(self.good, key=(b'12345678', self.key[1]))
        self.refused(self.good, key=(self.key[0], ed25519.public_key(bytes(32))))
        self.refused(b'\n'.join([lines[0], lines[1] + b'=', *lines[2:]]))

    def test_only_prehashed(self):
        subprocess.run(['minisign', '-S', '-l', '-s', self.path('k.key'), '-m',
                        self.path('file'), '-x', self.path('legacy')], check=True,
                       capture_output=True, input=b'')
        self.refused(self.read('legacy'))


class Boxes(unittest.TestCase):
    def test_x25519_rfc7748(self):
        scalar = bytes.fromhex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4')
        point = bytes.fromhex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')
        self.assertEqual(boxes.x25519(scalar, point).hex(),
                         'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552')

    def test_against_libsodium(self):
        rng = Rng('boxes')
        for size in (0, 1, 15, 16, 17, 63, 64, 65, 96, 200):
            message, key, nonce, extra = (rng.bytes(n) for n in (size, 32, 24, size // 3))
            out = ctypes.create_string_buffer(size + 16)
            SODIUM.crypto_aead_xchacha20poly1305_ietf_encrypt(
                out, None, message, ctypes.c_ulonglong(size), extra,
                ctypes.c_ulonglong(len(extra)), None, nonce, key)
            self.assertEqual(boxes.aead_seal(key, nonce, extra, message), out.raw)
            self.assertEqual(boxes.aead_open(key, nonce, extra, out.raw), message)
            with self.assertRaises(boxes.BoxError):
                boxes.aead_open(key, nonce, extra + b'.', out.raw)
            mine, theirs = rng.bytes(32), rng.bytes(32)
            SODIUM.crypto_box_easy(out, message, ctypes.c_ulonglong(size), nonce,
                                   boxes.x25519_public(theirs), mine)
            box = boxes.box_seal(message, nonce, boxes.x25519_public(theirs), mine)
            self.assertEqual(box, out.raw)
            self.assertEqual(boxes.box_open(box, nonce, boxes.x25519_public(mine), theirs),
                             message)
            with self.assertRaises(boxes.BoxError):
                boxes.box_open(bytes([box[0] ^ 1]) + box[1:], nonce, boxes.x25519_public(mine),
                               theirs)


if __name__ == '__main__':
    unittest.main()
