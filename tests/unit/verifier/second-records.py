#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records by the second implementation's maker, for the first one's verifier.

Writes FOLDER/NAME/ (the record), FOLDER/NAME.receipts and, for each, a line
"NAME VERDICT INCIDENTS" to FOLDER/expected; VERDICT is a number of TabellaVerdict. Each has one
incident at least: terminal 2 was lost.
"""

import copy
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../second'))

from tabella2 import amendments, world as w  # noqa: E402

INVALID, EXCLUDED, VALID = 0, 2, 3


def finish(world):
    world.close()
    world.count()
    return world


def revoked(world):
    world.amend(amendments.REVOKED, 7, 0)


def extended(world, files):
    """The strike list asked for in two requests."""
    chosen = sorted(world.struck_checkins(world.last_batches()),
                    key=lambda x: (x[0], x[1].link[:32]))
    files = {n: d for n, d in files.items() if not n.startswith('strike')}
    for number, part in ((1, chosen[::2]), (2, chosen[1::2])):
        world._strike(part, (2, 3))
        for name, data in world.strike_files.items():
            files['strike-%04d/%s' % (number, name)] = data
    return files


def high_min_unit(manifest):
    manifest['election']['policies']['min_unit'] = 12


def withheld():
    """A contest whose root is too small is not decrypted."""
    world = w.World(3, tamper=high_min_unit)
    world.draft['policies']['min_unit'] = 12
    world.play()
    return finish(world)


def miscounted(files):
    """The style of every opened link another one: nothing would be struck."""
    links = bytearray(files['strike-0001/links'])
    for at in range(112, len(links), 114):
        links[at] ^= 1
    return {**files, 'strike-0001/links': bytes(links)}


def main():
    out, expected = sys.argv[1], []

    def write(name, world, verdict, incidents=1, files=None, receipts=True):
        w.write_tree(os.path.join(out, name), files or world.record())
        lines = world.receipt_lines() if receipts else []
        w.write_tree(out, {name + '.receipts': '\n'.join(lines + ['']).encode()})
        expected.append('%s %d %d\n' % (name, verdict, incidents))

    polled = w.World(1)
    polled.play()
    plain = finish(copy.deepcopy(polled))
    write('plain', plain, VALID)
    write('extended', plain, VALID, files=extended(copy.deepcopy(plain), plain.record()))
    write('miscounted', plain, INVALID, 5, miscounted(plain.record()))
    write('assigned', w.make('assigned', 6, True), VALID)
    write('withheld', withheld(), VALID)
    without = copy.deepcopy(polled)
    revoked(without)
    write('revoked', finish(without), EXCLUDED, 2, receipts=False)
    w.write_tree(out, {'expected': ''.join(expected).encode()})


if __name__ == '__main__':
    main()
