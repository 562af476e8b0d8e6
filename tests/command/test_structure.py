# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers and the shape of the sources: what may include, link and grow."""
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import tap

BUILD = Path(os.environ['TABELLA_BUILD'])
ROOT = Path(os.environ['TABELLA_SOURCE'])
SRC = ROOT / 'src'

BELOW = {
    'crypto': ['crypto'],
    'election': ['election', 'crypto'],
    'ballot': ['ballot', 'election', 'crypto'],
    'station': ['station', 'ballot', 'election', 'crypto'],
    'centre': ['centre', 'ballot', 'election', 'crypto'],
    'terminal': ['terminal', 'station', 'ballot', 'election', 'crypto'],
    'command': ['command', 'centre', 'station', 'ballot', 'election', 'crypto'],
}
LIBRARIES = ['crypto', 'election', 'ballot', 'station', 'centre']
# Foreign headers that only some folders may use.
FOREIGN = {'gtk/': ['terminal'], 'gdk/': ['terminal'], 'pango/': ['terminal'],
           'seccomp': ['crypto'], 'sqlite3': ['station', 'centre'], 'jansson': ['election'],
           'qrencode': ['ballot'], 'cairo': ['ballot', 'terminal']}
# What a library's objects may ask of the outside, by the beginning of the symbol's name.
SYMBOLS = {'gtk_': ['terminal'], 'gdk_': ['terminal'], 'pango_': ['terminal'],
           'seccomp_': ['crypto'], 'sqlite3_': ['station', 'centre'], 'QRcode_': ['ballot'],
           'json_': ['election', 'ballot', 'station', 'centre', 'command']}
MOST_LINES, MOST_IN_FUNCTION, MOST_COLUMNS = 500, 60, 100
# Files that may be longer, each with its reason; none at present.
LONGER = {}


def run(*args):
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError('%s: %s' % (args, done.stderr))
    return done.stdout


def sources(pattern='*.[ch]'):
    return sorted(SRC.glob('*/' + pattern))


