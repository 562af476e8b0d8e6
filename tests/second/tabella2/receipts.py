# SPDX-License-Identifier: GPL-3.0-or-later
"""The QR texts TB1, TV1, TK1, TC1, TA1."""

from collections import namedtuple
from struct import Struct

from . import ed25519
from .amendments import short_form_fields
from .batch import BALLOT, COMMITMENT, RECEIPT
from .hashing import u8, u16
from .texts import TextError, base32_read, base32_write

AMENDMENT = b'tabella amendment v1\0'
BATCH_FORM = Struct('<8sHHBIII32s64s')
VOTER_FORM = Struct('<8sH32s64s')
AMENDMENT_FORM = Struct('<8sHBHI64s')

BatchReceipt = namedtuple('BatchReceipt', 'he8 terminal number kind checked_in cast challenged '
                                          'digest signature')
VoterReceipt = namedtuple('VoterReceipt', 'he8 terminal code signature')
ShortAmendment = namedtuple('ShortAmendment', 'he8 number kind target value signature')
ChallengeText = namedtuple('ChallengeText', 'he8 terminal style ticket attempt seed packed')


def _unpack(form, kind, data):
    if len(data) != form.size:
        raise TextError('%d bytes, not %d' % (len(data), form.size))
    return kind._make(form.unpack(data))


def _unpack_challenge(data):
    if len(data) < 62:
        raise TextError('too short')
    return ChallengeText(data[:8], int.from_bytes(data[8:10], 'little'),
                         int.from_bytes(data[10:12], 'little'), data[12:28], data[28],
                         data[29:61], data[61:])


def read(text):
    """A receipt's fields by its prefix; a voter's receipt may follow a URL and `#`."""
    text = text[text.rfind('#') + 1:]
    prefix, dot, rest = text.partition('.')
    readers = {
        'TB1': lambda d: _unpack(BATCH_FORM, BatchReceipt, d),
        'TV1': lambda d: _unpack(VOTER_FORM, VoterReceipt, d),
        'TK1': lambda d: _unpack(VOTER_FORM, VoterReceipt, d),
        'TA1': lambda d: _unpack(AMENDMENT_FORM, ShortAmendment, d),
        'TC1': _unpack_challenge,
    }
    if not dot or prefix not in readers:
        raise TextError('none of the known receipts')
    return prefix, readers[prefix](base32_read(rest))


def pack_selections(selections):
    out = bytearray((len(selections) + 7) // 8)
    for i, chosen in enumerate(selections):
        out[i // 8] |= chosen << i % 8
    return bytes(out)


def unpack_selections(packed, count):
    if len(packed) != (count + 7) // 8:
        raise TextError('%d bytes of selections for %d options' % (len(packed), count))
    value = int.from_bytes(packed, 'little')
    if value >> count:
        raise TextError('unused selection bits are set')
    return bytes(value >> i & 1 for i in range(count))


# --- what is signed -----------------------------------------------------------------------------

def batch_message(he, receipt):
    return (RECEIPT + he + u16(receipt.terminal) + u16(receipt.number) + u8(receipt.kind) +
            b''.join(n.to_bytes(4, 'little') for n in (receipt.checked_in, receipt.cast,
                                                       receipt.challenged)) + receipt.digest)


def ballot_message(he, code):
    return BALLOT + he + code


def commitment_message(he, code):
    return COMMITMENT + he + code


def amendment_message(he, number, kind, target, value):
    return AMENDMENT + he + short_form_fields(number, kind, target, value)


# --- writing ------------------------------------------------------------------------------------

def write_batch(seed, header, digest):
    receipt = BatchReceipt(header.he[:8], header.terminal, header.number, header.kind,
                           header.checked_in, header.cast, header.challenged, digest, b'')
    signature = ed25519.sign(seed, batch_message(header.he, receipt))
    return 'TB1.' + base32_write(BATCH_FORM.pack(*receipt[:-1], signature))


def write_voter(he, terminal, code, signature, url=None):
    text = 'TV1.' + base32_write(VOTER_FORM.pack(he[:8], terminal, code, signature))
    return '%s#%s' % (url, text) if url else text


def write_commitment(seed, he, terminal, code):
    signature = ed25519.sign(seed, commitment_message(he, code))
    return 'TK1.' + base32_write(VOTER_FORM.pack(he[:8], terminal, code, signature))


def write_challenge(he, terminal, style, ticket, attempt, seed, selections):
    return 'TC1.' + base32_write(he[:8] + u16(terminal) + u16(style) + ticket + u8(attempt) +
                                 seed + pack_selections(selections))


def write_amendment(seed, he, number, kind, target, value):
    signature = ed25519.sign(seed, amendment_message(he, number, kind, target, value))
    return 'TA1.' + base32_write(he[:8] + short_form_fields(number, kind, target, value) +
                                 signature)
