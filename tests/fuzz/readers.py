#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds data/doc/readers.md to the headers and to the targets: every reader of bytes from outside
has a target or a named test, every target reads something, and every file of regressions is one's.

    readers.py TARGET…"""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = 'data/doc/readers.md'
READS = re.compile(r'_(?:parse|read|load|open|import|decode|normalise|find)(?:_|\b)')


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()


def declared():
    """Functions of our own headers, without comments."""
    for path in glob.glob(os.path.join(ROOT, 'src/*/*.h')):
        text = re.sub(r'/\*.*?\*/', '', read(path), flags=re.S)
        for line in re.findall(r'^[^#\n{]*?\btabella_\w+ \(.*', text, re.M):
            if not re.match(r'\s*(?:G_DEFINE|#)', line):
                yield re.search(r'\b(tabella_\w+) \(', line).group(1)


def problems(targets):
    page = read(PAGE)
    rows = re.findall(r'^\| (`.+?) \| .+ \| (.+?) \|$', page, re.M)
    functions = set(declared())
    listed, used = set(), set()
    for names, covered in rows:
        listed.update(re.findall(r'`(\w+)`', names))
        if covered.startswith('`'):
            continue # a test, which data/doc/check.py looks for
        for target in covered.split(', '):
            used.add(target)
            if target not in targets:
                yield '%s: there is no target %s' % (PAGE, target)
    for target in sorted(set(targets) - used):
        yield '%s: no reader has the target %s' % (PAGE, target)
    for name in sorted(listed - functions):
        yield '%s: no header has %s' % (PAGE, name)
    others = set(re.findall(r'`(\w+)`', page.partition('Not readers')[2]))
    for name in sorted(others - functions):
        yield '%s: no header has %s' % (PAGE, name)
    for name in sorted(functions):
        if READS.search(name) and not name.endswith('_free') and name not in listed | others:
            yield '%s: %s is missing: give it a target, or say why it needs none' % (PAGE, name)
    for folder in os.listdir(os.path.join(ROOT, 'tests/fuzz/regressions')):
        if folder not in targets:
            yield 'tests/fuzz/regressions/%s: there is no such target' % folder


def main():
    found = list(problems(sys.argv[1:]))
    print('\n'.join(found))
    return 1 if found else 0


sys.exit(main())
