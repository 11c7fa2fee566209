"""Builds the world that the browser walks: a published edition, an open cycle, people with seats, work to do.

Run as `python -m tests.browser.build`; the environment names database and state folder.
"""

import datetime as dt
import os
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from evaluation.cycles.actions import create_cycle, install_preset, open_cycle  # noqa: E402
from evaluation.cycles.models import Cycle, SchemeDocument  # noqa: E402
from evaluation.evidence.kpis_import import importer as kpis  # noqa: E402
from evaluation.evidence.models import AuditFinding, AuditScore  # noqa: E402
from evaluation.improvement import actions  # noqa: E402
from evaluation.improvement.models import Measure  # noqa: E402
from surveys.catalogue.models import Organisation  # noqa: E402
from surveys.core.enums import Role  # noqa: E402
from surveys.core.models import Seat, User  # noqa: E402
from tests.worlds import edition  # noqa: E402
from tests.worlds.clock import NOON  # noqa: E402

PASSWORD = "a long password for tests"
SEATS = (
    ("office", Role.OFFICE, ""),
    ("office2", Role.OFFICE, ""),
    ("lead", Role.LEAD, "DSNY"),
    ("handler", Role.HANDLER, "DSNY"),
    ("leader", Role.LEADER, ""),
    ("auditor", Role.AUDITOR, ""),
)


def people(now: dt.datetime) -> dict[str, User]:
    found = {}
    for name, role, code in SEATS:
        user = User.objects.create_user(name, password=PASSWORD, display_name=name.title())
        Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=now)
        found[name] = user
    return found


def second_cycle(who: dict[str, User]) -> Cycle:
    """An open cycle whose evidence waits for a second person."""
    scheme = SchemeDocument.objects.get(code="nyc_three_sources")
    cycle = create_cycle(
        code="nyc-2027",
        names={"en": "Results 2027", "zh-hans": "2027年结果", "zh-hant": "2027年結果"},
        starts_on=dt.date(2026, 10, 1),
        ends_on=dt.date(2027, 3, 31),
        scheme=scheme,
        organisations=list(Organisation.objects.filter(parent__code="NYC").order_by("code")),
        actor=who["office"],
        now=NOON,
        previous=Cycle.objects.get(code="nyc-2026"),
    )
    open_cycle(cycle=cycle, actor=who["office"], now=NOON)
    kpis.commit(edition.content("kpis"), "kpis.csv", cycle=cycle.code, actor=who["office"], now=NOON)
    return cycle


def work(who: dict[str, User], now: dt.datetime) -> None:
    """Measures in every state, a public reply and one that waits, a commission with a contested finding."""
    place = Organisation.objects.get(code="DSNY")

    def measure(title: str) -> Measure:
        return actions.open_measure(
            organisation=place,
            title=title,
            problem="Residents say that the problem was not corrected when the request was closed.",
            opened_from="indicator",
            reference="residents",
            owner=who["handler"],
            metric="bad_share",
            baseline=Decimal("0.41"),
            target=Decimal("0.35"),
            due_on=now.date() + dt.timedelta(days=20),
            cost=Decimal(20000),
            actor=who["lead"],
            now=now,
        )

    first, second = measure("A photo before a request is closed"), measure("A text message with the day")
    measure("Later opening on Saturdays")
    for row in (first, second):
        actions.add_step(
            measure=row, text="Write the instruction", due_on=now.date(), actor=who["lead"], now=now
        )
        actions.start_measure(measure=row, actor=who["lead"], now=now)
    step = first.steps.get()
    actions.finish_step(step=step, evidence="Instruction 12 is in force.", actor=who["handler"], now=now)
    actions.claim_done(measure=first, in_force_on=now.date(), actor=who["handler"], now=now)
    actions.count_effect(measure=first, actor=who["lead"], now=now)
    reply = actions.write_reply(
        organisation=place, said="“Closed, but the rubbish was still there.”", n_said=412, stage="did",
        did="A photo is required before a request is closed.", on_day=now.date(), measure=first,
        actor=who["handler"], now=now,
    )  # fmt: skip
    actions.publish_reply(reply=reply, actor=who["lead"], now=now)
    actions.write_reply(
        organisation=place, said="“I never heard when they would come.”", stage="plan",
        did="A text message with the collection day.", actor=who["handler"], now=now,
    )  # fmt: skip
    commission = actions.give_commission(
        auditor=who["auditor"], cycle=Cycle.objects.get(code="nyc-2026"), audit="service_standard",
        contract="Contract 7 of 2026", organisations=[place], expires_on=now.date() + dt.timedelta(days=90),
        actor=who["office"], now=now,
    )  # fmt: skip
    score = AuditScore.objects.filter(organisation=place, audit=commission.audit).order_by("pk").first()
    if score is not None:
        AuditFinding.objects.create(
            score=score, code="F-1", text="Three requests in ten have no published standard."
        )


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    with translation.override("en"):
        edition.published()
        who = people(now)
        install_preset(code="balanced", actor=who["office2"], now=NOON)
        second_cycle(who)
        work(who, now)


if __name__ == "__main__":
    main()
