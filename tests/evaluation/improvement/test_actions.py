"""Measures, replies and commissions move only as they may, and a second person always looks."""

import datetime as dt
from decimal import Decimal

import pytest

from evaluation.improvement import actions
from evaluation.improvement.actions import CommissionRefusedError, MeasureRefusedError, ReplyRefusedError
from evaluation.improvement.enums import MOVES, MeasureState
from evaluation.improvement.models import Measure
from surveys.core.enums import Role
from surveys.core.models import LogEntry, OutboxMessage
from surveys.core.numerals import day
from tests.evaluation.improvement.people import department, measure, reported, seated, under_way
from tests.evaluation.portal import world
from tests.worlds.clock import NOON, days_later

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"metric": ""}, "how the effect is measured"),
        ({"target": None}, "how the effect is measured"),
        ({"metric": "kpi"}, "Name the KPI"),
        ({"due_on": NOON.date() - dt.timedelta(days=1)}, "due day has passed"),
        ({"title": "  "}, "what is to be done"),
    ],
)
def test_a_measure_without_metric_target_or_day_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(MeasureRefusedError, match=words):
        measure(**changes)
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    ("metric", "baseline", "target", "told"),
    [
        ("mean_points", "71.5", "71.5", "71.50"),
        ("mean_points", "71.5", "60", "71.50"),
        ("bad_share", "0.08", "0.1", "8.0\N{NO-BREAK SPACE}%"),
        ("bad_share", "0.08", "0.08", "8.0\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_target_no_better_than_today_is_refused(metric: str, baseline: str, target: str, told: str) -> None:
    with pytest.raises(MeasureRefusedError, match=f"no better than today's, {told}; aim beyond it"):
        measure(metric=metric, baseline=Decimal(baseline), target=Decimal(target))
    assert not Measure.objects.exists()
    better = "0.05" if metric == "bad_share" else "80"
    assert measure(metric=metric, baseline=Decimal(baseline), target=Decimal(better)).pk


def test_an_owner_who_left_cannot_be_given_a_measure() -> None:
    gone = seated("gone", Role.HANDLER, "D1")
    gone.is_active = False
    gone.save()
    with pytest.raises(MeasureRefusedError, match="no longer works here"):
        measure(owner=gone)


def test_a_measure_goes_from_plan_to_verification_and_each_step_is_logged() -> None:
    found = reported()
    done = actions.verify_measure(
        measure=found, how="I stood in the hall.", actor=seated("lead", Role.LEAD, "D1"), now=NOON
    )
    assert done.state == MeasureState.VERIFIED
    verbs = list(LogEntry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == [
        "measure.opened", "measure.step_added", "measure.under_way", "measure.step_done", "measure.done",
        "measure.verified",
    ]  # fmt: skip


def test_owner_and_reporter_cannot_verify() -> None:
    found = reported()
    with pytest.raises(MeasureRefusedError, match="other than the owner"):
        actions.verify_measure(measure=found, how="Looks fine.", actor=found.owner, now=NOON)


def test_a_step_needs_something_that_shows_it() -> None:
    found = under_way()
    with pytest.raises(MeasureRefusedError, match="what shows"):
        actions.finish_step(step=found.steps.get(), evidence=" ", actor=found.owner, now=NOON)


def test_nothing_is_reported_while_a_step_is_open() -> None:
    found = under_way()
    with pytest.raises(MeasureRefusedError, match="not done yet"):
        actions.claim_done(measure=found, in_force_on=NOON.date(), actor=found.owner, now=NOON)


def test_in_the_small_hours_today_is_the_day_of_this_place() -> None:
    """At two in the morning here it is still the day before in UTC."""
    night, today = NOON + dt.timedelta(hours=14), NOON.date() + dt.timedelta(days=1)
    found = under_way()
    actions.finish_step(step=found.steps.get(), evidence="On the wall.", actor=found.owner, now=night)
    assert (
        actions.claim_done(measure=found, in_force_on=today, actor=found.owner, now=night).starts_on == today
    )
    with pytest.raises(MeasureRefusedError, match="due day has passed"):
        measure(due_on=NOON.date(), now=night)
    with pytest.raises(CommissionRefusedError, match="last day has passed"):
        actions.give_commission(
            auditor=seated("auditor", Role.AUDITOR), cycle=world.publish().cycle, audit="a", contract="1",
            organisations=[department()], expires_on=NOON.date(), actor=None, now=night,
        )  # fmt: skip


def test_a_step_is_due_no_later_than_its_measure() -> None:
    found = measure()
    with pytest.raises(MeasureRefusedError, match="no later"):
        actions.add_step(
            measure=found,
            text="Late",
            due_on=found.due_on + dt.timedelta(days=1),
            actor=found.owner,
            now=NOON,
        )


@pytest.mark.parametrize("state", list(MeasureState))
def test_a_measure_moves_only_along_the_table(state: MeasureState) -> None:
    found = reported()
    second = seated("lead", Role.LEAD, "D1")
    Measure.objects.filter(pk=found.pk).update(
        state=state, verified_by=second if state == MeasureState.VERIFIED else None
    )
    verbs = {
        MeasureState.UNDER_WAY: lambda: actions.start_measure(measure=found, actor=second, now=NOON),
        MeasureState.DONE: lambda: actions.claim_done(
            measure=found, in_force_on=NOON.date(), actor=second, now=NOON
        ),
        MeasureState.VERIFIED: lambda: actions.verify_measure(
            measure=found, how="Seen.", actor=seated("other", Role.OFFICE), now=NOON
        ),
        MeasureState.DROPPED: lambda: actions.drop_measure(
            measure=found, reason="No money.", actor=second, now=NOON
        ),
    }
    for after, act in verbs.items():
        if after in MOVES[state]:
            continue
        with pytest.raises(MeasureRefusedError):
            act()
        assert Measure.objects.get(pk=found.pk).state == state


def reply(**changes: object) -> object:
    told = {
        "organisation": department(),
        "said": "We wait too long.",
        "stage": "did",
        "did": "A second window is open.",
        "actor": seated("handler", Role.HANDLER, "D1"),
        "now": NOON,
    }
    return actions.write_reply(**(told | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["Call 138 1234 5678", "Mr 110101199003072316 said so", "ask +86 13912345678"]
)
def test_a_reply_with_a_personal_number_is_flagged_before_it_is_public(text: str) -> None:
    with pytest.raises(ReplyRefusedError, match="telephone or identity number"):
        reply(did=text)


def test_a_reply_is_published_by_someone_else_and_only_once() -> None:
    found = reply()
    with pytest.raises(ReplyRefusedError, match="other than the author"):
        actions.publish_reply(reply=found, actor=seated("handler", Role.HANDLER, "D1"), now=NOON)  # type: ignore[arg-type]
    second = seated("lead", Role.LEAD, "D1")
    actions.publish_reply(reply=found, actor=second, now=NOON)  # type: ignore[arg-type]
    with pytest.raises(ReplyRefusedError, match="public already"):
        actions.publish_reply(reply=found, actor=second, now=NOON)  # type: ignore[arg-type]


def test_a_number_of_people_below_ten_is_not_written() -> None:
    with pytest.raises(ReplyRefusedError, match="Fewer than 10"):
        reply(n_said=9)


def test_only_the_auditor_declares_independence_and_once() -> None:
    cycle = world.publish().cycle
    auditor = seated("auditor", Role.AUDITOR)
    found = actions.give_commission(
        auditor=auditor, cycle=cycle, audit="a", contract="1", organisations=[department()],
        expires_on=days_later(30).date(), actor=None, now=NOON,
    )  # fmt: skip
    text = "Nothing ties me to this department."
    with pytest.raises(CommissionRefusedError, match="Only the auditor"):
        actions.declare_independence(
            commission=found, text=text, actor=seated("other", Role.AUDITOR), now=NOON
        )
    actions.declare_independence(commission=found, text=text, actor=auditor, now=NOON)
    with pytest.raises(CommissionRefusedError, match="already"):
        actions.declare_independence(commission=found, text=text, actor=auditor, now=NOON)


def test_a_measure_keeps_its_figures_as_written() -> None:
    found = measure(baseline=Decimal("0.0812"), cost=Decimal(12000), n_reached=300)
    kept = Measure.objects.get(pk=found.pk)
    assert (kept.baseline, kept.target, kept.cost, kept.n_reached) == (
        Decimal("0.0812"), Decimal("0.05"), Decimal(12000), 300,
    )  # fmt: skip


def told() -> list[tuple[str, str]]:
    return list(
        OutboxMessage.objects.order_by("created_at", "subject").values_list("user__username", "subject")
    )


def test_whoever_acts_next_on_a_measure_is_told() -> None:
    found = reported()
    owner, lead = seated("handler", Role.HANDLER, "D1"), seated("lead", Role.LEAD, "D1")
    actions.send_back(measure=found, reason="The screen is dark.", actor=lead, now=days_later(1))
    title = "The measure “Publish waiting times”"
    assert {(who, words[len(title) :]) for who, words in told()} == {
        ("handler", f" is yours; it is due on {day(found.due_on, weekday=True, year=False)}."),
        ("lead", " is reported as done and waits for you."),
        ("handler", " came back: something is still missing."),
    }
    assert not OutboxMessage.objects.exclude(user__in=[owner, lead]).exists()


def test_a_measure_is_handed_over_with_a_reason_unless_its_owner_has_left() -> None:
    found, lead = under_way(), seated("lead", Role.LEAD, "D1")
    second = seated("second", Role.HANDLER, "D1")
    with pytest.raises(MeasureRefusedError, match="Say why"):
        actions.hand_over_measure(measure=found, owner=second, reason=" ", actor=lead, now=NOON)
    found.owner.is_active = False
    found.owner.save()
    actions.hand_over_measure(measure=found, owner=second, reason="", actor=lead, now=NOON)
    fresh = Measure.objects.get(pk=found.pk)
    assert fresh.owner == second
    assert fresh.state == MeasureState.UNDER_WAY
    assert fresh.moves.latest("pk").reason == "handler → second: handler has left."
    assert LogEntry.objects.latest("number").verb == "measure.handed_over"
    assert ("second", f"The measure “{fresh.title}” is yours; it is due on") in [
        (who, words[: words.index(" on ") + 3]) for who, words in told()
    ]
    with pytest.raises(MeasureRefusedError, match="owns this measure already"):
        actions.hand_over_measure(measure=found, owner=second, reason="Again", actor=lead, now=NOON)
    with pytest.raises(MeasureRefusedError, match="no longer works here"):
        actions.hand_over_measure(measure=found, owner=found.owner, reason="Back", actor=lead, now=NOON)


def test_a_measure_that_is_over_has_no_new_owner() -> None:
    found, lead = measure(), seated("lead", Role.LEAD, "D1")
    actions.drop_measure(measure=found, reason="Done elsewhere.", actor=lead, now=NOON)
    with pytest.raises(MeasureRefusedError, match="is over"):
        actions.hand_over_measure(
            measure=found, owner=seated("second", Role.HANDLER, "D1"), reason="On leave", actor=lead, now=NOON
        )


def test_a_reply_that_waits_is_told_to_those_who_may_publish_it() -> None:
    lead = seated("lead", Role.LEAD, "D1")
    handler = seated("handler", Role.HANDLER, "D1")
    actions.write_reply(
        organisation=department(),
        said="Long waits",
        stage="did",
        did="A second window.",
        actor=handler,
        now=NOON,
    )
    assert told() == [(lead.username, "A public reply waits for a second person.")]
