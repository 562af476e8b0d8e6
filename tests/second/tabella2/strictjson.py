# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict JSON: one reading or none. Field checks raise FormatError with the place's name."""

import json

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1


class FormatError(ValueError):
    """A file that is not of the documented form."""


def _pairs(pairs):
    out = {}
    for key, value in pairs:
        if key in out:
            raise FormatError('duplicate key "%s"' % key)
        out[key] = value
    return out


def _integer(text):
    value = int(text) if len(text) < 20 else MAX_INTEGER + 1
    if abs(value) > MAX_INTEGER:
        raise FormatError('number out of range: ' + text[:24])
    return value


def _refuse_number(text):
    raise FormatError('not an integer: ' + text[:24])


def _check_depth(text):
    depth, in_string, escaped = 0, False, False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == '\\':
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in '[{':
            depth += 1
            if depth > MAX_DEPTH:
                raise FormatError('more than %d nested containers' % MAX_DEPTH)
        elif char in ']}':
            depth -= 1


def parse(data):
    """The value of UTF-8 JSON bytes."""
    try:
        text = bytes(data).decode('utf-8')
    except UnicodeDecodeError as error:
        raise FormatError('not UTF-8: %s' % error)
    if text.startswith('\ufeff'):
        raise FormatError('starts with a byte order mark')
    _check_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_int=_integer,
                           parse_float=_refuse_number, parse_constant=_refuse_number)
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError('not JSON: %s' % error)
    _check_strings(value)
    return value


def _check_strings(value):
    if isinstance(value, str):
        if '\0' in value or any('\ud800' <= c <= '\udfff' for c in value):
            raise FormatError('a string holds NUL or half a surrogate pair')
    elif isinstance(value, list):
        for item in value:
            _check_strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_strings(key)
            _check_strings(item)


# --- field readers ------------------------------------------------------------------------------

def fields(value, where, names):
    """The values of an object with exactly these fields, in the order of `names`."""
    if not isinstance(value, dict):
        raise FormatError('%s is not an object' % where)
    names = names.split()
    for name in names:
        if name not in value:
            raise FormatError('%s lacks "%s"' % (where, name))
    for name in value:
        if name not in names:
            raise FormatError('%s has an unknown field "%s"' % (where, name))
    return [value[name] for name in names]


def integer(value, where, low, high):
    if type(value) is not int or not low <= value <= high:
        raise FormatError('%s is not an integer from %d to %d' % (where, low, high))
    return value


def string(value, where, low=0, high=None):
    if not isinstance(value, str):
        raise FormatError('%s is not a string' % where)
    size = len(value.encode())
    if size < low or high is not None and size > high:
        raise FormatError('%s has %d bytes' % (where, size))
    return value


def boolean(value, where):
    if not isinstance(value, bool):
        raise FormatError('%s is neither true nor false' % where)
    return value


def array(value, where, low=0, high=None):
    if not isinstance(value, list):
        raise FormatError('%s is not a list' % where)
    if len(value) < low or high is not None and len(value) > high:
        raise FormatError('%s has %d entries' % (where, len(value)))
    return value


def choice(value, where, *allowed):
    if not isinstance(value, str) or value not in allowed:
        raise FormatError('%s is none of %s' % (where, ', '.join(allowed)))
    return value


def binary(value, where, size=None):
    """Bytes from lower-case hex."""
    if not isinstance(value, str) or len(value) % 2 or set(value) - set('0123456789abcdef'):
        raise FormatError('%s is not lower-case hex' % where)
    data = bytes.fromhex(value)
    if size is not None and len(data) != size:
        raise FormatError('%s has %d bytes, not %d' % (where, len(data), size))
    return data
