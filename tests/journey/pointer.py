# SPDX-License-Identifier: GPL-3.0-or-later
"""The pointer and the keyboard of the display, through X's own test extension."""
import ctypes
import os

x11 = ctypes.CDLL("libX11.so.6")
xtst = ctypes.CDLL("libXtst.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XStringToKeysym.restype = ctypes.c_ulong
x11.XStringToKeysym.argtypes = [ctypes.c_char_p]
x11.XKeysymToKeycode.restype = ctypes.c_ubyte
x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
for function, n in (("FakeMotionEvent", 4), ("FakeButtonEvent", 3), ("FakeKeyEvent", 3)):
    getattr(xtst, "XTest" + function).argtypes = [ctypes.c_void_p] + [ctypes.c_long] * n


class Pointer:
    """One connection to the display."""

    def __init__(self):
        self.display = ctypes.c_void_p(x11.XOpenDisplay(None))
        if not self.display:
            raise OSError(f"the display {os.environ.get('DISPLAY')} does not answer")

    def touch(self, x, y, button=1):
        """Goes there, presses and lets go."""
        xtst.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        for down in (1, 0):
            xtst.XTestFakeButtonEvent(self.display, button, down, 0)
        x11.XSync(self.display, 0)

    def drag(self, x, y, to_x, to_y):
        """Presses at one place, lets go at another."""
        xtst.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        xtst.XTestFakeButtonEvent(self.display, 1, 1, 0)
        xtst.XTestFakeMotionEvent(self.display, -1, to_x, to_y, 20)
        xtst.XTestFakeButtonEvent(self.display, 1, 0, 20)
        x11.XSync(self.display, 0)

    def press(self, *keys):
        """Keys by X's names, one after the other; "Shift_L+Tab" together."""
        for key in keys:
            codes = [x11.XKeysymToKeycode(self.display, x11.XStringToKeysym(k.encode()))
                     for k in key.split("+")]
            if 0 in codes:
                raise OSError(f"no key {key} on this keyboard")
            for code in codes:
                xtst.XTestFakeKeyEvent(self.display, code, 1, 0)
            for code in reversed(codes):
                xtst.XTestFakeKeyEvent(self.display, code, 0, 0)
        x11.XSync(self.display, 0)
