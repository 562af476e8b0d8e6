# SPDX-License-Identifier: GPL-3.0-or-later
"""What the program takes from itself before it reads anything, as the system sees it."""
import ctypes
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import outside
import tap
from tabella import PROGRAM

NOBODY = 65534
PTRACE_ATTACH = 16


class Waiting:
    """The program while it waits for a passphrase that does not come, as somebody who is not root."""

    def __enter__(self):
        # pylint: disable=consider-using-with
        self.folder = tempfile.TemporaryDirectory(prefix='tabella-process-')
        folder = pathlib.Path(self.folder.name)
        os.chmod(folder, 0o777)
        fifo, program = folder / 'passphrase', folder / 'tabella'
        shutil.copy(PROGRAM, program)
        os.mkfifo(fifo, 0o666)
        os.chmod(fifo, 0o666)
        user = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen(
            [program, 'key', 'new', folder / 'organisers', '--passphrase-file', fifo],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            **user)
        self.pipe = os.open(fifo, os.O_WRONLY)  # it reads
        return self.process.pid

    def __exit__(self, *what):
        self.process.kill()
        self.process.communicate()
        os.close(self.pipe)
        self.folder.cleanup()


class Printing:
    """tabella-print while it waits for a print service that does not answer, not as root."""

    def __enter__(self):
        # pylint: disable=consider-using-with
        self.folder = tempfile.TemporaryDirectory(prefix='tabella-process-')
        folder = pathlib.Path(self.folder.name)
        os.chmod(folder, 0o777)
        service, program = folder / 'service', folder / 'tabella-print'
        shutil.copy(os.environ['TABELLA_PRINT'], program)
        self.service = socket.socket(socket.AF_UNIX)
        self.service.bind(str(service))
        os.chmod(service, 0o777)
        self.service.listen()
        self.service.settimeout(60)
        user = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen([program, 'look', '60'], cwd=folder,
                                        env={'CUPS_SERVER': str(service)},
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **user)
        self.connection = self.service.accept()[0]
        return self.process.pid

    def __exit__(self, *what):
        self.process.kill()
        self.process.wait()
        self.connection.close()
        self.service.close()
        self.folder.cleanup()


class Process(unittest.TestCase):
    def test_shut(self):
        with Waiting() as pid:
            self.assertEqual(outside.look(pid), outside.SHUT)

    def test_not_dumpable(self):
        with Waiting() as pid:
            self.assertFalse(outside.is_dumpable(pid))

    def test_printing_not_dumpable(self):
        """It runs beside a terminal as the same user, and may make sockets."""
        with Printing() as pid:
            self.assertFalse(outside.is_dumpable(pid))

    def test_not_traced_by_the_same_user(self):
        with Waiting() as pid:
            other = os.fork()
            if other == 0:
                if os.geteuid() == 0:
                    os.setgroups([])
                    os.setresgid(NOBODY, NOBODY, NOBODY)
                    os.setresuid(NOBODY, NOBODY, NOBODY)
                traced = ctypes.CDLL(None).ptrace(PTRACE_ATTACH, pid, None, None) == 0
                try:
                    with open(f'/proc/{pid}/mem', 'rb'):
                        traced = True
                except PermissionError:
                    pass
                os._exit(1 if traced else 0)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]), 0)


if __name__ == '__main__':
    sys.exit(tap.main())
