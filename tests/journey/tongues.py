# SPDX-License-Identifier: GPL-3.0-or-later
"""A voter in Simplified Chinese or in Urdu: tongues.py zh_CN|ur. Every word is the translation's,
the screens are mirrored where they must be, codes and keys are not, and whoever changes the language
in the middle of a ballot keeps what was chosen."""
import gettext
import re
import sys

import journey
import steps
from kiosk import BUTTONS, Atspi

LANGUAGE = sys.argv[1]
TO_THE_LEFT = LANGUAGE == "ur"
NAME = {"zh_CN": "简体中文", "ur": "اردو"}[LANGUAGE]
MADE = journey.BUILD.parent.parent / "po"
TONGUE = gettext.translation("tabella", MADE, [LANGUAGE])
# The example's texts, by how they begin in English; of the stations one stands for all.
TEXTS = {
    "zh_CN": {
        "For CE Election 2017": "就2017年行政长官选举，我支持“让爱与和平占领中环”向政府提交这个方案",
        "If the government": "如果政府方案未能符合国际标准让选民有真正选择，立法会应予否决，我的立场是",
        "Motion 1": "议题一", "Motion 2": "议题二", "All voters": "所有选民",
        "Causeway Bay": "铜锣湾", "Abstention": "弃权",
        "Alliance for True Democracy Proposal": "真普选联盟方案",
        "People Power Proposal": "人民力量方案", "Students Proposal": "学界方案",
        "LegCo should veto": "立法会应该否决", "LegCo should not veto": "立法会不应该否决",
    },
    "ur": {
        "For CE Election 2017": "چیف ایگزیکٹو کے انتخاب 2017 کے لیے میں حمایت کرتا/کرتی ہوں کہ OCLP "
                                "یہ تجویز حکومت کو پیش کرے",
        "If the government": "اگر حکومت کی تجویز بین الاقوامی معیار پر پوری نہ اترے تو LegCo کو اسے "
                             "ویٹو کرنا چاہیے۔ میرا موقف ہے",
        "Motion 1": "پہلی تحریک", "Motion 2": "دوسری تحریک", "All voters": "تمام ووٹر",
        "Causeway Bay": "کازوے بے", "Abstention": "رائے سے اجتناب",
        "Alliance for True Democracy Proposal": "حقیقی جمہوریت اتحاد کی تجویز",
        "People Power Proposal": "People Power کی تجویز", "Students Proposal": "طلبہ کی تجویز",
        "LegCo should veto": "LegCo کو ویٹو کرنا چاہیے",
        "LegCo should not veto": "LegCo کو ویٹو نہیں کرنا چاہیے",
    },
}[LANGUAGE]
RTL_MARK = "\u200f"


def _(text):
    found = TONGUE.gettext(text)
    if found == text:
        raise AssertionError(f"{text!r} is not translated")
    return found


def pattern(text):
    """A text of the interface whose numbers may be any."""
    return re.compile("^" + re.sub("%(?:[0-9]\\\\\\$)?u", "[0-9]+", re.escape(_(text))) + "$")


def own(text):
    """A text of the election, as it is shown: Urdu that begins with a Latin name has a mark."""
    word = TEXTS[text]
    return RTL_MARK + word if TO_THE_LEFT and re.match("[A-Za-z]", word) else word


def translate(draft):
    """Adds the language to the example; what the list does not have stands in English."""
    def walk(value):
        if isinstance(value, dict):
            if "en" in value:
                value[LANGUAGE] = next((word for start, word in TEXTS.items()
                                        if value["en"].startswith(start)), TEXTS["Causeway Bay"])
            value = list(value.values())
        for part in value if isinstance(value, list) else []:
            walk(part)
    walk([draft["contests"], draft["styles"], draft["stations"]])
    draft["languages"].append(LANGUAGE)


def english(k):
    """English words that the interface shows; the election's and the stick's name have one form."""
    names = ("English", "People Power", "LegCo", "Civil Referendum 2014 (example)", "stick")
    words = k.words()
    for name in names:
        words = words.replace(name, "")
    return re.findall("[A-Za-z]*[a-z]{2,}", words)


def check_side(j, k, first, last):
    """@first is where reading begins, @last where it ends."""
    a, b = k.box(k.wait_for(first, BUTTONS)), k.box(k.wait_for(last, BUTTONS))
    j.same(a.x > b.x, TO_THE_LEFT, f"{first} and {last}, mirrored")


def check_runs(k, node):
    """Codes and digits run from left to right in every language."""
    text = Atspi.Text.get_text(node, 0, -1)
    ends = [Atspi.Text.get_character_extents(node, i, Atspi.CoordType.SCREEN)
            for i in range(len(text))]
    for before, after in zip(ends, ends[1:]):
        if before.y == after.y and before.x >= after.x:
            raise AssertionError(f"{text!r} does not run from left to right")


def see(j, k, name):
    k.look(name)
    j.same(english(k), [], f"English words on {name}")


def there_and_back(k, mark):
    """English and back again, from the same screen to the same screen."""
    k.touch(_("Language, text size, contrast and sound"))
    k.touch("English")
    k.touch("Go on")
    k.wait_for(mark)
    k.touch("Language, text size, contrast and sound")
    k.touch(NAME)
    k.wait_for(_("What suits you"))
    k.look("comfort")
    k.touch(_("Go on"))


