#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verifier shares no function with what it checks: symbols of libcentre's objects."""

import re
import subprocess
import sys

ENTRIES = {'tabella_verify_record', 'tabella_verify_report_free'}
LINE = re.compile(r'.*\[(?:.*/)?([^/]+\.o)\]: (\S+) (\S)')


def objects(library):
    """{object: (defined, undefined)} by nm's letters."""
    out = subprocess.run(['nm', '-A', '-P', library], check=True, capture_output=True, text=True)
    found = {}
    for line in out.stdout.splitlines():
        match = LINE.match(line)
        if not match:
            raise SystemExit('nm printed: ' + line)
        name, symbol, letter = match.groups()
        defined, undefined = found.setdefault(name, (set(), set()))
        if letter == 'U':
            undefined.add(symbol)
        elif letter.isupper():
            defined.add(symbol)
    return found


def join(parts):
    defined, undefined = set(), set()
    for more_defined, more_undefined in parts:
        defined |= more_defined
        undefined |= more_undefined
    return defined, undefined


def main():
    found = objects(sys.argv[1])
    own = {n for n in found if n.startswith('verifier')}
    own_defined, own_undefined = join(found[n] for n in own)
    other_defined, other_undefined = join(found[n] for n in set(found) - own)
    print('1..4')
    results = [
        (len(own) > 10 and len(found) - len(own) > 10, 'objects of both kinds'),
        # Shows that the comparison below would see a call.
        ('tabella_share_check' in own_undefined and ENTRIES <= own_defined and
         'tabella_verify_record' in other_undefined, 'calls are seen'),
        (not own_undefined & other_defined, 'the verifier calls nothing of the rest: %s' %
         sorted(own_undefined & other_defined)),
        (own_defined & other_undefined <= ENTRIES, 'the rest calls its entry only: %s' %
         sorted(own_defined & other_undefined)),
    ]
    for number, (good, text) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if good else 'not ok', number, text))


if __name__ == '__main__':
    main()
