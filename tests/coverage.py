#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which branches of the libraries no test takes.

    python3 tests/coverage.py [--limit 90] [--keep]

builds once more with counters in build-coverage/, runs the tests of the libraries and of the
command, and prints how many branches of each room were taken; build-coverage/uncovered.txt names
each branch that was not, with its function. It fails if a room is below the limit. --keep counts what the runs before
left, too, without running anything again.

Not counted, since no test could take them: what TABELLA_MUST does when a thing is broken that
cannot be (it ends the program), and the checks inside GLib's macros (an overflow in g_new, NULL in
the release of an automatic variable)."""

import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, 'build-coverage')
ROOMS = ('crypto', 'ballot', 'station', 'centre')
SUITES = {'unit', 'vectors', 'mutation', 'crash', 'fault', 'order', 'command'}
TESTS = r'(crypto|ballot|election|fixture|limits|centre|verifier|station|command)(-|$)'
# These run under valgrind or for long, or look at symbols: they take no branch that others do not. Where
# nothing can be written (command-full), the counters cannot be either.
LEFT_OUT = {'crypto-constant-work', 'command-valgrind', 'command-soak', 'command-full', 'verifier-symbols'}
UNREACHABLE = (r'.*\b(TABELLA_MUST|g_autoptr|g_autofree|g_auto|g_new0?|g_clear_pointer|g_array_append_val'
               r'|G_DEFINE_AUTOPTR_CLEANUP_FUNC|g_assert_not_reached) ?\(.*')
# Each sets an error and gives FALSE, whatever comes.
SAYS_NO = (r'\|\| ?(tabella_station_refuse|tabella_store_fail|invalid|state|altered|clear_error|resists|stick_error'
           r'|not_the_same|terminal_zero) \(')


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def tests():
    """The tests that run in these rooms."""
    every = json.loads(subprocess.run(['meson', 'introspect', BUILD, '--tests'], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout)
    for test in every:
        suites = {suite.split(':')[-1] for suite in test['suite']}
        if suites & SUITES and 'long' not in suites and re.match(TESTS, test['name']) and test['name'] not in LEFT_OUT:
            yield test['name']


def set_up():
    """Without optimisation, which joins branches; counters are updated atomically, or threads would
    lose some; and they are written in every end that a program makes itself (coverage-end.c)."""
    os.makedirs(BUILD, exist_ok=True)
    end = os.path.join(BUILD, 'coverage-end.o')
    return run('cc', '-fPIC', '-c', os.path.join(ROOT, 'tests/coverage-end.c'), '-o', end) and run(
        'meson', 'setup', BUILD, '-Db_coverage=true', '-Doptimization=0', '-Dc_args=-fprofile-update=atomic',
        f'-Dc_link_args=--coverage {end}')


def measure():
    """Builds and runs; True if every test passed."""
    if not os.path.exists(os.path.join(BUILD, 'build.ninja')) and not set_up():
        sys.exit('tests/coverage.py: the build with counters cannot be set up')
    for folder, _, names in os.walk(BUILD):
        for name in names:
            if name.endswith('.gcda'):
                os.unlink(os.path.join(folder, name))
    return run('meson', 'test', '-C', BUILD, '--timeout-multiplier', '6', *tests())


def function_at(source, number):
    """The name of the function that a line is in: it begins one."""
    for line in reversed(source[:number]):
        name = re.match(r'(\w+) \(', line)
        if name:
            return name[1]
    return ''


def says_no(source, number):
    """Whether the statement that begins in this line ends in `|| refuse (…)`."""
    statement = ''
    for line in source[number - 1:number + 4]:
        statement += ' ' + line.strip()
        if line.rstrip().endswith((';', '{')):
            break
    return re.match(r' return .*' + SAYS_NO, statement) is not None


def branches(room):
    """(file, function, line, text, taken, all) for each line of the room that branches."""
    folder = 'src/' + room
    report = subprocess.run(
        ['gcovr', '-r', ROOT, os.path.join(BUILD, folder), '-f', folder + '/', '--json', '-',
         '--exclude-throw-branches', '--exclude-unreachable-branches', '--exclude-lines-by-pattern', UNREACHABLE],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for file in json.loads(report.stdout)['files']:
        with open(os.path.join(ROOT, file['file']), encoding='utf-8') as f:
            source = f.read().splitlines()
        for line in file['lines']:
            text = source[line['line_number'] - 1].strip()
            if line['branches'] and not line.get('gcovr/noncode') and not re.match(UNREACHABLE, text):
                taken = sum(b['count'] > 0 for b in line['branches'])
                every = len(line['branches'])
                if taken < every and says_no(source, line['line_number']):
                    every -= 1
                yield file['file'], function_at(source, line['line_number']), line['line_number'], text, taken, every


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--limit', type=float, default=90)
    parser.add_argument('--keep', action='store_true')
    options = parser.parse_args()
    passed = options.keep or measure()
    low = []
    with open(os.path.join(BUILD, 'uncovered.txt'), 'w', encoding='utf-8') as out:
        for room in ROOMS:
            lines = list(branches(room))
            taken, every = sum(line[4] for line in lines), sum(line[5] for line in lines)
            percent = 100 * taken / max(every, 1)
            print(f'{room}: {taken} of {every} branches, {percent:.1f} %')
            if percent < options.limit:
                low.append(room)
            for file, function, number, text, some, whole in lines:
                if some < whole:
                    out.write(f'{file}:{number}: {function}: {whole - some} of {whole} not taken: {text}\n')
    print('the branches that were not taken:', os.path.relpath(os.path.join(BUILD, 'uncovered.txt'), os.getcwd()))
    if low:
        sys.exit(f'tests/coverage.py: below {options.limit:g} %: ' + ', '.join(low))
    if not passed:
        sys.exit('tests/coverage.py: a test fails in the build with counters; see above')


main()
