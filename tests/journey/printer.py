# SPDX-License-Identifier: GPL-3.0-or-later
"""A printer that is a folder, and what is on its paper."""
import os
import re
import subprocess

import journey


class Printer:
    """A folder that stands for one."""

    def __init__(self, j, paper):
        self.folder = j.root / "printer"
        self.folder.mkdir()
        (self.folder / "paper").write_text(paper)
        self.shots = j.shots / "paper"

    def be(self, word):
        (self.folder / "state").write_text(word)

    def sheets(self):
        return sorted(self.folder.glob("*.pdf"))

    def text(self, k, n):
        """What is written on the n-th document, and what a telephone reads on it."""
        k._wait(lambda: len(self.sheets()) >= n, f"{n} printed documents")
        path = self.folder / f"{n:04d}.pdf"
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True,
                              check=True).stdout
        os.makedirs(self.shots, exist_ok=True)
        picture = self.shots / path.stem
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", path, picture], check=True)
        scan = self.folder / "scan"
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", "-singlefile", path, scan],
                       check=True)
        read = subprocess.run(["zbarimg", "--quiet", "--raw", f"{scan}.png"], capture_output=True,
                              text=True, check=False)
        return text, read.stdout.strip()


def contains(text, *words, closed=False):
    """The words are there, and but for the hour of closing no hour."""
    squeezed = re.sub(r"\s+", "", text)
    for word in words:
        if re.sub(r"\s+", "", word) not in squeezed:
            raise AssertionError(f"{word!r} is not on the paper: {text}")
    if not closed and re.search(r"\b[0-2]?[0-9]:[0-5][0-9]\b", text):
        raise AssertionError(f"an hour is on the paper: {text}")


def failed(k, words):
    k.wait_for(re.compile("^Not printed: .*" + words), (journey.ALERT,))
