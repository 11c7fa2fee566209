"""The tables of measures and replies."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.enums import EffectVerdict, MeasureState
from evaluation.improvement.models import Effect, Measure, Reply
from surveys.core import numerals
from surveys.core.tables import ListTable, NumberColumn

SHAPES = {
    MeasureState.PLANNED: "tag",
    MeasureState.UNDER_WAY: "tag tag--now",
    MeasureState.DONE: "tag tag--warn",
    MeasureState.VERIFIED: "tag tag--done",
    MeasureState.DROPPED: "tag",
}
EFFECT_SHAPES = {
    EffectVerdict.HELPED: "tag tag--done",
    EffectVerdict.UNCLEAR: "tag",
    EffectVerdict.NO_EFFECT: "tag",
    EffectVerdict.WORSE: "tag tag--bad",
}


def effect_words(effect: Effect | None) -> SafeString | str:
    """The latest verdict with its interval, or that nothing is counted yet."""
    if effect is None:
        return str(_("not counted yet"))
    verdict = EffectVerdict(effect.verdict)
    if effect.change is None:
        return format_html('<span class="{}">{}</span>', EFFECT_SHAPES[verdict], verdict.label)
    return format_html(
        '<span class="{}">{}</span><span class="small">{}</span>',
        EFFECT_SHAPES[verdict],
        verdict.label,
        _("%(change)s, 95 %% interval %(low)s to %(high)s")
        % {
            "change": numerals.signed(effect.change, 2),
            "low": numerals.number(effect.lower or 0.0, 2),
            "high": numerals.number(effect.upper or 0.0, 2),
        },
    )


class MeasureTable(ListTable):
    title = tables.Column(
        verbose_name=_("measure"),
        linkify=("improvement:measure", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "name"}},
    )
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", order_by=("organisation__code", "pk")
    )
    owner = tables.Column(verbose_name=_("owner"))
    metric = tables.Column(verbose_name=_("measured by"))
    baseline = NumberColumn(verbose_name=_("start"))
    target = NumberColumn(verbose_name=_("target"))
    steps = NumberColumn(verbose_name=_("steps done"), accessor="n_done", orderable=False)
    gain = NumberColumn(verbose_name=_("expected points"), accessor="expected_gain")
    gain_per_cost = NumberColumn(verbose_name=_("points for 10,000 of cost"))
    effect = tables.Column(
        verbose_name=_("effect against peers"), accessor="history", orderable=False, empty_values=()
    )
    state = tables.Column(verbose_name=_("state"))
    due_on = tables.DateColumn(verbose_name=_("due"), format="Y-m-d", attrs={"td": {"class": "nw"}})

    def render_baseline(self, record: Measure) -> str:
        return record.start_words

    def value_baseline(self, value: Any) -> Any:
        return value

    def render_target(self, record: Measure) -> str:
        return record.target_words

    def value_target(self, value: Any) -> Any:
        return value

    def render_gain(self, value: Any) -> str:
        return numerals.signed(value, 2)

    def render_gain_per_cost(self, value: float) -> str:
        return numerals.number(value, 2)

    def order_gain_per_cost(self, rows: QuerySet[Measure], is_descending: bool) -> tuple[Any, bool]:  # noqa: FBT001
        """Measures without cost or gain stand last either way."""
        column = F("gain_per_cost")
        order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return rows.order_by(order, "due_on", "pk"), True

    def render_steps(self, record: Any) -> str:
        return f"{record.n_done} / {record.n_steps}"

    def render_effect(self, record: Any) -> SafeString | str:
        return effect_words(next(iter(record.history), None))

    def value_effect(self, record: Any) -> str:
        effect = next(iter(record.history), None)
        return str(EffectVerdict(effect.verdict).label) if effect else ""

    def render_state(self, value: str, record: Measure) -> SafeString:
        return format_html('<span class="{}">{}</span>', SHAPES[MeasureState(record.state)], value)

    def value_state(self, value: str) -> str:
        return value

    class Meta(ListTable.Meta):
        model = Measure
        fields = (
            "title", "organisation", "owner", "metric", "baseline", "target", "steps", "gain", "gain_per_cost",
            "effect", "state", "due_on",
        )  # fmt: skip
        sequence = fields


class ReplyTable(ListTable):
    said = tables.Column(verbose_name=_("you said"), linkify=("improvement:reply", {"pk": tables.A("pk")}))
    organisation = tables.Column(
        verbose_name=_("organisation"), accessor="organisation__name", order_by=("organisation__code", "pk")
    )
    stage = tables.Column(verbose_name=_("answer"))
    written_by = tables.Column(verbose_name=_("written by"))
    written_at = tables.DateTimeColumn(verbose_name=_("written"), format="Y-m-d")
    published_at = tables.Column(verbose_name=_("public"), empty_values=())

    def render_published_at(self, record: Reply) -> SafeString:
        if record.withdrawn_at is not None:
            return format_html('<span class="tag">{}</span>', _("withdrawn"))
        if record.published_at is None:
            return format_html('<span class="tag tag--warn">{}</span>', _("waits for a second person"))
        return format_html('<span class="tag tag--done">{}</span>', f"{record.published_at:%Y-%m-%d}")

    def value_published_at(self, record: Reply) -> str:
        return f"{record.published_at:%Y-%m-%d}" if record.published_at else ""

    class Meta(ListTable.Meta):
        model = Reply
        fields = ("said", "organisation", "stage", "written_by", "written_at", "published_at")
        sequence = fields
