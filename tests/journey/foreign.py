# SPDX-License-Identifier: GPL-3.0-or-later
"""An election in languages that the interface does not have: Filipino, Arabic and Taiwan's Chinese.
Each is offered by its own name; the election's texts are in it, the interface in the nearest one or
in English, and a right-to-left text keeps its direction in a left-to-right screen."""
import re

import journey
import steps
from kiosk import BUTTONS, Atspi

NAMES = {"fil": "Filipino", "ar": "العربية", "zh_TW": "正體中文"}
TITLES = {"fil": "Unang mosyon", "ar": "LegCo: الاقتراح الأول", "zh_TW": "議題一"}
STUDENTS = {"fil": "Panukala ng mga estudyante", "ar": "اقتراح الطلاب", "zh_TW": "學界方案"}
RTL_MARK = "\u200f"


def translate(draft):
    """Three languages more; only what this journey reads is really translated."""
    def walk(value):
        if isinstance(value, dict):
            if "en" in value:
                for language in NAMES:
                    words = {"Motion 1": TITLES, "Students Proposal": STUDENTS}.get(value["en"])
                    value[language] = words[language] if words else value["en"]
            value = list(value.values())
        for part in value if isinstance(value, list) else []:
            walk(part)
    walk([draft["contests"], draft["styles"], draft["stations"]])
    draft["languages"] += list(NAMES)


def check_arabic(j, k, label):
    """Its letters run from right to left though it begins with a Latin name."""
    def box(i):
        return Atspi.Text.get_character_extents(label, i, Atspi.CoordType.SCREEN)
    text = Atspi.Text.get_text(label, 0, -1)
    j.same(box(text.index("L")).x > box(len(text) - 1).x, True, "the Latin name is on the right")


def read_in(j, k, language, start, button):
    """Welcome and first contest in one language, and back to the welcome."""
    k.touch(NAMES[language])
    k.wait_for(start)
    k.look(f"welcome-{language}")
    k.touch(start)
    title = k.wait_for((RTL_MARK if language == "ar" else "") + TITLES[language])
    k.look(f"contest-{language}")
    if language == "ar":
        check_arabic(j, k, title)
    option = STUDENTS[language]
    if not k.checked(option):
        k.touch(option)
    k.until(lambda: k.checked(option), f"{option!r} chosen")
    k.touch(button)
    k.wait_for(start)


def foreign(j):
    with j.kiosk() as k:
        j.opened(k)
        steps.check_in(k, next(j.ids()))
        for name in NAMES.values():
            if not k.there(name, BUTTONS):
                raise AssertionError(f"{name} is not offered")
        j.shown("each language of the election is offered by its own name")
        read_in(j, k, "fil", "Start", "Back")
        read_in(j, k, "ar", "Start", "Back")
        j.shown("Filipino and Arabic texts, an English interface, each text in its own direction")
        read_in(j, k, "zh_TW", "開始", "返回")
        j.shown("a sister language's interface where there is one")
        k.touch("English")
        k.touch("Start")
        k.wait_for("Motion 1")
        j.same(k.checked("Students Proposal"), True, "the choice after four languages")
        k.touch("Next")
        k.wait_for("Motion 2")
        k.touch("Next")
        k.wait_for("Is this what you want?")
        j.same(k.described(re.compile("Motion 1")), "✔ Students Proposal", "the review")
        steps.confirm(k)
        steps.cast(k)
        steps.back_to_officer(k)
        k.wait_for("Check in")
        j.shown("one vote, chosen in Chinese, reviewed in English")


journey.run("foreign", foreign, translate)
