"""Answer scales that are picked instead of typed, in three languages, low to high."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A kind of question with its options; `scale` is how its answers are counted."""

    code: str
    kind: str
    scale: str
    words: tuple[tuple[str, str, str, str], ...]
    points: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """The ends of the scale, or all its options where they are few."""
        texts = [localized({"zh-hans": hans, "zh-hant": hant, "en": en}) for _v, hans, hant, en in self.words]
        return " / ".join(texts) if len(texts) <= 3 else f"{texts[0]} – {texts[-1]} ({len(texts)})"

    def options(self, languages: list[str]) -> list[dict[str, Any]]:
        """The options as a document has them."""
        found: list[dict[str, Any]] = []
        for place, (value, hans, hant, en) in enumerate(self.words):
            texts = {"zh-hans": hans, "zh-hant": hant, "en": en}
            option: dict[str, Any] = {"value": value, "texts": {code: texts[code] for code in languages}}
            found.append(option | ({"points": self.points[place]} if self.points else {}))
        return found


QUARTERS = (0, 25, 50, 75, 100)
READY_MADE = {
    one.code: one
    for one in (
        ReadyMade(
            "level5", QuestionKind.RATING, "level5",
            (("1", "非常不满意", "非常不滿意", "Very dissatisfied"), ("2", "不满意", "不滿意", "Dissatisfied"),
             ("3", "基本满意", "基本滿意", "Basically satisfied"), ("4", "满意", "滿意", "Satisfied"),
             ("5", "非常满意", "非常滿意", "Very satisfied")), QUARTERS),
        ReadyMade(
            "agree5", QuestionKind.RATING, "k5",
            (("1", "完全不同意", "完全不同意", "Strongly disagree"), ("2", "不同意", "不同意", "Disagree"),
             ("3", "说不上", "說不上", "Neither agree nor disagree"), ("4", "同意", "同意", "Agree"),
             ("5", "完全同意", "完全同意", "Strongly agree")), QUARTERS),
        ReadyMade(
            "good4", QuestionKind.RATING, "k4",
            (("1", "差", "差", "Poor"), ("2", "一般", "一般", "Fair"), ("3", "好", "好", "Good"),
             ("4", "很好", "很好", "Very good"))),
        ReadyMade(
            "important5", QuestionKind.RATING, "k5",
            (("1", "完全不重要", "完全不重要", "Not at all important"),
             ("2", "不太重要", "不太重要", "Not very important"),
             ("3", "有点重要", "有點重要", "Fairly important"), ("4", "重要", "重要", "Important"),
             ("5", "非常重要", "非常重要", "Very important"))),
        ReadyMade(
            "often4", QuestionKind.SINGLE, "",
            (("1", "从不", "從不", "Never"), ("2", "偶尔", "偶爾", "Now and then"), ("3", "经常", "經常", "Often"),
             ("4", "总是", "總是", "Always"))),
        ReadyMade(
            "yes_no", QuestionKind.SINGLE, "yesno", (("no", "否", "否", "No"), ("yes", "是", "是", "Yes"))),
        ReadyMade(
            "face3", QuestionKind.RATING, "k3",
            (("1", "不满意", "不滿意", "Unhappy"), ("2", "一般", "一般", "Neutral"), ("3", "满意", "滿意", "Happy"))),
    )
}  # fmt: skip


def _numbered(code: str, first: int, last: int) -> ReadyMade:
    """A rating in bare numbers."""
    words = tuple((str(n), str(n), str(n), str(n)) for n in range(first, last + 1))
    return ReadyMade(code, QuestionKind.RATING, f"k{len(words)}", words)


READY_MADE |= {
    one.code: one for one in (_numbered("ten", 1, 10), _numbered("eleven", 0, 10), _numbered("seven", 1, 7))
}
OWN_OPTIONS = _("options of my own (below)")


def choices() -> list[tuple[str, str]]:
    """(code, words) for a form."""
    return [("", str(OWN_OPTIONS)), *((one.code, one.label) for one in READY_MADE.values())]
