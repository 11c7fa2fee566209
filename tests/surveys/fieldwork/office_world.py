"""Surveys at every stage and one person of the office, for the browser that looks at each page of fieldwork.

Run as `python -m tests.surveys.fieldwork.office_world`; the environment names database and state folder.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.core.management import call_command  # noqa: E402

from surveys.core.enums import Role  # noqa: E402
from surveys.core.models import Seat, User  # noqa: E402
from surveys.fieldwork.actions.calling import note_attempt  # noqa: E402
from surveys.fieldwork.actions.planning import (  # noqa: E402
    close_survey,
    draw_sample,
    open_survey,
    publish_seed,
)
from surveys.fieldwork.actions.weighting import release_survey, weigh_survey  # noqa: E402
from surveys.fieldwork.enums import Outcome, Selection  # noqa: E402
from surveys.fieldwork.models import Frame, Quota, Respondent, Response  # noqa: E402
from tests.browser.build import PASSWORD  # noqa: E402
from tests.surveys.fieldwork import world  # noqa: E402

N = 300
ITEMS = ("speed", "clear", "staff")


def document() -> dict[str, object]:
    """Overall, three items, which of them matters, and a few words."""
    picks = [{"value": code, "texts": world.names(code.title())} for code in ITEMS]
    questions = [
        world.rating("overall", "How satisfied are you?", required=True),
        *(world.rating(code, f"{code.title()}?") for code in ITEMS),
        {"code": "first", "kind": "multiple", "texts": world.names("What matters?"), "options": picks},
    ]
    return {"instrument": 1, "code": "town", "names": world.names("Town survey"), "questions": questions}


def answers(n: int) -> dict[str, object]:
    """A different person each."""
    level = 1 + (n * 7 + n // 5) % 5
    rated = {code: str(min(5, max(1, level + (n + at) % 3 - 1))) for at, code in enumerate(ITEMS)}
    return {"overall": str(level), **rated, "first": [ITEMS[(n * n) % 3]]}


def build() -> None:
    """Two released waves, one in the field, a quota sample, and one that is only planned."""
    version = world.questionnaire(document())
    owners = [world.organisation("TAX"), world.organisation("CIVIL")]
    frame: Frame = world.frame(N)
    for wave in (1, 2, 3):
        survey = world.planned(N, code=f"town-{wave}", version=version, frame=frame, series="town", wave=wave)
        survey = publish_seed(survey=survey, seed="town", actor=None, now=world.NOW)
        survey = draw_sample(survey=survey, actor=None, now=world.NOW)
        people = list(survey.respondents.order_by("number"))
        for at, person in enumerate(people):
            person.organisation = owners[at // 2 % 2]
        Respondent.objects.bulk_update(people, ["organisation"])
        survey = open_survey(survey=survey, actor=None, now=world.NOW)
        made = world.answer_all(survey, [answers(n + wave) for n in range(240)])
        for at, row in enumerate(made):
            row.language = ("zh-hans", "en")[at % 3 == 0]
            row.channel = ("web", "telephone", "paper")[at % 3]
        Response.objects.bulk_update(made, ["language", "channel"])
        if wave < 3:
            survey = close_survey(survey=survey, actor=None, now=world.NOW)
            margins = {"age_group": {"young": 0.4, "old": 0.6}}
            weigh_survey(survey=survey, margins=margins, classes=["stratum"], actor=None, now=world.NOW)
            release_survey(survey=survey, actor=None, now=world.NOW)
        else:
            note_attempt(
                person=people[-1], channel="telephone", outcome=Outcome.NON_CONTACT, note="No answer",
                actor=None, now=world.NOW,
            )  # fmt: skip
    world.planned(30, code="town-4", version=version, frame=frame)
    quota = world.planned(20, code="street", version=version, selection=Selection.QUOTA,
                          quotas=[("age_group", "old", 10), ("age_group", "young", 10)])  # fmt: skip
    open_survey(survey=quota, actor=None, now=world.NOW)
    assert Quota.objects.count() == 2


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    office = User.objects.create_user("office", password=PASSWORD, display_name="Office")
    Seat.objects.create(user=office, role=Role.OFFICE, organisation_code="", granted_at=world.NOW)
    build()
