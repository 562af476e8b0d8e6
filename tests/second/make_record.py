#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a whole public record of a small practice election, from a seed.

Three trustees of whom two are needed, two stations, combined terminals, a desk with two booths,
a terminal that ended at its safety copy with a spare in its place, challenged ballots, persons
who voted twice (rule: lot), paper, provisionals, and a unit too small to stand alone.
"""

import argparse
import os

from tabella2 import world as w


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out', help='folder to write the record into')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--extra', type=int, default=0, help='so many voters more')
    parser.add_argument('--assigned', action='store_true',
                        help='voting assigned, rule assigned-then-lot, paper yields')
    parser.add_argument('--sticks', help='folder for the batches as terminals write them')
    parser.add_argument('--election', help='folder for the election as the centre has it')
    parser.add_argument('--receipts', help='file for every receipt text')
    args = parser.parse_args()
    world = w.make(args.seed, args.extra, args.assigned)
    w.write_tree(args.out, world.record())
    if args.sticks:
        w.write_tree(args.sticks, world.sticks())
    if args.election:
        w.write_tree(args.election, world.election_folder())
    if args.receipts:
        folder, name = os.path.split(args.receipts)
        w.write_tree(folder, {name: '\n'.join(world.receipt_lines() + ['']).encode()})


if __name__ == '__main__':
    main()
