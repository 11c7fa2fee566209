"""The scheme editor: the whole scheme as one form, checked while it is typed, saved as a version to be approved."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.cycles import actions, draft_edits, draft_forms, draft_rules, drafts, labels
from evaluation.cycles.actions import MoveRefusedError, SchemeRefusedError
from evaluation.cycles.bindings import FORMULAS_OF, INDICATOR_SOURCES, parse_bindings
from evaluation.cycles.draft_rules import COUNTED, Rule
from evaluation.cycles.draft_values import BLANK_ROWS, PARAMETERS, shown
from evaluation.cycles.drafts import Draft, Line
from evaluation.cycles.enums import BindingSource, Reading
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.cycles.rules import may_plan_cycles
from evaluation.cycles.views.pages import person
from evaluation.cycles.weights import Branch, branches, summary
from scoring.schemes import scheme_from_json
from surveys.core.doors import staff


def _scheme(code: str, version: str) -> SchemeDocument:
    return get_object_or_404(SchemeDocument.objects.select_related("approved_by"), code=code, version=version)


def next_version(version: str) -> str:
    """What a version after this one may be called."""
    return str(int(version) + 1) if version.isdecimal() and len(version) < 10 else f"{version[:17]}-2"


@staff(may_plan_cycles)
def edit(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The form; its buttons add and remove parts, and only “save” writes."""
    row = _scheme(code, version)
    base = drafts.begin(row.document, row.bindings)
    if request.method != "POST":
        if row.approved_at is not None:
            base.document["version"] = next_version(version)
        return _page(request, row, base)
    order = request.POST.get("do", "")
    post = request.POST.dict()
    draft = draft_edits.changed(draft_forms.read(post, base), order, draft_forms.renamed(post))
    if order != "save":
        return _page(request, row, draft)
    try:
        saved = actions.write_scheme(
            document=draft.document, bindings=draft.bindings, actor=person(request), now=timezone.now()
        )
    except SchemeRefusedError as error:
        return _page(request, row, draft, error.faults)
    messages.success(request, _("Saved. Someone else has to approve it before a cycle can open with it."))
    return redirect("cycles:scheme", saved.code, saved.version)


@require_POST
@staff(may_plan_cycles)
def check(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """What the checker says about the form as it stands, and every part's share of the whole."""
    row = _scheme(code, version)
    post = request.POST.dict()
    draft = draft_forms.read(post, drafts.begin(row.document, row.bindings))
    judged = _judged(draft)
    tree = {branch.code: branch for branch in judged["tree"]}
    rows = [(i, tree.get(code)) for i, code in enumerate(draft_forms.renamed(post).values())]
    return render(request, "cycles/_verdict.html", judged | {"outputs": rows})


def _judged(draft: Draft) -> dict[str, Any]:
    faults = actions.check_scheme_file(draft.content)
    tree: list[Branch] = []
    if not faults:
        bindings, _faults = parse_bindings(draft.bindings)
        tree = branches(scheme_from_json(draft.document), bindings)
    return {"faults": faults, "tree": tree, "summary": summary(tree) if tree else ""}


def _page(
    request: HttpRequest, row: SchemeDocument, draft: Draft, faults: tuple[str, ...] | None = None
) -> HttpResponse:
    judged = _judged(draft)
    shares = {branch.code: branch for branch in judged["tree"]}
    document = draft.document
    missing, rank = document.get("missing") or {}, document.get("rank") or {}
    context = judged | {
        "scheme": row,
        "draft": draft,
        "title": drafts.title(draft),
        "lines": [_shown(draft, line, shares.get(line.code)) for line in drafts.lines(draft)],
        "names": document.get("name") or {},
        "rules": labels.options(labels.MISSING, str(missing.get("rule", "refuse"))),
        "availability": shown(missing.get("availability", 1)),
        "ties": labels.options(labels.TIES, str(rank.get("ties", "competition"))),
        "decimals": "" if rank.get("decimals") is None else shown(rank["decimals"]),
        "rule_lines": [
            _rule_shown(draft, rule) for rule in draft_rules.rules(document, draft.bindings, draft.fresh)
        ],
        "grading": _grading_shown(draft),
        "refused": faults,
        "formulas": sorted(set().union(*FORMULAS_OF.values())),
    }
    return render(request, "cycles/edit.html", context, status=422 if faults else 200)


def _shown(draft: Draft, line: Line, branch: Branch | None) -> dict[str, Any]:
    """A line with its choices."""
    sources = {str(source): source.label for source in BindingSource if source in INDICATOR_SOURCES}
    nodes = {other.code: other.name for other in drafts.lines(draft) if not other.is_indicator}
    return {
        "line": line,
        "branch": branch,
        "parents": [(code, text, code == line.parent) for code, text in nodes.items() if code != line.code],
        "aggregates": labels.options(labels.AGGREGATES, line.aggregate),
        "weightings": labels.options(labels.WEIGHTINGS, line.weighting),
        "scales": labels.options(labels.SCALES, line.normalise),
        "parameters": [
            (
                key,
                labels.PARAMETERS.get(key, key),
                value,
                [how for how, keys in PARAMETERS.items() if key in keys],
            )
            for key, value in line.parameters
        ],
        "pairs": _with_blanks(line.pairs),
        "sources": labels.options(sources, line.source),
        "readings": labels.options({str(item): item.label for item in Reading}, line.reading),
    }


def _with_blanks(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*rows, *([("", "")] * BLANK_ROWS)]


def _rule_shown(draft: Draft, rule: Rule) -> dict[str, Any]:
    """A deduction, bonus or veto with its choices."""
    nodes = {line.code: line.name for line in drafts.lines(draft) if not line.is_indicator}
    grades = draft_rules.grade_codes(draft.document)
    return {
        "rule": rule,
        "kinds": labels.options(labels.KINDS, rule.kind),
        "nodes": labels.options(nodes, rule.node),
        "numbers": [
            (
                key,
                labels.NUMBERS[key],
                value,
                [kind for kind, keys in draft_rules.ASKS.items() if key in keys],
            )
            for key, value in rule.numbers.items()
        ],
        "grades": labels.options({"": "–"} | dict(zip(grades, grades, strict=True)), rule.caps_grade_at),
        "sources": labels.options({key: BindingSource(key).label for key in COUNTED}, rule.source),
    }


def _grading_shown(draft: Draft) -> dict[str, Any]:
    held = draft_rules.grading(draft.document)
    return {
        "ways": labels.options(labels.GRADINGS, held.by or "none"),
        "bands": _with_blanks(held.bands),
        "shares": _with_blanks(held.shares),
        "floor": held.floor,
        "roundings": labels.options(labels.ROUNDINGS, held.rounding),
        "by_group": held.by_group,
    }


@require_POST
@staff(may_plan_cycles)
def use(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Take this version for a cycle that is still a draft."""
    row = _scheme(code, version)
    cycle = get_object_or_404(Cycle, code=request.POST.get("cycle", ""))
    try:
        actions.choose_scheme(cycle=cycle, scheme=row, actor=person(request), now=timezone.now())
    except MoveRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The cycle will open with this version."))
    return redirect("cycles:scheme", code, version)
