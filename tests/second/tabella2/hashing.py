# SPDX-License-Identifier: GPL-3.0-or-later
"""H and Hq of the protocol, field encodings, and the plain BLAKE2b digests."""

from hashlib import blake2b

from .ristretto import Q

VER = b'TABELLA1 ristretto255 BLAKE2b'.ljust(32, b'\0')


def u8(n):
    return n.to_bytes(1, 'little')


def u16(n):
    return n.to_bytes(2, 'little')


def u32(n):
    return n.to_bytes(4, 'little')


def sized(data):
    """The few fields that are preceded by their length."""
    return u32(len(data)) + data


def H(ctx, tag, *fields):
    assert len(ctx) == 32
    return blake2b(bytes([tag]) + b''.join(fields), digest_size=32, key=ctx).digest()


def Hq(ctx, tag, *fields):
    assert len(ctx) == 32
    wide = blake2b(bytes([tag]) + b''.join(fields), digest_size=64, key=ctx).digest()
    return int.from_bytes(wide, 'little') % Q


def keyed(key, tag, *fields):
    """BLAKE2b-256 under a secret key: the same bytes as H, named apart for its use."""
    return H(key, tag, *fields)


def blake2b_256(data):
    return blake2b(data, digest_size=32).digest()


def blake2b_512(data):
    return blake2b(data).digest()


def file_digest(data):
    """A batch's digest: the first half of BLAKE2b-512, which minisign signs too."""
    return blake2b_512(data)[:32]


def election_id(manifest_bytes):
    """HE."""
    return H(VER, 0x02, sized(manifest_bytes))
