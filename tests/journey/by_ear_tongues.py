# SPDX-License-Identifier: GPL-3.0-or-later
"""What a voter hears is in the voter's language; an election's texts in the one they have."""
import ear
import journey
import steps


def tongues(j):
    listener = ear.Ear(j.root / "spoken")
    with j.kiosk(program=[ear.PROGRAM, str(listener.path)]) as k:
        h = ear.Hand(k, listener, more="^更多")
        j.opened(k)
        steps.check_in(k, next(j.ids()))
        k.press("F1")
        listener.hears("English")
        k.touch("اردو")
        k.wait_for("شروع کریں")
        listener.forget()
        k.touch("شروع کریں")
        listener.hears("Alliance for True Democracy")
        j.same([language for language, _, _ in listener.since()], ["ur", "en", "en", "ur"],
               "the voices of an Urdu screen with an election's English texts")
        j.shown("an election's texts are read in their own language on an Urdu screen")
        k.touch("واپس")
        h.go_to("繁體中文")
        j.same("zh_HK" in listener.languages(), True, "a language's name in its own voice")
        h.press("歡迎")
        listener.forget()
        k.touch("開始")
        listener.hears("議題一.*讓愛與和平佔領中環.*真普選聯盟方案|議題一.*方案")
        h.go_to("學界方案")
        j.same(listener.languages(), {"zh_HK"}, "the language of a contest")
        j.shown("a voter in Chinese hears the screens and the election's texts in Chinese")


journey.run("by-ear-tongues", tongues)
