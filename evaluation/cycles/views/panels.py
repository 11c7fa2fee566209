"""An expert round on one node's weights: pairwise comparisons or plain weights of several experts, taken together."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.cycles import actions, drafts, experts
from evaluation.cycles.actions import SchemeRefusedError
from evaluation.cycles.models import SchemeDocument
from evaluation.cycles.rules import may_plan_cycles
from evaluation.cycles.views.pages import person
from scoring.nodeweights import inconsistent
from scoring.types import ScoringError
from surveys.core.doors import staff
from surveys.core.text import localized

WAYS = ("pairs", "weights")


@staff(may_plan_cycles)
def panel(request: HttpRequest, code: str, version: str, node: str) -> HttpResponse:
    """The form of a round; every change is computed at once, and only “take” writes the draft."""
    row = get_object_or_404(SchemeDocument, code=code, version=version)
    draft = drafts.begin(row.document, row.bindings)
    parts = drafts.children(draft, node)
    if not 2 <= len(parts) <= experts.MOST_PARTS:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    judged = _judged([part["code"] for part in parts], data.dict())
    found: experts.Round | None = judged["found"]
    if request.method == "POST" and request.POST.get("do") == "take" and found and not judged["faults"]:
        if found.warns and not request.POST.get("knowingly"):
            judged["faults"] = [inconsistent(found.ratio or 0.0)]
        else:
            return _take(request, row, node, found)
    names = {part["code"]: _name(part) for part in parts}
    context = judged | {
        "scheme": row,
        "node": node,
        "node_name": next((_name(part) for part in draft.document["nodes"] if part["code"] == node), node),
        "parts": [(part["code"], names[part["code"]]) for part in parts],
        "names": names,
        "choices": experts.choices(),
        "results": [
            (names[part], weight, 100 * weight) for part, weight in (found.weights.items() if found else ())
        ],
    }
    partial = bool(getattr(request, "htmx", False))
    page = "cycles/_round.html" if partial else "cycles/round.html"
    return render(request, page, context, status=422 if judged["faults"] and request.POST.get("do") else 200)


def _judged(codes: list[str], data: dict[str, str]) -> dict[str, Any]:
    count = int(data["experts"]) if data.get("experts", "").isdecimal() else 1
    count = min(max(count, 1), experts.MOST_EXPERTS)
    way = data.get("way") if data.get("way") in WAYS else WAYS[0]
    opinions, plain, faults = [], [], []
    found: experts.Round | None = None
    try:
        if way == "pairs":
            opinions = [experts.opinion(data, number, codes) for number in range(1, count + 1)]
            faults = [one.fault for one in opinions if one.fault]
            found = None if faults else experts.together(codes, opinions)
        else:
            plain = [
                (
                    number,
                    data.get(f"e{number}-name", ""),
                    [(code, data.get(f"e{number}-w-{code}", "")) for code in codes],
                )
                for number in range(1, count + 1)
            ]
            found = experts.averaged(codes, [dict(row) for _number, _who, row in plain])
    except ScoringError as error:
        faults = [str(error)]
    return {
        "count": count,
        "way": way,
        "opinions": opinions,
        "plain": plain,
        "faults": faults,
        "found": found,
    }


def _name(part: dict[str, Any]) -> str:
    name = part.get("name")
    return (localized(name) if isinstance(name, dict) else str(name or "")) or part["code"]


def _take(request: HttpRequest, row: SchemeDocument, node: str, found: experts.Round) -> HttpResponse:
    try:
        saved = actions.take_round(
            scheme=row, node=node, found=found, actor=person(request), now=timezone.now()
        )
    except SchemeRefusedError as error:
        messages.error(request, str(error))
        return redirect("cycles:round", row.code, row.version, node)
    messages.success(request, _("The weights of the round are in the scheme."))
    return redirect("cycles:edit", saved.code, saved.version)
