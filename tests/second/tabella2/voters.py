# SPDX-License-Identifier: GPL-3.0-or-later
"""Normalised IDs, lanes, pseudonyms and tickets."""

from .hashing import keyed, u8, u16
from .texts import TextError


def normalise(text):
    """U+FF01.. narrowed, a-z raised, all but A-Z and 0-9 dropped; 1 to 32 bytes."""
    out = []
    for char in text:
        point = ord(char)
        if 0xff01 <= point <= 0xff5e:
            point -= 0xff01 - 0x21
        if 0x61 <= point <= 0x7a:
            point -= 0x20
        if 0x41 <= point <= 0x5a or 0x30 <= point <= 0x39:
            out.append(chr(point))
    result = ''.join(out)
    if not 1 <= len(result) <= 32:
        raise TextError('an ID has 1 to 32 letters and digits')
    return result


def is_hkid(text):
    """One or two letters, six digits, one digit or A, with a right check."""
    head, body, check = text[:-7], text[-7:-1], text[-1:]
    if not (1 <= len(head) <= 2 and all('A' <= c <= 'Z' for c in head)):
        return False
    if not all('0' <= c <= '9' for c in body) or check not in '0123456789A' or not check:
        return False
    values = [36] * (2 - len(head)) + [ord(c) - 55 for c in head] + [int(c) for c in body]
    values.append(int(check, 16))
    return sum(v * w for v, w in zip(values, range(9, 0, -1))) % 11 == 0


def lane_digit(normalised, scheme):
    if scheme == 'hkid':
        return int(normalised[-2])
    numbers = [c for c in normalised if '0' <= c <= '9']
    return int(numbers[-1]) if numbers else 0


def pseudonym(roll_key, normalised):
    return keyed(roll_key, 0x30, normalised.encode())


def record_key(slice_key, normalised):
    return keyed(slice_key, 0x31, normalised.encode())


def ticket_make(ticket_key, he, station, style, desk, run, random3):
    x = u8(style) + u8(desk) + u8(run) + random3
    return x + keyed(ticket_key, 0x36, he, u16(station), x)[:4]


def ticket_tag(ticket_key, he, station, ticket):
    """T of a ticket, or None when its check is wrong."""
    x = ticket[:6]
    if len(ticket) != 10 or keyed(ticket_key, 0x36, he, u16(station), x)[:4] != ticket[6:]:
        return None
    return keyed(ticket_key, 0x37, he, u16(station), x)[:16]
