# SPDX-License-Identifier: GPL-3.0-or-later
"""A finger on the X server's test device (xf86-input-inputtest): real touch events, no pointer."""
import socket
import struct
import time

VERSION, SYNC, TOUCH = 0, 1, 6  # kinds of messages
BEGIN, UPDATE, END = 18, 19, 20  # XI_Touch…
AXIS = 65535  # of the device, over the whole screen
ANSWERS = {0: 12, 1: 8}  # kind: bytes


class Finger:
    """Stands in for pointer.Pointer."""

    def __init__(self, path, size):
        self.size = size
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self._send(VERSION, struct.pack("<HH", 1, 1))
        self._answer(0)
        self.n = 0

    def _send(self, kind, body=b""):
        self.socket.sendall(struct.pack("<II", 8 + len(body), kind) + body)

    def _answer(self, kind):
        data = b""
        while len(data) < ANSWERS[kind]:
            part = self.socket.recv(ANSWERS[kind] - len(data))
            if not part:
                raise OSError("the X server's test device has gone")
            data += part
        if struct.unpack_from("<II", data) != (ANSWERS[kind], kind):
            raise OSError(f"the X server's test device says {data!r}")

    def _finger(self, what, x, y):
        axes = [x * AXIS / self.size[0], y * AXIS / self.size[1]] + [0.0] * 62
        self._send(TOUCH, struct.pack("<III8s4x128d", self.n, what, 0, bytes([3] + [0] * 7),
                                      *axes, *[0.0] * 64))
        self._send(SYNC)
        self._answer(1)

    def touch(self, x, y):
        """Down and up at one place."""
        self.n += 1
        self._finger(BEGIN, x, y)
        self._finger(END, x, y)

    def drag(self, x, y, to_x, to_y):
        """Down at one place, up at another."""
        self.n += 1
        self._finger(BEGIN, x, y)
        for step in range(1, 6):
            self._finger(UPDATE, x + (to_x - x) * step // 5, y + (to_y - y) * step // 5)
            time.sleep(0.02)
        self._finger(END, to_x, to_y)
