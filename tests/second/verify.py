#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies a public record: one line a check, the verdict alone on the last line."""

import argparse
import sys

from tabella2.verifier import Verifier


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('record', help='folder of a public record')
    parser.add_argument('--key', help='your own copy of the organisers\' .pub file')
    parser.add_argument('--receipts', help='file of receipt texts, one a line')
    parser.add_argument('--results', action='store_true', help='print the counts found')
    parser.add_argument('--workers', type=int, default=2)
    args = parser.parse_args()
    key = receipt_lines = None
    if args.key:
        with open(args.key, 'rb') as f:
            key = f.read()
    if args.receipts:
        with open(args.receipts, encoding='utf-8') as f:
            receipt_lines = f.readlines()
    verifier = Verifier(args.record, key, receipt_lines or (), args.workers).run()
    lines = verifier.report()
    if args.results and verifier.counts is not None:
        lines[-1:-1] = verifier.result_table()
    print('\n'.join(lines))
    return verifier.exit_status


if __name__ == '__main__':
    sys.exit(main())
