# SPDX-License-Identifier: GPL-3.0-or-later
"""A voter in Chinese as used in Hong Kong, then one in English; officers in Chinese too."""
import re

import journey
import steps

CODE = steps.SHORT_CODE


def english(k):
    """English words on the screen, but for the button to that language."""
    return re.findall("[a-z]{3,}", k.words().replace("English", ""))


def voter(j, k):
    steps.check_in(k, next(j.ids()))
    k.touch("繁體中文")
    k.wait_for("開始")
    k.look("welcome")
    k.touch("開始")
    k.wait_for("議題一")
    k.wait_for(re.compile("就2017行政長官選舉，我支持「讓愛與和平佔領中環」向政府提交這個方案"))
    k.look("first-contest")
    k.touch("學界方案")
    k.wait_for(re.compile("已選 ?1"))
    k.touch("棄權")
    k.wait_for(re.compile("已超出可選數目"))
    k.look("one-too-many")
    k.touch("下一步")
    k.wait_for("議題二")
    k.touch("返回")
    k.wait_for("議題一")
    j.same((k.checked("學界方案"), k.checked("棄權")), (True, False), "the marks after one too many")
    k.touch("下一步")
    k.wait_for("議題二")
    k.touch("立法會應該否決")
    k.look("second-contest")
    k.touch("下一步")
    j.same(k.described(re.compile("議題一")), "✔ 學界方案", "the review")
    k.look("review")
    k.touch("繼續")
    shown = k.text_of(k.wait_for(CODE))
    k.look("code")
    j.same(english(k), [], "English words in front of the voter")
    k.touch("檢驗此機器")
    k.look("challenged")
    k.touch("重新選擇")
    for choice in "學界方案", "立法會應該否決":
        k.touch(choice)
        k.touch("下一步")
    k.touch("繼續")
    shown = k.text_of(k.wait_for(CODE))
    k.touch("投下選票")
    k.wait_for(re.compile("你的選票已記錄"))
    j.same(k.text_of(k.wait_for(CODE)), shown, "the receipt's code")
    k.look("done")
    receipt = k.qr("receipt")
    j.same(english(k), [], "English words in front of the voter")
    k.touch("完成")
    k.wait_for("請將平板電腦交給職員")
    k.look("pin")
    k.keys("1111")
    k.touch("繼續")
    k.wait_for(re.compile("PIN 碼"), (journey.ALERT,))
    j.same(english(k), [], "English words where a voter may look")
    k.keys(steps.PIN)
    k.touch("繼續")
    k.wait_for("Check in")
    j.shown("a voter reads nothing but Chinese and the election's own Chinese texts")
    return receipt


def officers(j, k):
    k.touch("繁體中文")
    for name in ("選民報到", "查找", "暫停"):
        k.wait_for(name)
    k.look("officers")
    steps.look_up(k, list(j.ids())[1], "查找")
    k.look("answer")
    k.touch("返回")
    k.language("English")
    k.wait_for("Check in")
    j.shown("officers switch the language too")


def chinese(j):
    with j.kiosk() as k:
        j.opened(k)
        in_chinese = voter(j, k)
        officers(j, k)
        ids = list(j.ids())
        steps.check_in(k, ids[2])
        steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
        steps.confirm(k)
        steps.cast(k)
        in_english = k.qr("receipt")
        form = re.compile("^TV1[0-9A-Z./:]*$")
        forms = [bool(form.match(in_chinese)), bool(form.match(in_english))]
        if forms != [True, True] or len(in_chinese) != len(in_english):
            raise AssertionError(f"receipts differ in form: {in_chinese} and {in_english}")
        j.shown("the next voter starts in English; both receipts are of one form")
        steps.back_to_officer(k)
        steps.close(k)
    if "final, 2 ballots" not in j.election.run("import", j.stick).out:
        raise AssertionError("not two ballots")
    j.shown("both ballots are in the batch")


journey.run("chinese", chinese)