def vote(j, k):
    steps.turn_to(k, own("Students Proposal"))
    k.touch(own("Students Proposal"))
    k.wait_for(re.compile(re.escape(_("%u chosen.") % 1)))
    see(j, k, "first-contest")
    check_side(j, k, _("Back"), _("Next"))
    there_and_back(k, "Motion 1")
    steps.turn_to(k, own("Students Proposal"))
    j.same(k.checked(own("Students Proposal")), True, "the choice after a change of language")
    steps.turn_to(k, own("Abstention"))
    k.touch(own("Abstention"))
    k.wait_for(_("That is one too many. First touch one that you chose, to take it back."))
    see(j, k, "one-too-many")
    k.touch(_(steps.UNDERSTOOD))
    k.touch(_("Next"))
    k.wait_for(own("Motion 2"))
    steps.turn_to(k, own("LegCo should veto"))
    k.touch(own("LegCo should veto"))
    k.wait_for(re.compile(re.escape(_("%u chosen.") % 1)))
    see(j, k, "second-contest")
    k.touch(_("Next"))
    k.wait_for(_("Is this what you want?"))
    see(j, k, "review")
    there_and_back(k, "Is this what you want?")
    title = (_("Change: %s") % own("Motion 1"))
    j.same(k.described(title), "✔ " + own("Students Proposal"), "the review")
    k.touch(_("Continue"))
    code = k.wait_for(steps.SHORT_CODE)
    check_runs(k, code)
    see(j, k, "code")
    return k.text_of(code)


def voter(j, k):
    steps.check_in(k, next(j.ids()))
    k.touch(NAME)
    k.wait_for(_("Start"))
    see(j, k, "welcome")
    k.touch("English")
    k.wait_for("Start")
    k.touch(NAME)
    k.touch(_("Start"))
    k.wait_for(own("Motion 1"))
    vote(j, k)
    there_and_back(k, "This is your ballot's code")
    k.touch(_("Check this machine"))
    k.wait_for(_("This ballot does NOT count."))
    see(j, k, "challenged")
    there_and_back(k, "This ballot does NOT count.")
    k.touch(_("Choose again"))
    k.wait_for(own("Motion 1"))
    shown = vote(j, k)
    k.touch(_("Cast my ballot"))
    k.wait_for(_("✔ Your ballot is recorded. Thank you."))
    j.same(k.text_of(k.wait_for(steps.SHORT_CODE)), shown, "the receipt's code")
    see(j, k, "done")
    there_and_back(k, re.compile("Your ballot is recorded"))
    j.shown("a whole vote, a challenge in it, in nothing but that language")


def idle(j, k):
    """Help and the idle alarm, then the officer's PIN, where a voter still may look."""
    k.touch(_("Finish"))
    k.wait_for(_("Please give the tablet to the officer"))
    see(j, k, "pin")
    one, two = (k.box(k.button(key)) for key in "12")
    j.same(one.x < two.x, True, "keypad from left to right")
    k.keys("1111")
    k.touch(_("Continue"))
    k.wait_for(_("That is not the PIN of this station."))
    see(j, k, "wrong-pin")
    k.keys(steps.PIN)
    k.touch(_("Continue"))
    k.wait_for("Check in")
    j.shown("keys run from left to right, and the next voter starts in English")
    steps.check_in(k, list(j.ids())[1])
    k.touch(NAME)
    k.touch(_("Start"))
    k.wait_for(own("Motion 1"))
    k.jump(181)
    k.wait_for(_("Are you still there?"))
    see(j, k, "idle")
    k.touch(_("Yes, go on"))
    k.touch(_("Call the officer"))
    k.keys(steps.PIN)
    k.touch(_("Continue"))
    k.wait_for("A voter is in the middle of voting")
    k.touch("The voter left: end without a ballot")
    k.wait_for("Check in")
    j.shown("whoever is called does not stay in the voter's language")


def officers(j, k):
    k.language(NAME)
    k.wait_for(_("Look up"))
    see(j, k, "officers")
    check_side(j, k, _("Lock now"), _("Look up"))
    k.keys("A1234")
    check_runs(k, k.entry())
    k.erase()
    steps.look_up(k, list(j.ids())[2], _("Look up"))
    k.wait_for(_("Same name: check in"))
    k.look("answer")
    k.touch(_("Back"))
    k.touch(_("Pause"))
    k.wait_for(_("The poll is paused"))
    see(j, k, "paused")
    k.touch(_("Resume"))
    k.touch(_("Safety copy"))
    k.wait_for(_("Write the copy"))
    see(j, k, "safety-copy")
    k.touch(_("Write the copy"))
    k.wait_for(_("It is safe to take the stick out."))
    k.look("copied")
    k.touch(_("Done"))
    k.touch(_("Lock now"))
    k.wait_for(pattern("This tablet is locked: passphrase %u of %u"))
    see(j, k, "locked")
    j.shown("officers work in that language too")


def tongues(j):
    with j.kiosk(clock=j.root / "clock") as k:
        j.opened(k)
        voter(j, k)
        idle(j, k)
        officers(j, k)


journey.run(f"tongue-{LANGUAGE}", tongues, translate)
