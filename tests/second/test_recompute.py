#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""recompute.py accepts the vectors and would notice any digit of any of them."""

import os
import unittest

import recompute
from tabella2 import strictjson

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'unit', 'crypto',
                       'vectors.json')
HEX = set('0123456789abcdef')


def leaves(value, path=()):
    """Paths to the binary values."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, path + (key,))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, path + (place,))
    elif isinstance(value, str) and len(value) >= 8 and not set(value) - HEX:
        yield path


class Mutations(unittest.TestCase):
    def test_every_binary_value_matters(self):
        with open(VECTORS, 'rb') as f:
            vectors = strictjson.parse(f.read())
        parts = {**recompute.PARTS, 'multiples': recompute.check_multiples,
                 'sums': recompute.check_sums}
        vectors.update(vectors.pop('group'))
        count = 0
        for name, check in parts.items():
            for item in vectors[name]:
                check_one = (recompute.check_hash if name == 'hashes' else
                             lambda x, check=check: check([x]))
                check_one(item)
                for path in leaves(item):
                    self.assert_noticed(check_one, item, path)
                    count += 1
        self.assertGreater(count, 300)

    def assert_noticed(self, check_one, item, path):
        *way, last = path
        holder = item
        for step in way:
            holder = holder[step]
        good = holder[last]
        holder[last] = '%x' % (int(good[0], 16) ^ 1) + good[1:]
        try:
            with self.assertRaises((recompute.Mismatch, ValueError), msg=str(path)):
                check_one(item)
        finally:
            holder[last] = good


if __name__ == '__main__':
    unittest.main()
