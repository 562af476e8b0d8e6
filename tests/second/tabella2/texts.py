# SPDX-License-Identifier: GPL-3.0-or-later
"""Base32 of the QR texts, short codes, tickets as people see them."""

BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


class TextError(ValueError):
    """A text that is not of the documented form."""


def base32_write(data, alphabet=BASE32):
    count = (len(data) * 8 + 4) // 5
    value = int.from_bytes(data, 'big') << count * 5 - len(data) * 8
    return ''.join(alphabet[value >> 5 * (count - 1 - i) & 31] for i in range(count))


def base32_read(text, alphabet=BASE32):
    value = 0
    for char in text:
        place = alphabet.find(char)
        if place < 0:
            raise TextError('not base32: %r' % char)
        value = value << 5 | place
    size = len(text) * 5 // 8
    spare = len(text) * 5 - size * 8
    if spare >= 5 or value & (1 << spare) - 1:
        raise TextError('not the one base32 of its bytes')
    return (value >> spare).to_bytes(size, 'big')


def grouped(text, size):
    return ' '.join(text[i:i + size] for i in range(0, len(text), size))


def short_code(digest):
    """The first 100 bits of a digest in five groups of four."""
    return grouped(base32_write(digest[:13], CROCKFORD)[:20], 4)


def ticket_text(ticket):
    """Ten bytes as 16 characters in four groups."""
    return grouped(base32_write(ticket, CROCKFORD), 4)
