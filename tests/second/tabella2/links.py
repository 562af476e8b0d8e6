# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed links from check-ins to tickets, check-in records, and the sealed files."""

from collections import namedtuple
from struct import Struct

from . import boxes, ristretto as r
from .hashing import H, Hq, u8, u16, u32
from .ristretto import EncodingError
from .strictjson import FormatError

LINK_SIZE = 112
NO_LINK = bytes(LINK_SIZE)
CHECKIN = Struct('<32sBBH112s')
assert CHECKIN.size == 148
SEALED_HEADER = Struct('<8s32sHHI')
assert SEALED_HEADER.size == 48

ROLL, WALK_IN, PROVISIONAL, PAPER = 1, 2, 3, 4
CheckIn = namedtuple('CheckIn', 'p kind state style link')


class LinkError(ValueError):
    """A link or sealed file whose proof does not hold."""


# --- links --------------------------------------------------------------------------------------

def _pad(he, encoded_r, shared, terminal):
    return H(he, 0x32, encoded_r, r.encode(shared), u16(terminal))[:16]


def _xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def make(he, key2, terminal, ticket, rho, u):
    encoded_r = r.encode(r.BASE.multiply(rho))
    ct = _xor(ticket, _pad(he, encoded_r, key2.multiply(rho), terminal))
    c = Hq(he, 0x33, u16(terminal), encoded_r, ct, r.encode(r.BASE.multiply(u)))
    return encoded_r + ct + r.scalar_write(c) + r.scalar_write(u - c * rho)


def check(he, terminal, link):
    """LinkError unless the link's proof holds."""
    encoded_r, ct, c_bytes, s_bytes = link[:32], link[32:48], link[48:80], link[80:]
    try:
        point = r.point_read(encoded_r)
        c, s = r.scalar_read(c_bytes), r.scalar_read(s_bytes)
    except EncodingError as error:
        raise LinkError(str(error))
    if c == 0 or s == 0:
        raise LinkError('a challenge or response is zero')
    left = r.BASE.multiply_onto(r.combine([(r.digits(c), r.odd_multiples(point))]), s)
    if Hq(he, 0x33, u16(terminal), encoded_r, ct, r.encode(left)) != c:
        raise LinkError('the proof does not hold')


def open_link(he, terminal, link, shared):
    """T, from ρK2."""
    return _xor(link[32:48], _pad(he, link[:32], shared, terminal))


# --- check-ins and sealed files -----------------------------------------------------------------

def write_checkins(records):
    return b''.join(CHECKIN.pack(*record) for record in
                    sorted(records, key=lambda x: (x.p, x.kind)))


def read_checkins(data):
    if len(data) % CHECKIN.size:
        raise FormatError('not a whole number of check-ins')
    return [CheckIn._make(v) for v in CHECKIN.iter_unpack(data)]


def sealing_scalar(export_secret, what, header, plaintext):
    return Hq(export_secret, 0x38, u8(what), header, plaintext)


def seal(magic, he, key2, terminal, number, count, plaintext, export_secret):
    """`checkins` (count: records) or `sealed` (count: bytes of the plaintext)."""
    first = 1 if magic == b'TACHECK1' else 3
    header = SEALED_HEADER.pack(magic, he, terminal, number, count)
    rho = sealing_scalar(export_secret, first, header, plaintext)
    u = sealing_scalar(export_secret, first + 1, header, plaintext)
    encoded_r = r.encode(r.BASE.multiply(rho))
    c = Hq(he, 0x35, header, encoded_r, r.encode(r.BASE.multiply(u)))
    key = H(he, 0x34, header, encoded_r, r.encode(key2.multiply(rho)))
    box = boxes.aead_seal(key, bytes(24), header + encoded_r, plaintext)
    return header + encoded_r + r.scalar_write(c) + r.scalar_write(u - c * rho) + box


def unseal(he, data, shared):
    """(header, plaintext) of a sealed file, given ρK2."""
    header, encoded_r = data[:48], data[48:80]
    key = H(he, 0x34, header, encoded_r, r.encode(shared))
    return header, boxes.aead_open(key, bytes(24), header + encoded_r, data[144:])


def check_sealed(he, data):
    """LinkError unless the proof in a sealed file holds."""
    if len(data) < 160:
        raise LinkError('too short')
    header, encoded_r = data[:48], data[48:80]
    try:
        point = r.point_read(encoded_r)
        c, s = r.scalar_read(data[80:112]), r.scalar_read(data[112:144])
    except EncodingError as error:
        raise LinkError(str(error))
    left = r.BASE.multiply_onto(r.combine([(r.digits(c), r.odd_multiples(point))]), s)
    if not c or not s or Hq(he, 0x35, header, encoded_r, r.encode(left)) != c:
        raise LinkError('the proof does not hold')


def pack_files(*files):
    """The plaintext of `sealed`."""
    return b''.join(u32(len(f)) + f for f in files)
