"""How the invented departments handle their bad ratings: every case goes as far as its age allows."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.utils import timezone

from evaluation.site.demo.story import at
from surveys.cases.actions.answering import answer_case, record_call
from surveys.cases.actions.moving import move_case
from surveys.cases.actions.opening import open_case
from surveys.cases.actions.requests import ask_extension
from surveys.cases.enums import Answer, Complexity, Move
from surveys.cases.models import Case
from surveys.cases.queries import ratings_without_case
from surveys.cases.shapes import Details
from surveys.catalogue.models import Organisation
from surveys.core.calendar import add_working_days
from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.screening.actions import screen_new

SEED = 20261001
PEOPLE = (
    "许宁 Xu Ning", "方远 Fang Yuan", "唐洁 Tang Jie", "魏然 Wei Ran", "蒋文 Jiang Wen", "韩雪 Han Xue",
    "曹阳 Cao Yang", "邓敏 Deng Min", "彭飞 Peng Fei", "董琳 Dong Lin", "袁野 Yuan Ye", "潘悦 Pan Yue",
    "于航 Yu Hang", "余静 Yu Jing", "叶舟 Ye Zhou", "程蕾 Cheng Lei", "傅恒 Fu Heng", "苏岩 Su Yan",
    "卢萍 Lu Ping", "贾明 Jia Ming", "姜可 Jiang Ke", "秦月 Qin Yue", "白露 Bai Lu", "石磊 Shi Lei",
)  # fmt: skip
"""Handlers and leads of the departments without a sign-in of their own; they cannot sign in."""
DONE = (
    "已把所需材料清单贴在窗口并更新指南，今后一次告知。",
    "已联系技术人员修复上传故障，您可以重新提交，不必再跑一趟。",
    "已向您说明进度并致歉，此件已加急办结。",
    "窗口午间已安排值班，工作人员已接受提醒。",
)
EXPLAINED = "该材料为法规要求，无法免除；已在指南中写明依据和办理途径。"
APPEAL = "该件当日由上级平台统一停机维护，停机公告已提前三天发布，不属本单位服务问题。"
LONGER = "需与开发单位共同修改表单，预计多用八个工作日。"
ANSWERS = (
    Answer.SOLVED,
    Answer.SOLVED,
    Answer.SOLVED,
    None,
    Answer.REPLIED,
    Answer.SOLVED,
    Answer.NOT_SOLVED,
)
"""What residents say in turn; None says nothing."""
SLOW, EXPLAIN, COMPLEX, APPEALED = 5, 6, 7, 9
"""Every so many cases one is slow, can only be explained, is hard to fix, is appealed."""


@dataclass(frozen=True)
class Team:
    """Who handles cases at a department, and who leads there."""

    handler: User
    lead: User


def teams(departments: Sequence[Organisation], now: dt.datetime) -> dict[int, Team]:
    """The people of every department; where nobody has a seat yet, some who cannot sign in."""
    names = iter(PEOPLE)
    return {
        place.pk: Team(*(_seated(place, role, names, now) for role in (Role.HANDLER, Role.LEAD)))
        for place in departments
    }


def _seated(place: Organisation, role: Role, names: Iterator[str], now: dt.datetime) -> User:
    held = (
        Seat.objects.current().filter(role=role, organisation_code=place.code).select_related("user").first()
    )
    if held is not None:
        return held.user
    person = User(username=f"{place.code}-{role}".lower(), display_name=next(names), is_demo=True)
    person.set_unusable_password()
    person.save()
    Seat.objects.create(user=person, role=role, organisation_code=place.code, granted_at=now)
    return person


def handle_cases(people: Mapping[int, Team], *, now: dt.datetime) -> int:
    """Open the cases of the latest bad ratings on their days and carry each on until yesterday."""
    while screen_new(now=now):
        pass
    today = timezone.localdate(now)
    rng = np.random.default_rng(SEED)
    found = list(ratings_without_case(today))
    for number, rating in enumerate(found):
        opened = open_case(rating=rating, now=at(rating.rated_on, 18))
        _carry(opened, number, people[opened.organisation_id], today=today, pace=int(rng.integers(0, 2)))
    return len(found)


def _carry(case: Case, number: int, team: Team, *, today: dt.date, pace: int) -> None:
    """Do what is due before today; `pace` more working days pass before the fix."""
    last = today - dt.timedelta(days=1)

    def day(n: int) -> dt.date:
        return add_working_days(case.opened_on, n)

    def move(what: Move, who: User, n: int, hour: int, **details: Any) -> bool:
        nonlocal case
        if day(n) > last:
            return False
        told = Details(is_quiet=True, **details)
        case = move_case(
            case=case, move=what, seen=case.version, actor=who, now=at(day(n), hour), details=told
        )
        return True

    by_lead, by_handler = partial(move, who=team.lead), partial(move, who=team.handler)
    if not (
        by_lead(Move.PRE_REVIEW, n=1, hour=9)
        and by_lead(Move.ASSIGN, n=1, hour=10, handler=team.handler)
        and by_handler(Move.START, n=1, hour=14)
    ):
        return
    if number % APPEALED == APPEALED - 1:
        by_lead(Move.APPEAL, n=2, hour=11, text=APPEAL)
        return
    is_hard = number % COMPLEX == COMPLEX - 1
    if number % EXPLAIN == EXPLAIN - 1:
        going = by_handler(Move.FIND_EXPLAIN, n=3, hour=10, text=EXPLAINED)
    else:
        how = Complexity.COMPLEX if is_hard else Complexity.SIMPLE
        going = by_handler(Move.FIND_VALID, n=3, hour=10, complexity=how) and by_handler(
            Move.START_FIX, n=3, hour=11
        )
    if going and is_hard and day(4) <= last:
        ask_extension(
            case=case, seen=case.version, n_days=8, reason=LONGER, actor=team.handler, now=at(day(4), 10)
        )
        return
    fixed = 5 + pace + (12 if number % SLOW == SLOW - 1 else 0)
    if not (going and by_handler(Move.FINISH, n=fixed, hour=16, text=DONE[number % len(DONE)])):
        return
    if day(fixed + 1) > last:
        return
    case = record_call(
        case=case, seen=case.version, answer="", text="", actor=team.lead, now=at(day(fixed + 1), 15)
    )
    answer = ANSWERS[number % len(ANSWERS)]
    if answer is not None and day(fixed + 3) <= last:
        answer_case(case=case, seen=case.version, answer=answer, now=at(day(fixed + 3), 20))
