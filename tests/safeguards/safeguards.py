#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes safeguards out, one at a time, and sees that the test that guards each one fails.

Each file tests/safeguards/*.patch takes one safeguard out of the sources. Before its diff stand:

    Room: where it is (a heading of the page)
    Safeguard: what is done
    Without: what an attacker, a crash or a mistake could do without it
    Test: the name of the test for meson
    Case: the case in it that fails (of a GLib test, its path); a test that is one case has none

    safeguards.py check           every patch fits the sources and names a test; the page is up to date
    safeguards.py page            writes data/doc/safeguards.md anew
    safeguards.py show [NAME…]    builds and runs: the test passes with the safeguard, fails without
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, 'data/doc/safeguards.md')
FIELDS = ('Room', 'Safeguard', 'Without', 'Test', 'Case')
INTRO = """# The safeguards, each with the test that fails without it

Each line below is a patch in `tests/safeguards/` that takes the safeguard out of the sources.
`meson test -C build --suite long safeguards` takes them out one after the other, and sees the named
test pass before and fail after. `tests/safeguards/safeguards.py show NAME` does it for one. This
page is written from those files by `tests/safeguards/safeguards.py page`.
What the safeguards are against is in [threat-model.md](threat-model.md).
"""


class Safeguard:
    """One patch and what stands before its diff."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[:-len('.patch')]
        with open(path, encoding='utf-8') as f:
            head, _, _ = f.read().partition('\ndiff --git ')
        self.fields = dict(re.findall(r'^(\w+): (.+)$', head, re.M))

    def problems(self, sources):
        for field in FIELDS[:4]:
            if not self.fields.get(field):
                yield 'has no line "%s: …"' % field
        for field in sorted(set(self.fields) - set(FIELDS)):
            yield 'has a line "%s: …", which nothing reads' % field
        case = self.fields.get('Case')
        # The path of a row of a table stands in parts: what all have, and the row's own.
        own = {case, case.split('/', 3)[-1], case.rpartition('/')[2]} if case else set()
        if case and case not in sources and not any('"%s"' % part in sources for part in own):
            yield 'there is no case %s' % case
        fits = patch(ROOT, self, '--dry-run')
        if fits.returncode:
            yield 'no longer fits the sources:\n%s' % fits.stdout


def safeguards(names=()):
    found = [Safeguard(path) for path in sorted(glob.glob(os.path.join(HERE, '*.patch')))]
    missing = sorted(set(names) - {s.name for s in found})
    if missing:
        sys.exit('safeguards.py: there is no %s.patch' % missing[0])
    return [s for s in found if not names or s.name in names]


def run(*command, **how):
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)


def patch(folder, safeguard, *options):
    return run('patch', '-p1', '--fuzz=2', '--no-backup-if-mismatch', '-r', '-', '-f', *options,
               '-i', safeguard.path, '-d', folder)


def cell(text):
    return text.replace('|', '\\|')


def page():
    """The page's text."""
    rooms = {}
    for s in safeguards():
        rooms.setdefault(s.fields['Room'], []).append(s)
    out = [INTRO]
    for room in sorted(rooms):
        out.append('## %s\n' % room)
        out.append('| safeguard | without it | test | patch |\n|---|---|---|---|')
        for s in rooms[room]:
            test = ' '.join('`%s`' % s.fields[f] for f in ('Test', 'Case') if f in s.fields)
            out.append('| %s | %s | %s | `%s` |' % (cell(s.fields['Safeguard']), cell(s.fields['Without']), test,
                                                   s.name))
        out.append('')
    return '\n'.join(out)


def test_names(build):
    listed = run('meson', 'test', '-C', build, '--list')
    return {re.sub(r'^.* / ', '', line).strip() for line in listed.stdout.splitlines()}


def check(build=None):
    """Prints a TAP line for each patch, and one for the page."""
    sources = ''
    for path in glob.glob(os.path.join(ROOT, 'tests/**/*.[cp]*'), recursive=True):
        if path.endswith(('.c', '.py')):
            with open(path, encoding='utf-8') as f:
                sources += f.read()
    known = test_names(build) if build else None
    found = safeguards()
    print('1..%d' % (len(found) + 1))
    bad = 0
    for n, s in enumerate(found, 1):
        wrong = list(s.problems(sources))
        if known is not None and s.fields.get('Test') not in known:
            wrong.append('meson knows no test %s' % s.fields.get('Test'))
        bad += bool(wrong)
        print('%s %d %s' % ('not ok' if wrong else 'ok', n, s.name))
        for line in '\n'.join(wrong).splitlines():
            print('# %s: %s' % (s.name, line))
    with open(PAGE, encoding='utf-8') as f:
        same = f.read() == page()
    print('%s %d the page is up to date' % ('ok' if same else 'not ok', len(found) + 1))
    if not same:
        print('# run tests/safeguards/safeguards.py page')
    return 1 if bad or not same else 0