class Layers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner = {}
        for path in sources('*.h'):
            if path.name in cls.owner:
                raise AssertionError('%s is in two folders' % path.name)
            cls.owner[path.name] = path.parent.name

    def test_every_folder_is_known(self):
        self.assertEqual({p.parent.name for p in sources()}, set(BELOW))

    def includes(self, path):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*(.)([^">]+)[">]', line)
            if found:
                yield found[1] == '"', found[2], '%s:%d' % (path.relative_to(ROOT), number)

    def test_includes(self):
        count = 0
        for path in sources():
            folder = path.parent.name
            for own, name, where in self.includes(path):
                count += 1
                if own and name in ('config.h', 'terminal-resources.h', 'examples.h'):
                    continue
                if own:
                    self.assertIn(name, self.owner, '%s: "%s" is no header of ours' % (where, name))
                    self.assertIn(self.owner[name], BELOW[folder],
                                  '%s: %s/ may not use %s/' % (where, folder, self.owner[name]))
                else:
                    self.assertNotIn(Path(name).name, self.owner if '/' not in name else (), where)
                    for start, folders in FOREIGN.items():
                        if name.startswith(start):
                            self.assertIn(folder, folders, where)
        self.assertGreater(count, 500)

    def test_no_path_in_an_include(self):
        for path in sources():
            for own, name, where in self.includes(path):
                self.assertFalse(own and '/' in name, where)

    def test_verifier_stands_alone(self):
        """Of centre/ the verifier uses its own files and nothing of the merge."""
        files = [p for p in sources() if p.parent.name == 'centre' and p.name.startswith('verifier')]
        self.assertGreater(len(files), 3)
        for path in files:
            for own, name, where in self.includes(path):
                if own and self.owner[name] == 'centre':
                    self.assertTrue(name.startswith('verifier'), where)

    def test_include_folders(self):
        """The compiler itself cannot see what a folder may not use."""
        commands = json.loads((BUILD / 'compile_commands.json').read_text())
        seen = set()
        for entry in commands:
            path = (Path(entry['directory']) / entry['file']).resolve()
            if SRC not in path.parents:
                continue
            folder = path.parent.name
            seen.add(folder)
            for flag in re.findall(r'-I(\S+)', entry['command']):
                real = (Path(entry['directory']) / flag).resolve()
                if real.parent == SRC:
                    self.assertIn(real.name, BELOW[folder], entry['file'])
                self.assertNotIn(real, (ROOT, SRC), entry['file'])
        self.assertEqual(seen, set(BELOW))


class Linking(unittest.TestCase):
    def test_no_gtk_in_the_command(self):
        program = BUILD / 'src/command/tabella'
        self.assertNotRegex(run('ldd', program), 'lib(gtk|gdk|pango|atk)')
        self.assertNotRegex(run('nm', '-u', program), r'\b(gtk|gdk|pango|atk)_')

    def test_gtk_in_the_terminal(self):
        """What the other test looks for is there where it belongs."""
        program = BUILD / 'src/terminal/tabella-terminal'
        self.assertRegex(run('ldd', program), 'libgtk-3')
        self.assertRegex(run('nm', '-u', program), r'\bgtk_')

    def test_libraries(self):
        for folder in LIBRARIES:
            text = run('nm', '-u', BUILD / 'src' / folder / ('lib%s.a' % folder))
            names = set(re.findall(r'^\s+U (\w+)', text, re.M))
            self.assertGreater(len(names), 20)
            for start, folders in SYMBOLS.items():
                used = {n for n in names if n.startswith(start)}
                if folder not in folders:
                    self.assertEqual(used, set(), folder)

    def test_libraries_do_not_print_or_exit(self):
        for folder in LIBRARIES:
            text = run('nm', '-u', BUILD / 'src' / folder / ('lib%s.a' % folder))
            names = set(re.findall(r'^\s+U (\w+)', text, re.M))
            for name in ('printf', '__printf_chk', 'puts', 'exit', '_exit', 'perror',
                         '__fprintf_chk', 'fprintf', 'g_print', 'g_printerr'):
                self.assertNotIn(name, names, folder)

    def test_no_library_needs_one_above(self):
        """Every symbol of ours that a library wants is in itself or below."""
        defined = {}
        for folder in LIBRARIES:
            text = run('nm', '--defined-only', BUILD / 'src' / folder / ('lib%s.a' % folder))
            for name in re.findall(r'^[0-9a-f]+ [TDRBV] (tabella_\w+)', text, re.M):
                defined[name] = folder
        self.assertGreater(len(defined), 300)
        for folder in LIBRARIES:
            text = run('nm', '-u', BUILD / 'src' / folder / ('lib%s.a' % folder))
            for name in set(re.findall(r'^\s+U (tabella_\w+)', text, re.M)):
                self.assertIn(defined.get(name), BELOW[folder], '%s in %s' % (name, folder))


class Shape(unittest.TestCase):
    def test_length_of_files(self):
        for path in sources():
            lines = len(path.read_text().splitlines())
            name = str(path.relative_to(SRC))
            self.assertLessEqual(lines, LONGER.get(name, MOST_LINES), name)

    def functions(self, path):
        """(name, lines) of each function: from its opening brace to the closing one."""
        start = name = None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.match(r'\w+ \(', line) and start is None:
                name = line.split(' ')[0]
            if line == '{':
                start = number
            elif line == '}' and start is not None:
                yield name, number - start + 1
                start = name = None

    def test_length_of_functions(self):
        count = 0
        for path in sources('*.c'):
            for name, lines in self.functions(path):
                count += 1
                self.assertLessEqual(lines, MOST_IN_FUNCTION, '%s in %s' % (
                    name, path.relative_to(SRC)))
        self.assertGreater(count, 800)

    def test_columns_and_licence(self):
        for path in sources():
            lines = path.read_text().splitlines()
            self.assertEqual(lines[0], '/* SPDX-License-Identifier: GPL-3.0-or-later */', path)
            for number, line in enumerate(lines, 1):
                self.assertNotRegex(line, r'\s$|\t', '%s:%d' % (path, number))
                if path.suffix == '.c':
                    self.assertLessEqual(len(line), MOST_COLUMNS, '%s:%d' % (path, number))

    def test_no_goto(self):
        for path in sources('*.c'):
            self.assertNotRegex(path.read_text(), r'(?m)^\s*goto\s', path)

    def test_one_file_a_verb(self):
        verbs = re.findall(r'\{ "([a-z-]+)",', (SRC / 'command/verbs.c').read_text())
        files = {p.stem[5:] for p in (SRC / 'command').glob('verb-*.c')}
        self.assertEqual(set(verbs), files)


if __name__ == '__main__':
    sys.exit(tap.main())
