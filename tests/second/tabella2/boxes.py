# SPDX-License-Identifier: GPL-3.0-or-later
"""XChaCha20-Poly1305 and crypto_box (X25519, XSalsa20-Poly1305): what making records needs."""

from hashlib import blake2b
from hmac import compare_digest
from struct import pack, unpack

MASK = 0xffffffff
CONSTANTS = unpack('<4I', b'expand 32-byte k')
P = 2**255 - 19


class BoxError(ValueError):
    """A box that does not open."""


def _rotate(v, n):
    return (v << n | v >> (32 - n)) & MASK


# --- ChaCha20 and its relatives -----------------------------------------------------------------

def _chacha_quarter(s, a, b, c, d):
    s[a] = s[a] + s[b] & MASK
    s[d] = _rotate(s[d] ^ s[a], 16)
    s[c] = s[c] + s[d] & MASK
    s[b] = _rotate(s[b] ^ s[c], 12)
    s[a] = s[a] + s[b] & MASK
    s[d] = _rotate(s[d] ^ s[a], 8)
    s[c] = s[c] + s[d] & MASK
    s[b] = _rotate(s[b] ^ s[c], 7)


def _chacha_rounds(state):
    s = list(state)
    for _ in range(10):
        for a in range(4):
            _chacha_quarter(s, a, a + 4, a + 8, a + 12)
        for a in range(4):
            _chacha_quarter(s, a, 4 + (a + 1) % 4, 8 + (a + 2) % 4, 12 + (a + 3) % 4)
    return s


def _chacha_block(key, counter, nonce):
    state = CONSTANTS + unpack('<8I', key) + (counter,) + unpack('<3I', nonce)
    mixed = _chacha_rounds(state)
    return pack('<16I', *(a + b & MASK for a, b in zip(mixed, state)))


def _hchacha(key, nonce):
    s = _chacha_rounds(CONSTANTS + unpack('<8I', key) + unpack('<4I', nonce))
    return pack('<8I', *(s[:4] + s[12:]))


def _xor(data, stream):
    n = len(data)
    return (int.from_bytes(data, 'little') ^
            int.from_bytes(stream[:n], 'little')).to_bytes(n, 'little')


def poly1305(key, message):
    r = int.from_bytes(key[:16], 'little') & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for i in range(0, len(message), 16):
        block = message[i:i + 16]
        total = (total + int.from_bytes(block + b'\1', 'little')) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], 'little')) & (1 << 128) - 1).to_bytes(16, 'little')


def _aead_tag(one_time_key, associated, ciphertext):
    def padded(data):
        return data + bytes(-len(data) % 16)
    return poly1305(one_time_key, padded(associated) + padded(ciphertext) +
                    pack('<QQ', len(associated), len(ciphertext)))


def _xchacha(key, nonce, length):
    subkey, tail = _hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    one_time_key = _chacha_block(subkey, 0, tail)[:32]
    stream = b''.join(_chacha_block(subkey, i, tail) for i in range(1, 1 + (length + 63) // 64))
    return one_time_key, stream


def aead_seal(key, nonce, associated, plaintext):
    one_time_key, stream = _xchacha(key, nonce, len(plaintext))
    ciphertext = _xor(plaintext, stream)
    return ciphertext + _aead_tag(one_time_key, associated, ciphertext)


def aead_open(key, nonce, associated, box):
    if len(box) < 16:
        raise BoxError('too short')
    ciphertext, tag = box[:-16], box[-16:]
    one_time_key, stream = _xchacha(key, nonce, len(ciphertext))
    if not compare_digest(tag, _aead_tag(one_time_key, associated, ciphertext)):
        raise BoxError('does not open')
    return _xor(ciphertext, stream)


# --- Salsa20 and X25519 -------------------------------------------------------------------------

def _salsa_quarter(s, a, b, c, d):
    s[b] ^= _rotate(s[a] + s[d] & MASK, 7)
    s[c] ^= _rotate(s[b] + s[a] & MASK, 9)
    s[d] ^= _rotate(s[c] + s[b] & MASK, 13)
    s[a] ^= _rotate(s[d] + s[c] & MASK, 18)


def _salsa_state(key, block):
    k, n, c = unpack('<8I', key), unpack('<4I', block), CONSTANTS
    return [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]


def _salsa_rounds(state):
    s = list(state)
    for _ in range(10):
        for i in range(4):
            _salsa_quarter(s, *(5 * i + 4 * j & 15 for j in range(4)))
        for i in range(4):
            _salsa_quarter(s, *(4 * i + (i + j) % 4 for j in range(4)))
    return s


def _hsalsa(key, block):
    s = _salsa_rounds(_salsa_state(key, block))
    return pack('<8I', *(s[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def _salsa_block(key, nonce, counter):
    state = _salsa_state(key, nonce + pack('<Q', counter))
    return pack('<16I', *(a + b & MASK for a, b in zip(_salsa_rounds(state), state)))


def x25519(scalar, point):
    k = int.from_bytes(scalar, 'little') & (1 << 254) - 8 | 1 << 254
    x1 = int.from_bytes(point, 'little') & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, -1, P) % P).to_bytes(32, 'little') if z2 else bytes(32)


def x25519_public(scalar):
    return x25519(scalar, (9).to_bytes(32, 'little'))


def _box_stream(their_public, my_secret, nonce, length):
    shared = _hsalsa(x25519(my_secret, their_public), bytes(16))
    key = _hsalsa(shared, nonce[:16])
    stream = b''.join(_salsa_block(key, nonce[16:], i) for i in range((length + 95) // 64))
    return stream[:32], stream[32:]


def box_seal(message, nonce, their_public, my_secret):
    """crypto_box_easy: the 16-byte tag first."""
    one_time_key, stream = _box_stream(their_public, my_secret, nonce, len(message))
    ciphertext = _xor(message, stream)
    return poly1305(one_time_key, ciphertext) + ciphertext


def sealed_box(message, their_public, my_secret):
    """crypto_box_seal with a given one-time secret."""
    public = x25519_public(my_secret)
    nonce = blake2b(public + their_public, digest_size=24).digest()
    return public + box_seal(message, nonce, their_public, my_secret)


def box_open(box, nonce, their_public, my_secret):
    tag, ciphertext = box[:16], box[16:]
    one_time_key, stream = _box_stream(their_public, my_secret, nonce, len(ciphertext))
    if len(box) < 16 or not compare_digest(tag, poly1305(one_time_key, ciphertext)):
        raise BoxError('does not open')
    return _xor(ciphertext, stream)
