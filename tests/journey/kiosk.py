# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real terminal as a person would: finds controls by role and name through AT-SPI, touches
them with the pointer, looks at the screen."""
import os
import re
import signal
import subprocess
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

from finger import Finger  # noqa: E402
from pointer import Pointer  # noqa: E402

FAKETIME = "/usr/$LIB/faketime/libfaketime.so.1"
DPI = {(1280, 800): 149, (1080, 1920): 141, (1024, 768): 132}  # the panels of the design
DEADLINE = 20.0  # seconds for anything a person waits for
LANGUAGES = ("English", "繁體中文", "简体中文", "اردو", "Filipino", "Bahasa Indonesia", "العربية")
KEYS = {" ": ("Space", "空格", "خالی جگہ"), "\b": ("Erase", "刪除", "删除", "مٹائیں")}
BUTTONS = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.RADIO_BUTTON)
ENTRIES = (Atspi.Role.TEXT, Atspi.Role.PASSWORD_TEXT, Atspi.Role.ENTRY)
TARGETS = BUTTONS + ENTRIES


class JourneyError(Exception):
    """What was expected on the screen, and what was there."""


class Kiosk:
    """One running terminal."""

    def __init__(self, program, state, stick, shots=None, hint=None, clock=None, bad_disk=None,
                 slow_stick=None, pointer=True, settle=0, extra=(), printer=None,
                 environment=None):
        """@stick: the folder that stands for one; None: the real ones, through udisks2. @clock,
        @bad_disk, @slow_stick: files through which its clock jumps, its disk fails and what it
        writes to a stick has to wait. @pointer: none
        on a person's own display, whose pointer is not ours. @settle: for how many milliseconds a
        new screen takes no touch; journeys know what they touch and do not wait. @printer: a folder
        that stands for one, or "real"; otherwise there is none, whatever the machine has."""
        self.size = tuple(int(n) for n in os.environ.get("TABELLA_SCREEN", "1280x800").split("x"))
        self.dpi = DPI.get(self.size, 149)
        self.shots = shots
        self.n_shots, self.looked = 0, set()
        finger = os.environ.get("TABELLA_FINGER")
        self.pointer = Finger(finger, self.size) if finger else Pointer() if pointer else None
        self.clock = clock
        self.jumped = 0
        program = [program] if isinstance(program, str) else program
        command = [*program, "--state", state, "--dpi", str(self.dpi), "--settle", str(settle),
                   *extra]
        if stick is not None:
            command += ["--stick", stick]
        if printer != "real":
            command += ["--printer", printer or os.path.join(state, "no-printer")]
        if hint:
            command += ["--practice-hint", hint]
        environment = dict(os.environ, G_DEBUG="fatal-criticals", **(environment or {}))
        environment.pop("MALLOC_PERTURB_", None)  # Meson's: the terminal is to forget by itself
        preload = []
        if clock:
            self.jump(0)
            preload.append(FAKETIME)
            environment.update(FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1")
        if bad_disk:
            preload.append(os.environ["TABELLA_BAD_DISK"])
            environment["BAD_DISK"] = str(bad_disk)
        if slow_stick:
            preload.append(os.environ["TABELLA_SLOW_STICK"])
            environment["SLOW_STICK"] = str(slow_stick)
        if preload:
            environment["LD_PRELOAD"] = ":".join(preload)
        self.messages = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, env=environment, stdout=self.messages,
                                        stderr=self.messages)
        self.app = None
        # Longer than a call over the bus may wait for a program that was killed before this one.
        self.app = self._wait(self._find_app, "the terminal's window", 60)

    def jump(self, seconds):
        """The terminal's clock goes forward, all at once."""
        self.jumped += seconds
        with open(self.clock, "w") as file:
            file.write(f"+{self.jumped}\n")

    # Looking

    def _find_app(self):
        if self.process.poll() is not None:
            raise JourneyError(f"the terminal ended ({self.process.returncode}): {self.said()}")
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            try:
                if (app is not None and app.get_process_id() == self.process.pid and
                        app.get_child_count() > 0):
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
                raise JourneyError(f"waited {seconds:.0f} s for {what}; "
                                   f"the screen says: {self.words() if self.app else self.said()!r}")
            time.sleep(0.005)

    def wait_until(self, probe, what):
        return self._wait(probe, what)

    def showing(self, node=None):
        """All nodes that can be seen, depth first."""
        node = node or self.app
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is None:
                continue
            if self.is_(child, Atspi.StateType.SHOWING):
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
            if not text or (roles is not None and node.get_role() not in roles):
                continue
            if name.search(text) if isinstance(name, re.Pattern) else text == name:
                return node
        return None

    @staticmethod
    def is_(node, state):
        return node.get_state_set().contains(state)

    def wait_for(self, name, roles=None, seconds=DEADLINE):
        return self._wait(lambda: self.find(name, roles), f"{name!r}", seconds)

    def gone(self, name):
        """Waits until nothing of this name is there any more."""
        self._wait(lambda: self.find(name) is None, f"{name!r} to go")

    def until(self, true, what):
        """Waits until something is true."""
        self._wait(true, what)

    def there(self, name, roles=None):
        """find() on a screen that is at rest."""
        self.at_rest()
        return self._wait(lambda: (self.find(name, roles),), "a screen at rest")[0]

    def sees(self, name):
        return self.find(name) is not None

    def button(self, name):
        """A button of this name that can be touched."""
        def probe():
            node = self.find(name, BUTTONS)
            return node if node and self.is_(node, Atspi.StateType.SENSITIVE) else None
        return self._wait(probe, f"the button {name!r}")

    # Touching

    @staticmethod
    def box(node):
        return Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)

    def touch_node(self, node):
        if self.pointer is None:
            Atspi.Action.do_action(node, 0)
            return
        b = self.box(node)
        self.pointer.touch(b.x + b.width // 2, b.y + b.height // 2)

    def settled(self, node):
        """Its box, once it no longer moves."""
        def probe():
            before = self.box(node)
            time.sleep(0.02)
            return before if self.is_at(node, before) else None
        return self._wait(probe, "a control at rest")

    def at_rest(self):
        """Once the screen is built and its pages are filled: twice the same is there."""
        def probe():
            before = self.words()
            time.sleep(0.05)
            return self.words() == before and before != "(changing)"
        self._wait(probe, "a screen at rest")

    def is_at(self, node, box):
        b = self.box(node)
        return b.width > 1 and (b.x, b.y, b.width, b.height) == (box.x, box.y, box.width, box.height)

    def touch(self, name):
        """Touches a button, found anew while the screen is still being built again."""
        def probe():
            node = self.find(name, BUTTONS)
            if node is None or not self.is_(node, Atspi.StateType.SENSITIVE):
                return None
            before = self.box(node)
            time.sleep(0.02)
            return node if self.is_at(node, before) else None
        self.touch_node(self._wait(probe, f"the button {name!r}, at rest"))

    def language(self, name):
        """Touches the language button of the bar until the screen speaks that language."""
        for _ in LANGUAGES:
            offered = self._wait(lambda: next((n for n in LANGUAGES if self.find(n, BUTTONS)), None),
                                 "the language button")
            self.touch(offered)
            self._wait(lambda o=offered: not self.find(o, BUTTONS), f"a screen in {offered}")
            if offered == name:
                return
        raise JourneyError(f"the language button never offers {name!r}")

    def keys(self, text):
        """Types on the keys of the screen."""
        entry = self.entry()
        self.settled(entry)
        nodes = {n.get_name(): n for n in self.showing() if n.get_role() == Atspi.Role.PUSH_BUTTON}
        for key, names in KEYS.items():
            nodes[key] = next((nodes[name] for name in names if name in nodes), None)
        for char in text:
            if nodes.get(char) is None:
                raise JourneyError(f"no key {char!r} on the screen: {sorted(nodes)}")
            n = Atspi.Text.get_character_count(entry) + (-1 if char == "\b" else 1)
            self.touch_node(nodes[char])
            self._wait(lambda: Atspi.Text.get_character_count(entry) == n, f"{n} characters")

    def entry(self):
        """Where something is typed."""
        return self._wait(lambda: next((n for n in self.showing() if n.get_role() in ENTRIES), None),
                          "an entry")

    def erase(self):
        """Takes back all that was typed."""
        self.keys("\b" * Atspi.Text.get_character_count(self.entry()))

    def press(self, *keys):
        """Presses keys of a keyboard, by X's names."""
        self.pointer.press(*keys)

    def focused(self):
        """The name of what has the focus."""
        def probe():
            return [n.get_name() for n in self.showing() if self.is_(n, Atspi.StateType.FOCUSED)]
        return self._wait(probe, "a focus")[0]

    def checked(self, name):
        node = self.wait_for(name, BUTTONS)
        return self.is_(node, Atspi.StateType.CHECKED)

    def described(self, name):
        """What a control says of itself beside its name."""
        return self.wait_for(name, BUTTONS).get_description()

    # Proofs

    def look(self, name):
        """Audits the screen and keeps a picture of it, one of each name."""
        end = time.monotonic() + 2
        while True:
            try:
                self.audit()
                break
            except (JourneyError, gi.repository.GLib.Error):  # it may still be arranging itself
                if time.monotonic() > end:
                    self.shot(name)
                    raise
            time.sleep(0.05)
        if name not in self.looked:
            self.looked.add(name)
            self.shot(name)

    def shot(self, name):
        """Keeps a picture of the whole screen."""
        if not self.shots:
            return None
        os.makedirs(self.shots, exist_ok=True)
        self.n_shots += 1
        path = os.path.join(self.shots, f"{self.n_shots:02d}-{name}.png")
        subprocess.run(["import", "-window", "root", "-quality", "11", path], check=True)
        return path

    def qr(self, name):
        """What a telephone reads on the screen, once it is drawn."""
        end = time.monotonic() + DEADLINE
        while True:
            path = self.shot(name)
            done = subprocess.run(["zbarimg", "--quiet", "--raw", path], capture_output=True,
                                  text=True)
            if done.returncode == 0:
                return done.stdout.rstrip("\n")
            if time.monotonic() > end:
                raise JourneyError(f"no QR code could be read on {path}")
            time.sleep(0.2)

    def audit(self):
        """Every control has a name, is large enough, wholly on the screen, and apart from the others
        and from what is written; nothing written is cut off by the screen's edge."""
        least = 12.7 / 25.4 * self.dpi - 1
        controls, words = [], []
        for node in self.showing():
            role, text, b = node.get_role(), self.text_of(node), self.box(node)
            if role in TARGETS:
                if not text:
                    raise JourneyError(f"a {node.get_role_name()} has no name on: {self.words()!r}")
                if b.width < least or b.height < least:
                    raise JourneyError(f"{text!r} is {b.width}x{b.height}, "
                                       f"less than {least:.0f} pixels")
                controls.append((text, b))
            elif role in (Atspi.Role.LABEL, Atspi.Role.ALERT, Atspi.Role.IMAGE) and b.width > 0:
                words.append((text, b, node))
        for text, b in controls + [w[:2] for w in words]:
            if b.x < 0 or b.y < 0 or b.x + b.width > self.size[0] or b.y + b.height > self.size[1]:
                raise JourneyError(f"{text!r} is not wholly on the screen: "
                                   f"{b.x},{b.y} {b.width}x{b.height}")
        apart = controls + [w[:2] for w in words if not self.is_inside(w[2], TARGETS)]
        for i, (text, b) in enumerate(apart):
            for other, o in apart[:i]:
                if (b.x < o.x + o.width and o.x < b.x + b.width and
                        b.y < o.y + o.height and o.y < b.y + b.height):
                    raise JourneyError(f"{text!r} overlaps {other!r}")

    @staticmethod
    def is_inside(node, roles):
        parent = node.get_parent()
        while parent is not None and parent.get_role() != Atspi.Role.FRAME:
            if parent.get_role() in roles:
                return True
            parent = parent.get_parent()
        return False

    # Ending

    def stop(self):
        """Ends it as the system does; it must not have complained."""
        if self.process.returncode == -signal.SIGKILL:
            return  # by kill()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=DEADLINE)
        said = self.said()
        if status != 0 or re.search("WARNING|CRITICAL|ERROR", said):
            raise JourneyError(f"the terminal ended with status {status} and said: {said}")

    def said(self):
        """Its messages so far."""
        self.messages.seek(0)
        return self.messages.read()

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
            print("".join(f"# {line}\n" for line in self.said().splitlines()), end="", flush=True)
        return False
