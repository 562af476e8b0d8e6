# SPDX-License-Identifier: GPL-3.0-or-later
"""minisign files, prehashed (`ED`) only, exactly four LF-ended lines."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

from . import ed25519
from .hashing import blake2b_256, blake2b_512

UNTRUSTED = b'untrusted comment: '
TRUSTED = b'trusted comment: '
CONTROL = re.compile(rb'[\0-\x08\x0b-\x1f\x7f]')


class MinisignError(ValueError):
    """The file is no minisign file, or not by this key, or not over these bytes."""


def batch_key_id(public):
    return blake2b_256(public)[:8]


def _base64(line, size):
    try:
        data = b64decode(line, validate=True)
    except (Base64Error, ValueError):
        raise MinisignError('not base64')
    if len(data) != size or b64encode(data) != line:
        raise MinisignError('not the base64 of %d bytes' % size)
    return data


def _check_text(data):
    if CONTROL.search(data):
        raise MinisignError('control characters')
    try:
        data.decode('utf-8')
    except UnicodeDecodeError:
        raise MinisignError('not UTF-8')


def read_public_key(data):
    """(key id, public key) of a .pub file."""
    _check_text(data)
    lines = data.split(b'\n')
    if len(lines) != 3 or lines[2] or not lines[0].startswith(UNTRUSTED):
        raise MinisignError('a key file has a comment line and a key line')
    raw = _base64(lines[1], 42)
    if raw[:2] != b'Ed':
        raise MinisignError('not an Ed25519 key')
    return raw[2:10], raw[10:]


def verify(signature_file, message, key_id, public):
    """The trusted comment, as text, of a good signature; MinisignError otherwise."""
    lines = signature_file.split(b'\n')
    if len(lines) != 5 or lines[4]:
        raise MinisignError('a signature file has exactly four lines, each ended by LF')
    if not lines[0].startswith(UNTRUSTED) or not lines[2].startswith(TRUSTED):
        raise MinisignError('comment lines are missing')
    _check_text(signature_file)
    if len(lines[0]) > 1022 or len(lines[2]) > 8190:
        raise MinisignError('a comment line is too long')
    raw = _base64(lines[1], 74)
    last = _base64(lines[3], 64)
    if raw[:2] != b'ED':
        raise MinisignError('not a prehashed signature')
    if raw[2:10] != key_id:
        raise MinisignError('signed by key %s, not %s' % (raw[2:10].hex(), key_id.hex()))
    signature, comment = raw[10:], lines[2][len(TRUSTED):]
    key = ed25519.Key(public)
    if not key.verify(blake2b_512(message), signature):
        raise MinisignError('the signature does not fit the file')
    if not key.verify(signature + comment, last):
        raise MinisignError('the signature does not fit the trusted comment')
    return comment.decode('utf-8')


def sign(seed, key_id, message, trusted_comment, untrusted='signature'):
    signature = ed25519.sign(seed, blake2b_512(message))
    comment = trusted_comment.encode()
    return b''.join((
        UNTRUSTED, untrusted.encode(), b'\n',
        b64encode(b'ED' + key_id + signature), b'\n',
        TRUSTED, comment, b'\n',
        b64encode(ed25519.sign(seed, signature + comment)), b'\n'))


def write_public_key(key_id, public):
    return b''.join((UNTRUSTED, b'minisign public key ', key_id[::-1].hex().upper().encode(),
                     b'\n', b64encode(b'Ed' + key_id + public), b'\n'))
