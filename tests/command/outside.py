# SPDX-License-Identifier: GPL-3.0-or-later
"""What the system says of a running program."""
import os
import re
from pathlib import Path

SHUT = {'NoNewPrivs': '1', 'Seccomp': '2', 'core': '0 0'}


def look(pid):
    """The same three of any process; SHUT is what ours say."""
    status = Path(f'/proc/{pid}/status').read_text(encoding='utf-8')
    limits = Path(f'/proc/{pid}/limits').read_text(encoding='utf-8')
    found = {name: re.search(rf'^{name}:\t(\d+)$', status, re.M)[1]
             for name in ('NoNewPrivs', 'Seccomp')}
    found['core'] = ' '.join(re.search(r'^Max core file size +(\w+) +(\w+)', limits, re.M).groups())
    return found


def is_dumpable(pid):
    """Of a process that is not root's: only then its files are its user's."""
    return os.stat(f'/proc/{pid}/environ').st_uid != 0
