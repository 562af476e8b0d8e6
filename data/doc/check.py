#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the pages to the sources: links, verbs and options, tags, named tests, licence lines."""

import fnmatch
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = ['README.md'] + sorted('data/doc/' + name for name in os.listdir(os.path.join(ROOT, 'data/doc'))
                               if name.endswith('.md'))
LICENSED = ('.c', '.h', '.py', '.ui', '.css', '.xml', '.svg', '.desktop', '.po', 'meson.build')
SPDX = 'SPDX-License-' + 'Identifier: '


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()


def matching(pattern):
    return sorted(os.path.relpath(p, ROOT)
                  for p in glob.glob(os.path.join(ROOT, pattern), recursive=True))


def anchors(page):
    """What a heading can be linked by."""
    titles = re.findall(r'^#+ (.+)$', re.sub(r'^```.*?^```', '', page, flags=re.M | re.S), re.M)
    return {re.sub(r'[^\w\- ]', '', t.lower()).replace(' ', '-') for t in titles}


def links():
    """Each relative link leads to a file, and to a heading in it."""
    for name in PAGES:
        folder = os.path.dirname(name)
        for target in re.findall(r'\]\(([^)\s]+)\)', read(name)):
            if re.match(r'[a-z]+:', target):
                continue
            path, _, anchor = target.partition('#')
            path = os.path.normpath(os.path.join(folder, path)) if path else name
            if not os.path.exists(os.path.join(ROOT, path)):
                yield '%s: links to %s, which is not there' % (name, target)
            elif anchor and anchor not in anchors(read(path)):
                yield '%s: %s has no heading "%s"' % (name, path, anchor)


def verbs():
    """command.md has a heading for each verb, and names each option."""
    page = read('data/doc/command.md')
    found = re.findall(r'^  \{ "([\w-]+)", ', read('src/command/verbs.c'), re.M)
    if not found:
        yield 'src/command/verbs.c: no verb was found; has its table another form now?'
    for verb in found:
        if not re.search(r'^### `%s\b' % re.escape(verb), page, re.M):
            yield 'data/doc/command.md: the verb %s is missing' % verb
    for path in matching('src/command/verb-*.c'):
        for option in re.findall(r'\{ "([a-z-]+)", 0, 0, G_OPTION', read(path)):
            if not re.search(r'--%s\b' % option, page):
                yield 'data/doc/command.md: --%s of %s is missing' % (option, path)


def tags():
    """protocol.md's table has the tags of hash.h and no others."""
    source = {int(t, 16) for t in re.findall(r'TABELLA_TAG_\w+ = 0x([0-9a-f]+)',
                                             read('src/crypto/hash.h'))}
    page = {int(t, 16) for t in re.findall(r'^\| ([0-9a-f]{2}) \| Hq?, ',
                                           read('data/doc/protocol.md'), re.M)}
    if not source:
        yield 'src/crypto/hash.h: no tag was found; has it another form now?'
    for tag in sorted(source ^ page):
        yield 'data/doc/protocol.md: tag %02x is in only one of page and src/crypto/hash.h' % tag


def named_tests():
    """Tests and files that the pages name exist."""
    tests = matching('tests/**/*.c') + matching('tests/**/*.py')
    sources = '\n'.join(read(path) for path in tests)
    for name in PAGES:
        page = read(name)
        if name == 'data/doc/safeguards.md': # written from patches, and tests/safeguards looks for their cases
            continue
        for test in sorted(set(re.findall(r'`(/(?!var/)[a-z][\w-]*/[\w/-]*|test_\w+)(?:…)?`', page))):
            if test not in sources:
                yield '%s: there is no test %s' % (name, test)
        for path in sorted(set(re.findall(r'`((?:src|tests|data|po|ui)/[\w./-]+)`', page))):
            if not os.path.exists(os.path.join(ROOT, path)) and not path.endswith('/vectors-gen'):
                yield '%s: %s is not there' % (name, path)


def limits():
    """formats.md has each limit of bounds.h, with its number and a test."""
    source = {}
    for name, value in re.findall(r'^#define (TABELLA_\w+)\s+(.+?)\s*(?:/\*.*)?$',
                                  read('src/election/bounds.h'), re.M):
        value = re.sub(r'G_G\w+_CONSTANT|(?<=\d)u\b', '', value)
        source[name] = eval(value, {}) if re.fullmatch(r'[\d()<> ]+', value) else None
    page = {}
    for number, unit, name, tests in re.findall(
            r'^\|[^|]+\| ([\d,]+)(?: ([MG])iB)? \| `(\w+)` \| (.+) \|$',
            read('data/doc/formats.md').partition('## Limits')[2], re.M):
        page[name] = int(number.replace(',', '')) << {'': 0, 'M': 20, 'G': 30}[unit]
        if not re.fullmatch(r'`[\w/-]+`(?:, `[\w/-]+`)*', tests):
            yield 'data/doc/formats.md: %s has no test' % name
    if not source or None in source.values():
        yield 'src/election/bounds.h: a limit cannot be read; has it another form now?'
    for name in sorted(source.keys() | page.keys()):
        if source.get(name) != page.get(name):
            yield 'data/doc/formats.md: %s is %s here and %s in src/election/bounds.h' % (
                name, page.get(name), source.get(name))


def is_test(name, sources, builds):
    """A case of a GLib test, a function, a test of meson's, or a file."""
    name = name.rstrip('…').rstrip('/')
    if name.startswith('/'):        # a row of a table stands in two parts there
        return re.search(r'"%s[/"]' % re.escape(name), sources) is not None
    if name.startswith('test_'):
        return re.search(r'def %s\(' % name, sources) is not None
    if '/' in name:
        return os.path.exists(os.path.join(ROOT, name))
    folder, _, rest = name.partition('-')
    return "'%s'" % rest in builds.get(folder, '')


def threats():
    """Each line of the threat model names a test that is there, or says why there is none."""
    page = 'data/doc/threat-model.md'
    tests = matching('tests/**/*.c') + matching('tests/**/*.py')
    sources = '\n'.join(read(path) for path in tests)
    builds = {os.path.basename(os.path.dirname(path)): read(path)
              for path in matching('tests/**/meson.build')}
    rows = 0
    for number, line in enumerate(read(page).splitlines(), 1):
        cells = [c.strip() for c in line.strip('|').split(' | ')]
        if not line.startswith('|') or line.startswith('|--') or cells[-1].strip('| ') == 'test':
            continue
        rows += 1
        last = cells[-1].strip('| ')
        names = re.findall(r'`([^`]+)`', last)
        if not names and not re.fullmatch(r'none: .{20,}', last):
            yield '%s:%d: names no test, and does not say why ("none: …")' % (page, number)
        for name in names:
            if not is_test(name, sources, builds):
                yield '%s:%d: there is no test %s' % (page, number, name)
    if rows < 30:
        yield '%s: only %d lines were found; have its tables another form now?' % (page, rows)


def licences():
    """Each source has its licence line, or is one of those that .reuse/dep5 names."""
    stanzas = re.findall(r'^Files: (.+)$', read('.reuse/dep5'), re.M)
    named = [p for line in stanzas for p in line.split() if p != '*']
    for top in ('src', 'ui', 'data', 'po', 'tests'):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for path in (os.path.relpath(os.path.join(folder, n), ROOT) for n in names):
                if not path.endswith(LICENSED) or any(fnmatch.fnmatch(path, p) for p in named):
                    continue
                if SPDX not in read(path)[:1000]:
                    yield '%s: the licence line is missing' % path


def main():
    checks = links, verbs, tags, named_tests, limits, threats, licences
    problems = [p for check in checks for p in check()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
