#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What msgfmt cannot know of the translations: words.py PO LANGUAGE… (from the sources' folder).

Of each language: the numbers of plural forms fit its rule; nothing English is left but names; what
is put into a right-to-left sentence is isolated, so that a code or a file's name cannot turn it
round; and each letter is in a font that data/packages installs. Of the sources: every text that is
set on a widget is marked for translation, and the language lists are one."""
import json
import re
import subprocess
import sys
from pathlib import Path

RIGHT_TO_LEFT = ("ur",)
FORMS = {"en": 2, "ur": 2, "zh_CN": 1, "zh_HK": 1}
LETTERS = {"ur": "[\u0600-\u06ff]", "zh_CN": "[\u4e00-\u9fff]", "zh_HK": "[\u4e00-\u9fff]"}
FIRST, POP = "\u2068", "\u2069"
# Names and terms that are the same in every language.
NAMES = re.compile(r"""\.minisig|manifest\.json(\.minisig)?|ceremony\.|minisign|\.pub|Ed25519|SQLite|KiB|null|tabella
    |\ seal\b|package|amendments|setup\.vault|--state|PIN|QR|USB|TA1\.|udisks2|Escape|Esc\b|\bTab\b|\bEnter\b|\bSpace\b|wan-chai-1|election
    |\ -l\b|`-l`|XX""", re.VERBOSE)
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans CJK HK", "Noto Sans CJK SC",
            "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math")
NOTO = "/usr/share/fonts/(truetype|opentype)/noto/"  # of fonts-noto-core and fonts-noto-cjk

failed = []


def strings(block, name):
    found = re.search(rf'^{re.escape(name)} ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.MULTILINE)
    return None if found is None else "".join(
        json.loads(s) for s in re.findall(r'"(?:[^"\\]|\\.)*"', found.group(1)))


def entries(path):
    """(msgid, [msgstr]) of each; obsolete ones and the header left out."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("#~") or not re.search(r'^msgid "', block, re.MULTILINE):
            continue
        text = strings(block, "msgid")
        if text:
            forms = re.findall(r"^msgstr\[[0-9]\]", block, re.MULTILINE) or ["msgstr"]
            yield text, [strings(block, form) or "" for form in forms], "msgid_plural" in block


def check_words(language, text, said, complain):
    bare = re.sub(r"%(?:[0-9]\$)?(?:l?[usd])", "", NAMES.sub("", said))
    if language in LETTERS:
        left = re.findall("[A-Za-z]{2,}", bare)
        if left:
            complain(f"English is left: {left}")
        if not re.search(LETTERS[language], bare) and re.search("[a-z]{2}", re.sub("%.", "", text)):
            complain("no letter of the language")
    if language in RIGHT_TO_LEFT:
        depth = 0
        for part in re.findall(f"{FIRST}|{POP}|%(?:[0-9]\\$)?s", said):
            depth += 1 if part == FIRST else -1 if part == POP else 0
            if part not in (FIRST, POP) and depth != 1:
                complain("a %s outside of an isolate (U+2068 … U+2069)")
        if depth != 0:
            complain("an isolate does not end")
    if text.rstrip()[-1:] in ".?" and said.rstrip()[-1:] not in ".?。？۔؟":
        complain("does not end its sentence")


def check_file(folder, language):
    letters = set()
    for text, forms, plural in entries(folder / f"{language}.po"):
        def complain(what, about=text):
            failed.append(f"po/{language}.po: {about[:60]!r}: {what}")
        if plural and len(forms) != FORMS[language]:
            complain(f"{len(forms)} plural forms instead of {FORMS[language]}")
        for said in forms:
            letters.update(said)
            if language != "en":
                check_words(language, text, said, complain)
    return letters


