# SPDX-License-Identifier: GPL-3.0-or-later
"""tabella-print against a real print service: what it finds, prints, and gives up."""
import os
import socket
import subprocess
import sys
import time
import unittest

import tap
from print_service import MuteService, Service, wait

PROGRAM = os.environ['TABELLA_PRINT']
DOCUMENT = b'%PDF-1.5\n% for a test\n' + bytes(range(256)) * 400 + b'\n%%EOF\n'
A4, ROLL = (595, 842), (227, 842)  # points


def run(server, *args, document=None):
    environment = dict(os.environ, CUPS_SERVER=str(server))
    began = time.monotonic()
    done = subprocess.run([PROGRAM, *args], env=environment, input=document, capture_output=True,
                          timeout=60)
    answer = dict(line.split(' ', 1) for line in done.stdout.decode().splitlines())
    answer['status'], answer['seconds'] = done.returncode, time.monotonic() - began
    return answer


def look(server, seconds=5):
    return run(server, 'look', str(seconds))


def put(server, seconds=20, size='210x297'):
    return run(server, 'print', str(seconds), 'Tabella', size, document=DOCUMENT)


class Nobody(unittest.TestCase):
    """No service, or none that may be used: no printer, and no waiting."""

    def none(self, server):
        for answer in look(server), put(server):
            self.assertEqual((answer['state'], answer['status']), ('none', 0))
            self.assertLess(answer['seconds'], 3)

    def test_no_socket(self):
        self.none('/nonexistent/cups.sock')

    def test_socket_without_a_service(self):
        service = MuteService()
        self.addCleanup(service.stop)
        service.listener.close()
        self.none(service.socket)

    def test_no_network(self):
        with socket.socket() as listener:
            listener.bind(('127.0.0.1', 0))
            listener.listen(1)
            listener.settimeout(0.2)
            self.none('127.0.0.1:%d' % listener.getsockname()[1])
            with self.assertRaises(TimeoutError):
                listener.accept()

    def test_mute_service(self):
        service = MuteService()
        self.addCleanup(service.stop)
        answer = look(service.socket, 2)
        self.assertEqual(answer['state'], 'silent')
        self.assertLess(answer['seconds'], 9)

    def test_wrong_arguments(self):
        for args in (), ('look',), ('print', '3'), ('erase', '3'):
            self.assertEqual(run('/nonexistent', *args)['status'], 2)


class Printing(unittest.TestCase):
    def service(self, printers, **more):
        service = Service(printers, **more)
        self.addCleanup(service.stop)
        return service

    def one(self):
        return self.service({'one': ['Info The printer on the table']}, paper={'one': A4})

    def assert_nothing_kept(self, service):
        wait('an empty spool', lambda: not service.kept())

    def test_no_printers(self):
        self.assertEqual(look(self.service({}).socket)['state'], 'none')

    def test_default_printer(self):
        service = self.service({'roll': ['Info Receipts'], 'another': []}, paper={'roll': ROLL})
        answer = look(service.socket)
        self.assertEqual((answer['state'], answer['name']), ('ready', 'Receipts'))
        width, height = (float(n) for n in answer['paper'].split())
        self.assertAlmostEqual(width, 80, delta=0.5)
        self.assertEqual(height, 0)

    def test_sheet(self):
        width, height = (float(n) for n in look(self.one().socket)['paper'].split())
        self.assertAlmostEqual(width, 210, delta=0.5)
        self.assertAlmostEqual(height, 297, delta=0.5)

    def test_printed_as_it_is_and_forgotten(self):
        service = self.one()
        self.assertEqual(put(service.socket)['state'], 'ready')
        self.assertEqual(service.printed(), DOCUMENT)
        self.assertIn('Tabella', (service.out / 'job').read_text())
        self.assert_nothing_kept(service)

    def test_roll_gets_its_length(self):
        service = self.service({'roll': []}, paper={'roll': ROLL})
        self.assertEqual(put(service.socket, size='80x123')['state'], 'ready')
        self.assertIn('media=Custom.80x123mm', (service.out / 'job').read_text())

    def given_up(self, how, word, seconds, least=0.0):
        """It does not print: it says so in time, and does not print later either."""
        service = self.one()
        service.how(how)
        answer = put(service.socket, seconds)
        self.assertEqual(answer['state'], word)
        self.assertGreaterEqual(answer['seconds'], least)
        self.assertLess(answer['seconds'], seconds + 6)
        self.assert_nothing_kept(service)
        service.how('prints')
        self.assertEqual(put(service.socket)['state'], 'ready')
        self.assertEqual(service.log().count('Purged by'), 2)

    def test_out_of_paper(self):
        self.given_up('media-empty-error', 'no-paper', 20, least=4)

    def test_jam(self):
        self.given_up('media-jam-error', 'trouble', 20, least=4)

    def test_switched_off(self):
        self.given_up('connecting-to-device', 'offline', 2, least=2)

    def test_hangs(self):
        self.given_up('hangs', 'silent', 2, least=2)

    def test_fails(self):
        service = self.service({'one': ['ErrorPolicy abort-job']})
        service.how('fails')
        self.assertEqual(put(service.socket)['state'], 'trouble')
        self.assert_nothing_kept(service)

    def test_stopped(self):
        service = self.service({'one': ['State Stopped', 'Accepting Yes']})
        self.assertEqual(look(service.socket)['state'], 'trouble')
        answer = put(service.socket)
        self.assertEqual(answer['state'], 'trouble')
        self.assertLess(answer['seconds'], 5)
        self.assertEqual(service.kept(), [])


if __name__ == '__main__':
    sys.exit(tap.main())
