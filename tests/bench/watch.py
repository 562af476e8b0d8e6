# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a person waits for the next screen."""
import time


def watch(k, button, next_words):
    """Touches a button and waits until the next screen can be seen; seconds."""
    node = k.button(button)
    k.settled(node)
    before = time.monotonic()
    k.touch_node(node)
    k.wait_for(next_words)
    return time.monotonic() - before
