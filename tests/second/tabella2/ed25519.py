# SPDX-License-Identifier: GPL-3.0-or-later
"""Ed25519 as libsodium verifies it: s below the order, R compared bytewise, no cofactor.

libsodium also refuses an R or a key of small order and a key that is not reduced; so does this.
"""

from hashlib import sha512

from . import ristretto as r

P, Q, D = r.P, r.Q, r.D


def decompress(data):
    """The curve point of 32 bytes, or None; y may be unreduced, as libsodium reads R and A."""
    n = int.from_bytes(data, 'little')
    sign, y = n >> 255, (n & (1 << 255) - 1) % P
    square, x = r._sqrt_ratio((y * y - 1) % P, (D * y * y + 1) % P)
    if not square:
        return None
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def compress(p):
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, 'little')


def _is_zero(p):
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def _small_order(p):
    return _is_zero(r.double(r.double(r.double(p))))


def is_valid_key(data):
    """crypto_core_ed25519_is_valid_point: reduced, on the curve, in the main subgroup."""
    if len(data) != 32 or int.from_bytes(data, 'little') & (1 << 255) - 1 >= P:
        return False
    p = decompress(data)
    return (p is not None and not _small_order(p) and
            _is_zero(r.combine([(r.digits(Q), r.odd_multiples(p))])))


class Key:
    """A public key with the table that makes many verifications cheap."""

    def __init__(self, data):
        self.data = bytes(data)
        point = None
        if len(data) == 32 and int.from_bytes(data, 'little') & (1 << 255) - 1 < P:
            point = decompress(self.data)
        self.table = None
        if point is not None and not _small_order(point):
            self.table = r.odd_multiples(r.negate(point))

    def verify(self, message, signature):
        if self.table is None or len(signature) != 64:
            return False
        encoded_r, s = signature[:32], int.from_bytes(signature[32:], 'little')
        if s >= Q:
            return False
        point_r = decompress(encoded_r)
        if point_r is None or _small_order(point_r):
            return False
        k = int.from_bytes(sha512(encoded_r + self.data + message).digest(), 'little') % Q
        found = r.BASE.multiply_onto(r.combine([(r.digits(k), self.table)]), s)
        return compress(found) == encoded_r


def verify(key, message, signature):
    return Key(key).verify(message, signature)


def _expand(seed):
    h = sha512(seed).digest()
    a = int.from_bytes(h[:32], 'little') & (1 << 254) - 8 | 1 << 254
    return a, h[32:]


def public_key(seed):
    return compress(r.BASE.multiply(_expand(seed)[0]))


def sign(seed, message):
    a, prefix = _expand(seed)
    public = compress(r.BASE.multiply(a))
    n = int.from_bytes(sha512(prefix + message).digest(), 'little') % Q
    encoded_r = compress(r.BASE.multiply(n))
    k = int.from_bytes(sha512(encoded_r + public + message).digest(), 'little') % Q
    return encoded_r + r.scalar_write(n + k * a)
