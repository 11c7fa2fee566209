"""What people are told apart by: what the frame knows of them, the channel, the language; all in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.core.text import OWN_NAMES
from surveys.fieldwork.enums import SurveyChannel

TRAITS = (
    ("stratum", gettext_lazy("Stratum")),
    ("age_group", gettext_lazy("Age group")),
    ("gender", gettext_lazy("Gender")),
    ("district", gettext_lazy("District")),
    ("channel", gettext_lazy("Channel")),
    ("language", gettext_lazy("Language")),
)
RECORDED = ("age_group", "gender", "district", "group")
"""What a frame or an interviewer may say of a person."""
GENDERS = {"f": gettext_lazy("Women"), "m": gettext_lazy("Men")}


def trait_words(trait: str) -> str:
    """The name of a trait; one of a questionnaire's own keeps its code."""
    return str(dict(TRAITS).get(trait, trait))


def value_words(trait: str, value: str) -> str:
    """A value of a trait as a reader knows it."""
    if not value:
        return _("not known")
    if trait == "channel" and value in SurveyChannel.values:
        return str(SurveyChannel(value).label)
    if trait == "language":
        return OWN_NAMES.get(value, value)
    if trait == "gender":
        return str(GENDERS.get(value.casefold(), value))
    return value
