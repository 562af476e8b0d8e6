# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who hears the terminal and presses keys, and sees nothing."""
import os
import re
import time

PROGRAM = os.environ["TABELLA_SPOKEN_TERMINAL"]
DEADLINE = 20.0


class Ear:
    """What one terminal says, from the file to which its recorder writes."""

    def __init__(self, path):
        self.path = path
        path.touch()
        self.at = 0  # what has been listened to

    def lines(self):
        """All that has been recorded so far."""
        text = self.path.read_text(encoding="utf-8")
        return text[:text.rfind("\n") + 1].splitlines()

    def since(self):
        """The texts that were said since one listened last, and their languages."""
        return [line.split(" ", 3)[1:] for line in self.lines()[self.at:] if line.startswith("say ")]

    def text(self):
        return " ".join(text for _, _, text in self.since())

    def forget(self):
        """Listens only to what comes from now on."""
        self.at = len(self.lines())

    def _waits(self, expected, heard):
        """Until @heard gives a text; returns that."""
        end = time.monotonic() + DEADLINE
        while True:
            text = heard()
            if text:
                return text
            if time.monotonic() > end:
                raise AssertionError(f"waited for {expected!r} and heard {self.text()!r}")
            time.sleep(0.01)

    def hears(self, pattern):
        """Waits for it; returns all that was said up to then."""
        return self._waits(pattern, lambda: re.search(pattern, self.text()) and self.text())

    def last(self):
        """What was said since it last broke off."""
        said = self.since()
        breaks = [i for i, (_, when, _) in enumerate(said) if when == "now"]
        return " ".join(text for _, _, text in said[breaks[-1]:]) if breaks else ""

    def hears_of(self, name):
        """Waits until that is spoken of, and not what came before it; returns all of it."""
        return self._waits(name, lambda: name in self.last() and self.last())

    def languages(self):
        return {language for language, _, _ in self.since()}


class Hand:
    """Two keys and an ear: next and select."""

    def __init__(self, kiosk, ear, select="Return", more="^More "):
        self.kiosk, self.ear, self.select, self.more = kiosk, ear, select, more

    def next(self):
        """Tab; returns what is said of the next control, which interrupts what was being said."""
        before = self.kiosk.focused()
        self.ear.forget()
        self.kiosk.press("Tab")
        self.kiosk.until(lambda: self.kiosk.focused() != before, "another control")
        return self.ear.hears_of(self.kiosk.focused())

    def go_to(self, pattern):
        """To the control of which that is said: once around each page."""
        heard, around = [], False
        for _ in range(60):
            heard.append(self.next())
            if re.search(self.more, heard[-1]):
                if around:
                    heard.append(self.press("."))
                around = not around
            if re.search(pattern, heard[-1]):
                return heard[-1]
        raise AssertionError(f"{pattern!r} is not reached by ear: {heard}")

    def press(self, then):
        """Presses what one is on, and waits for what is said of it."""
        self.ear.forget()
        self.kiosk.press(self.select)
        return self.ear.hears(then)

    def choose(self, pattern, then):
        said = self.go_to(pattern)
        return said, self.press(then)
