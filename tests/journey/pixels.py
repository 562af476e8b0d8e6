# SPDX-License-Identifier: GPL-3.0-or-later
"""Contrast as it stands on the screen, from the pixels themselves."""
import subprocess
from collections import Counter


class Picture:
    """The whole screen."""

    def __init__(self, width, height):
        self.width = width
        self.bytes = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], check=True,
                                    capture_output=True).stdout
        if len(self.bytes) != width * height * 3:
            raise OSError(f"the picture has {len(self.bytes)} bytes")

    def colours(self, box):
        """How often each colour occurs in a box."""
        count = Counter()
        for y in range(box.y, box.y + box.height):
            row = self.bytes[3 * (y * self.width + box.x):3 * (y * self.width + box.x + box.width)]
            count.update(row[i:i + 3] for i in range(0, len(row), 3))
        return count

    def contrast(self, box):
        """Of the colour of most pixels and the one farthest from it, as WCAG reckons."""
        count = self.colours(box)
        (ground, _), = count.most_common(1)
        return max(ratio(ground, c) for c, n in count.items() if n >= 8)


def luminance(colour):
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
