"""What the invented departments do about weak spots: measures in every state, their effect, and public replies."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from evaluation.cycles.models import Cycle
from evaluation.improvement.actions import (
    add_step,
    claim_done,
    count_effect,
    finish_step,
    open_measure,
    publish_reply,
    start_measure,
    verify_measure,
    write_reply,
)
from evaluation.improvement.enums import Metric, Opened, ReplyStage
from evaluation.improvement.expected import expected_gain
from evaluation.improvement.models import Measure
from evaluation.improvement.standing import standing
from evaluation.site.demo.story import at
from surveys.catalogue.models import Organisation
from surveys.core.models import User


@dataclass(frozen=True)
class Plan:
    """One measure: days count from `opened_on`; steps are (text, day due, what showed it, "" while open)."""

    place: str
    title: str
    problem: str
    opened_from: Opened
    reference: str
    opened_on: dt.date
    n_days: int
    metric: Metric
    baseline: str
    target: str
    cost: str
    n_reached: int
    steps: tuple[tuple[str, int, str], ...]
    in_force_on: dt.date | None = None
    verified: str = ""


def plans(today: dt.date) -> tuple[Plan, ...]:
    """Two that are in force for months, and three of the running cycle."""
    ago = [today - dt.timedelta(days=n) for n in (80, 48, 20)]
    return (
        Plan(
            "BDC", "不动产转移登记实行“一张清单”：材料一次告知", "群众反映跑了好几趟，第一次没有说清要什么材料。",
            Opened.CASES, "一次告知", dt.date(2026, 1, 12), 60, Metric.MEAN_POINTS, "78.5", "88", "60000", 21000,
            (("梳理各类登记所需材料", 20, "清单十二张，已公示"), ("窗口和网上同时启用", 48, "3月1日起启用，照片存档")),
            dt.date(2026, 3, 1), "随机回访二十名群众，十八人表示一次办成；现场查看清单在用。",
        ),
        Plan(
            "ZJJ", "窗口午间值班，无人值守须挂告示", "暗访发现窗口无人值守二十分钟，无告示。",
            Opened.FINDING, "F2", dt.date(2026, 3, 16), 60, Metric.MEAN_POINTS, "74", "82", "24000", 6000,
            (("排定值班表", 15, "值班表见附件，4月起执行"), ("设置告示牌和叫号提醒", 44, "三个窗口均已设置")),
            dt.date(2026, 5, 1), "连续两周不定时查看，窗口均有人值守。",
        ),
        Plan(
            "BDC", "不动产查询改为全程网上办理", "查询上传常常失败，最后还要到现场。",
            Opened.THEME, "online", ago[0], 110, Metric.BAD_SHARE, "0.015", "0.01", "180000", 34000,
            (("修复上传故障并做压力测试", 30, "连续两周无上传失败记录"), ("上线自助查询，窗口引导", 75, "")),
        ),
        Plan(
            "BDC", "压缩抵押登记时限：五个工作日减为三个", "按时办结率在同类单位中偏低。",
            Opened.INDICATOR, "按时办结率", ago[1], 45, Metric.KPI, "0.938", "0.97", "90000", 12000,
            (("与税务并联核验", 20, "并联接口已启用，见测试记录"), ("公布新时限", 30, "指南已更新")),
            ago[2] + dt.timedelta(days=15),
        ),
        Plan(
            "ZJJ", "租赁备案表单与现有证照联动，减少重复填报", "群众反映同样的信息要填两遍。",
            Opened.THEME, "papers", ago[2], 60, Metric.MEAN_POINTS, "80", "85", "45000", 9000,
            (("核对可共享的字段", 25, ""), ("表单改版上线", 55, "")),
        ),
    )  # fmt: skip


def build_measures(people: Mapping[str, tuple[User, User]], *, cycle: Cycle, today: dt.date) -> list[Measure]:
    """The measures of the departments whose handler and lead are named, with their effect as known today."""
    places = {row.code: row for row in Organisation.objects.filter(code__in=people).order_by("code")}
    return [
        _carry_out(plan, places[plan.place], people[plan.place], cycle, today)
        for plan in plans(today)
        if plan.place in places
    ]


def _carry_out(
    plan: Plan, place: Organisation, people: tuple[User, User], cycle: Cycle, today: dt.date
) -> Measure:
    handler, lead = people
    code = "ontime_rate" if plan.metric == Metric.KPI else ""
    gain = expected_gain(standing(place), plan.metric, code, float(plan.target))
    measure = open_measure(
        organisation=place, title=plan.title, problem=plan.problem, opened_from=plan.opened_from,
        reference=plan.reference, owner=handler, metric=plan.metric,
        metric_code=code, baseline=Decimal(plan.baseline),
        target=Decimal(plan.target), expected_gain=None if gain is None else Decimal(f"{gain:.2f}"),
        cost=Decimal(plan.cost), n_reached=plan.n_reached,
        cycle=cycle if plan.opened_on >= cycle.starts_on else cycle.previous,
        due_on=plan.opened_on + dt.timedelta(days=plan.n_days), actor=lead, now=at(plan.opened_on),
    )  # fmt: skip
    steps = [
        add_step(
            measure=measure, text=text, due_on=plan.opened_on + dt.timedelta(days=n), actor=lead,
            now=at(plan.opened_on, 10),
        )
        for text, n, _shown in plan.steps
    ]  # fmt: skip
    if not any(shown for _text, _n, shown in plan.steps):
        return measure
    start_measure(measure=measure, actor=handler, now=at(plan.opened_on, 11))
    for step, (_text, _n, shown) in zip(steps, plan.steps, strict=True):
        if shown:
            finish_step(step=step, evidence=shown, actor=handler, now=at(min(step.due_on, today), 16))
    if plan.in_force_on is None:
        return measure
    measure = claim_done(
        measure=measure, in_force_on=plan.in_force_on, actor=handler, now=at(plan.in_force_on, 17)
    )
    if plan.verified:
        on = plan.in_force_on + dt.timedelta(days=14)
        measure = verify_measure(measure=measure, how=plan.verified, actor=lead, now=at(on))
        count_effect(measure=measure, actor=lead, now=at(today, 9))
        _answer(plan, place, handler, lead, measure)
    return measure


def _answer(plan: Plan, place: Organisation, handler: User, lead: User, measure: Measure) -> None:
    """What everyone reads of a measure that is in force."""
    assert plan.in_force_on is not None
    on = plan.in_force_on + dt.timedelta(days=20)
    reply = write_reply(
        organisation=place, said=plan.problem, n_said=None, stage=ReplyStage.DID, did=plan.title + "。",
        on_day=plan.in_force_on, measure=measure, actor=handler, now=at(on),
    )  # fmt: skip
    publish_reply(reply=reply, actor=lead, now=at(on, 15))