def coverage():
    """Characters of the fonts that are named, each from the packages that are installed."""
    covered = set()
    for family in FAMILIES:
        done = subprocess.run(["fc-list", f":family={family}:style=Regular", "file", "charset"],
                              capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if re.match(NOTO, line)]
        if not lines:
            failed.append(f"the font {family} is missing: sh data/packages build")
        for line in lines:
            for span in re.search(r"charset=(.*)", line).group(1).split(":")[0].split():
                first, _, last = span.partition("-")
                covered.update(range(int(first, 16), int(last or first, 16) + 1))
    return covered


def check_fonts(letters):
    missing = sorted(c for c in letters - {"\n", FIRST, POP} if ord(c) not in covered_now())
    if missing:
        failed.append(f"in no font of data/packages: {missing}")


def covered_now(kept=[]):
    if not kept:
        kept.append(coverage())
    return kept[0]


# Calls that show a text, with the place of that text among the arguments.
SHOWS = {"gtk_label_new": 0, "gtk_label_set_text": 1, "gtk_button_new_with_label": 0,
         "gtk_button_set_label": 1, "atk_object_set_name": 1, "atk_object_set_description": 1,
         "tabella_label_new": 0, "tabella_screen_view_say": 2, "tabella_kiosk_notice": 1,
         "tabella_report_screen_set_words": 1, "tabella_report_screen_add_line": 1,
         "tabella_report_screen_add_action": 1, "tabella_entry_screen_set_words": 1,
         "tabella_entry_screen_add_action": 1, "tabella_report_screen_set_qr": 2}


def check_sources(root):
    """A literal with a word in it, where a text is shown, without _()."""
    for path in sorted((root / "src/terminal").glob("*.c")):
        source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in re.finditer(r"\b(%s) \(" % "|".join(SHOWS), source):
            shown = arguments(source, found.end())[SHOWS[found.group(1)]:]
            if shown and re.match(r'^\s*"[^"]*[a-z]{3}', re.sub("%[a-z]", "", shown[0])):
                failed.append(f"{path.name}: {found.group(1)}: {shown[0].strip()} is not marked with _()")
        for found in re.finditer(r'(?:label|title|back|next|words?)\b[^;{}\n]*return\s+"([^"]*[a-z]{3}[^"]*)"', source):
            failed.append(f"{path.name}: {found.group(1)!r} is not marked with _()")
    for path in sorted((root / "ui").glob("*.ui")):
        for name, text in re.findall(r'<property name="(label|tooltip-text|placeholder-text|title)"[^>]*>([^<]*)<',
                                     path.read_text(encoding="utf-8")):
            if re.search("[A-Za-z]{2}", text):
                failed.append(f"ui/{path.name}: {name} {text!r}: texts are set by the screens, translated")


def arguments(source, at):
    """Of the call whose parenthesis has just been opened."""
    depth, begin, out = 0, at, []
    quoted = False
    for i in range(at, len(source)):
        c = source[i]
        if c == '"' and source[i - 1] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif c == "(":
            depth += 1
        elif c == ")" and depth == 0:
            return out + [source[begin:i]]
        elif c == ")":
            depth -= 1
        elif c == "," and depth == 0:
            out.append(source[begin:i])
            begin = i + 1
    return out


def check_lists(root, languages):
    source = (root / "src/terminal/language.c").read_text(encoding="utf-8")
    found = re.findall('"([^"]+)"', re.search(r"interfaces\[\] = \{(.*?)\}", source, re.DOTALL).group(1))
    if sorted(found) != sorted(languages):
        failed.append(f"src/terminal/language.c has {found}, po/LINGUAS has {languages}")


def main():
    folder = Path(sys.argv[1])
    languages = sys.argv[2:]
    letters = set()
    for language in languages:
        letters |= check_file(folder, language)
    names = (folder.parent / "src/terminal/language-names.c").read_text(encoding="utf-8")
    known = re.findall(r'\{ "(\w+)", "([^"]+)"', names)
    letters.update(c for tag, name in known if tag in languages for c in name)
    letters.update("✔✘●○◐⌫")
    check_fonts(letters)
    check_sources(folder.parent)
    check_lists(folder.parent, languages)
    print("\n".join(failed), file=sys.stderr)
    sys.exit(bool(failed))


main()