def copy_sources(to):
    """What git knows and what it would take, as it is in the folder now."""
    names = run('git', '-C', ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').stdout.split('\0')
    for name in filter(None, names):
        source = os.path.join(ROOT, name)
        if os.path.isfile(source):
            os.makedirs(os.path.dirname(os.path.join(to, name)), exist_ok=True)
            shutil.copy2(source, os.path.join(to, name))


def run_test(build, s):
    """(passed, output). Only the case is run where the test can be told so."""
    case = s.fields.get('Case', '')
    only = []
    if case.startswith('/'):
        only = ['--test-args=-p ' + case]
    elif case.startswith('test_'):
        only = ['--test-args=' + case]
    done = run('meson', 'test', '-C', build, '--print-errorlogs', '--verbose', '--num-processes', '1', s.fields['Test'],
               *only)
    if re.search(r'^(ninja: build stopped|FAILED:)', done.stdout, re.M):
        return None, done.stdout
    return done.returncode == 0, done.stdout


def fails_where_it_should(s, output):
    case = s.fields.get('Case')
    if not case or case.startswith(('/', 'test_')):
        return True # only this one ran; one that aborts prints no "not ok"
    return any('not ok' in line or 'FAIL' in line for line in output.splitlines() if case in line)


def show_one(source, build, s):
    """What is wrong, or None."""
    passed, output = run_test(build, s)
    if not passed:
        return 'the test does not pass with the safeguard:\n' + output[-3000:]
    done = patch(source, s)
    if done.returncode:
        return 'no longer fits:\n' + done.stdout
    try:
        passed, output = run_test(build, s)
    finally:
        patch(source, s, '-R')
    if passed is None:
        return 'the sources do not build without it:\n' + output[-3000:]
    if passed:
        return 'the test passes without it'
    return None if fails_where_it_should(s, output) else 'another case fails without it:\n' + output[-3000:]


def show(names):
    """Prints a TAP line for each safeguard as soon as it is known."""
    chosen = safeguards(names)
    print('1..%d' % len(chosen), flush=True)
    bad = 0
    with tempfile.TemporaryDirectory(prefix='tabella-safeguards-') as folder:
        source, build = os.path.join(folder, 'source'), os.path.join(folder, 'build')
        copy_sources(source)
        ready = run('meson', 'setup', build, source)
        if ready.returncode:
            sys.exit(ready.stdout)
        for n, s in enumerate(chosen, 1):
            wrong = show_one(source, build, s)
            bad += bool(wrong)
            print('%s %d %s: %s' % ('not ok' if wrong else 'ok', n, s.name, s.fields['Safeguard']))
            for line in (wrong or '').splitlines():
                print('# ' + line)
            sys.stdout.flush()
    return 1 if bad else 0


def main():
    what, names = (sys.argv[1] if len(sys.argv) > 1 else ''), sys.argv[2:]
    if what == 'check':
        return check(*names)
    if what == 'show':
        return show(names)
    if what == 'page' and not names:
        with open(PAGE, 'w', encoding='utf-8') as f:
            f.write(page())
        return 0
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main())
