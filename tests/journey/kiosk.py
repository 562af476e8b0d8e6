# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real terminal as a person would: finds controls by role and name through AT-SPI, touches them with the pointer, looks at the screen."""
import os
import re
import signal
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

DEADLINE = 20.0  # seconds for anything a person waits for
BUTTONS = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.RADIO_BUTTON)
TARGETS = BUTTONS + (Atspi.Role.TEXT, Atspi.Role.PASSWORD_TEXT, Atspi.Role.ENTRY)


class JourneyError(Exception):
    """What was expected on the screen, and what was there."""


class Kiosk:
    """One running terminal."""

    def __init__(self, program, state, stick, dpi=149, shots=None, hint=None, pointer=True, extra=()):
        self.dpi = dpi
        self.shots = shots
        self.n_shots = 0
        self.pointer = pointer
        command = [program, "--state", state, "--stick", stick, "--dpi", str(dpi), *extra]
        if hint:
            command += ["--practice-hint", hint]
        self.process = subprocess.Popen(command)
        self.app = self._wait(self._find_app, "the terminal's window")

    # Looking

    def _find_app(self):
        if self.process.poll() is not None:
            raise JourneyError(f"the terminal ended with status {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            try:
                if app is not None and app.get_process_id() == self.process.pid and app.get_child_count() > 0:
                    return app
            except gi.repository.GLib.Error:
                continue
        return None

    def _wait(self, probe, what, seconds=DEADLINE):
        end = time.monotonic() + seconds
        while True:
            try:
                found = probe()
                if found:
                    return found
            except gi.repository.GLib.Error:
                pass  # the tree changed under us
            if time.monotonic() > end:
                raise JourneyError(f"waited {seconds:.0f} s for {what}; the screen says: {self.words()!r}")
            time.sleep(0.03)

    def showing(self, node=None):
        """All nodes that can be seen, depth first."""
        node = node or self.app
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is None:
                continue
            if child.get_state_set().contains(Atspi.StateType.SHOWING):
                yield child
                yield from self.showing(child)

    def words(self):
        """Every text on the screen, in order."""
        try:
            return " | ".join(t for t in (self.text_of(n) for n in self.showing()) if t)
        except gi.repository.GLib.Error:
            return "(changing)"

    @staticmethod
    def text_of(node):
        if node.get_role() == Atspi.Role.LABEL:
            return Atspi.Text.get_text(node, 0, -1) or node.get_name()
        return node.get_name()

    def find(self, name, roles=None):
        """The first showing node of this name (str or compiled pattern) and roles; None."""
        for node in self.showing():
            text = self.text_of(node)
            if text and (name.search(text) if isinstance(name, re.Pattern) else text == name) and (roles is None or node.get_role() in roles):
                return node
        return None

    def wait_for(self, name, roles=None, seconds=DEADLINE):
        return self._wait(lambda: self.find(name, roles), f"{name!r}", seconds)

    def sees(self, name):
        return self.find(name) is not None

    def button(self, name):
        """A button of this name that can be touched."""
        def probe():
            node = self.find(name, BUTTONS)
            return node if node and node.get_state_set().contains(Atspi.StateType.SENSITIVE) else None
        return self._wait(probe, f"the button {name!r}")

    # Touching

    @staticmethod
    def box(node):
        return Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)

    def touch_node(self, node):
        if not self.pointer:
            Atspi.Action.do_action(node, 0)
            return
        b = self.box(node)
        subprocess.run(["xdotool", "mousemove", str(b.x + b.width // 2), str(b.y + b.height // 2), "click", "1"], check=True)

    def touch(self, name):
        self.touch_node(self.button(name))

    def keys(self, text):
        """Types on the keys of the screen."""
        space = None
        nodes, moves = {}, []
        for node in self.showing():
            if node.get_role() == Atspi.Role.PUSH_BUTTON:
                nodes.setdefault(node.get_name(), node)
        for char in text:
            if char == " ":
                space = space or self.find(re.compile("Space|空格"), BUTTONS)
                node = space
            else:
                node = nodes.get(char)
            if node is None:
                raise JourneyError(f"no key {char!r} on the screen: {sorted(nodes)}")
            if self.pointer:
                b = self.box(node)
                moves += ["mousemove", str(b.x + b.width // 2), str(b.y + b.height // 2), "click", "1"]
            else:
                self.touch_node(node)
        if moves:
            subprocess.run(["xdotool", *moves], check=True)

    def checked(self, name):
        node = self.wait_for(name, BUTTONS)
        return node.get_state_set().contains(Atspi.StateType.CHECKED)

    # Proofs

    def shot(self, name):
        """Keeps a picture of the whole screen; its path."""
        if not self.shots:
            return None
        os.makedirs(self.shots, exist_ok=True)
        self.n_shots += 1
        path = os.path.join(self.shots, f"{self.n_shots:02d}-{name}.png")
        subprocess.run(["import", "-window", "root", path], check=True)
        return path

    def audit(self, width, height):
        """Every control has a name, is large enough, wholly on the screen, and apart from the others."""
        least = 12.7 / 25.4 * self.dpi - 1
        seen = []
        for node in self.showing():
            if node.get_role() not in TARGETS:
                continue
            name, b = node.get_name(), self.box(node)
            if not name:
                raise JourneyError(f"a {node.get_role_name()} has no name on: {self.words()!r}")
            if b.width < least or b.height < least:
                raise JourneyError(f"{name!r} is {b.width}x{b.height}, less than {least:.0f} pixels")
            if b.x < 0 or b.y < 0 or b.x + b.width > width or b.y + b.height > height:
                raise JourneyError(f"{name!r} is not wholly on the screen: {b.x},{b.y} {b.width}x{b.height}")
            for other, o in seen:
                if b.x < o.x + o.width and o.x < b.x + b.width and b.y < o.y + o.height and o.y < b.y + b.height:
                    raise JourneyError(f"{name!r} overlaps {other!r}")
            seen.append((name, b))
        for node in self.showing():
            b = self.box(node)
            if node.get_role() == Atspi.Role.LABEL and (b.x < 0 or b.y < 0 or b.x + b.width > width or b.y + b.height > height):
                raise JourneyError(f"the text {self.text_of(node)!r} is not wholly on the screen")

    # Ending

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=DEADLINE)
        if status != 0:
            raise JourneyError(f"the terminal ended with status {status}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        else:
            try:
                self.shot("failed")
            except (OSError, subprocess.SubprocessError):
                pass
            self.kill()
        return False
