"""The invented auditor at work: a commission with its declaration, a drawn sample, and a part of its visits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.cycles.models import Cycle
from evaluation.improvement.actions import declare_independence, give_commission
from evaluation.improvement.actions.visits import draw_sample, record_visit
from evaluation.improvement.auditing import questions_of, visits_of
from evaluation.improvement.models import AuditSample, AuditVisit, Commission
from evaluation.site.demo.story import Office, at
from surveys.catalogue.models import Organisation
from surveys.core.models import User

N_EACH = 3
INDEPENDENCE = "本人及所在机构与被查单位没有隶属、雇佣、合同或亲属关系，近三年未向其提供有偿服务。"
YES, PARTLY, NO, NOT_APPLICABLE = "yes", "partly", "no", "na"


@dataclass(frozen=True)
class Charge:
    """What an auditor is charged with."""

    audit: str
    contract: str
    scope: tuple[str, ...]


UNDER_WAY = Charge("mystery", "示例合同 2026-017", ("BDC", "ZJJ", "JYJ", "CGJ"))
NEXT = Charge("guide", "示例合同 2026-021", ("RSJ", "GAJ"))


@dataclass(frozen=True)
class Seen:
    """What a visit found: answers that differ from a plain yes with their evidence, and the finding."""

    differs: dict[str, tuple[str, str]] = field(default_factory=dict)
    finding: str = ""
    severity: int = 1


PLAIN = {"complained": (NOT_APPLICABLE, "")}
VISITS = (
    Seen(PLAIN),
    Seen(
        PLAIN | {"understood": (PARTLY, "照片01：指南未列委托书样式"), "applied": (PARTLY, "照片02，10:40")},
        "到窗口后又要求补交委托书，指南上没有列出。",
        3,
    ),
    Seen(PLAIN | {"answered": (PARTLY, "录音03，14:05，第二次拨打才接通")}),
    Seen({"found": (NO, "照片04、05：指引牌指向已搬走的窗口"), **PLAIN}, "楼层指引牌仍指向旧窗口。", 2),
    Seen({"delivered": (PARTLY, "回执06：承诺五日，第七日领取"), **PLAIN}, "领取结果比承诺晚两天。", 2),
    Seen(),
    Seen(PLAIN),
)
"""Visits in the order of the sample; those behind the last are still to be made."""


def build_audit(
    cycle: Cycle, *, organisations: Sequence[Organisation], auditor: User, office: Office, until: dt.date
) -> Commission:
    """One commission half done and one whose independence is not declared yet."""

    def give(charge: Charge, n_days_ago: int) -> Commission:
        return give_commission(
            auditor=auditor, cycle=cycle, audit=charge.audit, contract=charge.contract,
            organisations=[row for row in organisations if row.code in charge.scope],
            expires_on=cycle.ends_on, actor=office.first, now=at(until - dt.timedelta(days=n_days_ago)),
        )  # fmt: skip

    commission = give(UNDER_WAY, 45)
    drawn_on = until - dt.timedelta(days=42)
    commission = declare_independence(
        commission=commission, text=INDEPENDENCE, actor=auditor, now=at(drawn_on, 8)
    )
    sample = draw_sample(commission=commission, n_each=N_EACH, actor=auditor, now=at(drawn_on))
    _visit(sample, auditor, drawn_on)
    give(NEXT, 4)
    return commission


def _visit(sample: AuditSample, auditor: User, drawn_on: dt.date) -> list[AuditVisit]:
    """Every five days a visit, as long as there is something to tell."""
    questions, done = questions_of(sample), []
    for number, (visit, seen) in enumerate(zip(visits_of(sample), VISITS, strict=False), 1):
        day = drawn_on + dt.timedelta(days=5 * number)
        answers = {question.code: seen.differs.get(question.code, (YES, ""))[0] for question in questions}
        evidence = {code: text for code, (_value, text) in seen.differs.items() if text}
        done.append(
            record_visit(
                visit=visit, visited_on=day, answers=answers, evidence=evidence, finding=seen.finding,
                severity=seen.severity, actor=auditor, now=at(day, 17),
            )
        )  # fmt: skip
    return done
