"""Results of a survey: weights, items, importance and performance, groups, waves, fair comparison."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys.core.doors import staff
from surveys.fieldwork.actions.weighting import weigh_survey
from surveys.fieldwork.comparing import across_languages, mixed
from surveys.fieldwork.enums import SurveyState
from surveys.fieldwork.estimates import Figure, Sample, figures, groups, sample_of, trend
from surveys.fieldwork.findings import changes, ends, shift, standing
from surveys.fieldwork.forms import WeightForm
from surveys.fieldwork.importance import driving, named, picking_questions
from surveys.fieldwork.items import Item
from surveys.fieldwork.models import Survey
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.rules import may_read_surveys, may_run_surveys
from surveys.fieldwork.traits import TRAITS
from surveys.fieldwork.views.office import acting, survey_of

OVERALL = "overall"
MIX = ("age_group", "gender", "channel")


@staff(may_run_surveys)
def weights(request: HttpRequest, code: str) -> HttpResponse:
    """Weigh the answers: by design, in nonresponse classes, to margins."""
    found = survey_of(code)
    last = found.weightings.first()
    form = WeightForm(request.POST or None, initial=_before(last) if last else {"classes": "stratum"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            weigh_survey(
                survey=found,
                margins=data["margins"],
                classes=data["classes"].split(),
                trim=data["trim"],
                **acting(request),
            )
        except FieldworkRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answers are weighed."))
            return redirect("fieldwork:results", code=code)
    page = {
        "survey": found,
        "form": form,
        "may_weigh": found.state == SurveyState.CLOSED,
        "rounds": found.weightings.select_related("made_by").order_by("-made_at", "-pk"),
    }
    return render(request, "fieldwork/weights.html", page, status=422 if form.errors else 200)


def _before(last: Any) -> dict[str, Any]:
    lines = [
        f"{trait} {value} {target:g}"
        for trait, targets in last.margins.items()
        for value, target in targets.items()
    ]
    return {
        "margins": "\n".join(lines),
        "classes": " ".join(last.classes),
        "trim_low": last.trim_low,
        "trim_high": last.trim_high,
    }


def _rows(told: list[Figure]) -> list[dict[str, Any]]:
    """One row an item with its figures by name."""
    rows: dict[str, dict[str, Any]] = {}
    for figure in told:
        row = rows.setdefault(figure.item.code, {"item": figure.item})
        row[figure.figure] = figure
    return list(rows.values())


@staff(may_read_surveys)
@require_GET
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Every item, weighted beside unweighted, and what matters to people."""
    found = survey_of(code)
    sample = sample_of(found)
    page: dict[str, Any] = {
        "survey": found,
        "weighting": found.weightings.first(),
        "n": len(sample.responses) if sample else 0,
        "may_run": may_run_surveys(request.user),
    }
    if sample is not None and page["n"] >= 10:
        picked = picking_questions(sample)
        page["rows"] = _rows(figures(sample))
        page["standing"] = standing(page["rows"], OVERALL)
        page["named"] = named(sample, picked[0]) if picked else []
        page["driving"] = driving(sample, OVERALL)
    return render(request, "fieldwork/results.html", page)


def _chosen(request: HttpRequest, sample: Sample) -> Item:
    wanted = request.GET.get("item", OVERALL)
    return next((item for item in sample.items if item.code == wanted), sample.items[0])


@staff(may_read_surveys)
@require_GET
def subgroups(request: HttpRequest, code: str) -> HttpResponse:
    """One item by group; groups with fewer than ten answers are not shown."""
    found = survey_of(code)
    sample = sample_of(found)
    page: dict[str, Any] = {"survey": found, "traits": TRAITS, "by": _trait(request)}
    if sample is not None and sample.items:
        item = _chosen(request, sample)
        rows = groups(sample, item, page["by"])
        page |= {"items": sample.items, "item": item, "groups": rows, "ends": ends(rows)}
    return render(request, "fieldwork/groups.html", page)


def _trait(request: HttpRequest) -> str:
    wanted = request.GET.get("by", "")
    return wanted if wanted in dict(TRAITS) else TRAITS[0][0]


@staff(may_read_surveys)
@require_GET
def waves(request: HttpRequest, code: str) -> HttpResponse:
    """The waves of the series up to this one; a break forbids the comparison."""
    found = survey_of(code)
    lines = _lines(found) if found.series else []
    return render(
        request, "fieldwork/waves.html", {"survey": found, "lines": lines, "changes": changes(lines)}
    )


def _lines(found: Survey) -> list[Any]:
    return [line for line in trend(found).values() if line]


@staff(may_read_surveys)
@require_GET
def fairness(request: HttpRequest, code: str) -> HttpResponse:
    """Organisations at the same mix of people and channels, and questions that differ by language."""
    found = survey_of(code)
    sample = sample_of(found)
    page: dict[str, Any] = {"survey": found}
    if sample is not None and sample.items:
        item = _chosen(request, sample)
        texts = {one.code: one.text for one in sample.items}
        mix = mixed(sample, item, MIX)
        page |= {
            "items": sample.items,
            "item": item,
            "mix": mix,
            "shift": shift(mix) if mix is not None else None,
            "gaps": [(texts[gap.question], gap) for gap in across_languages(sample)],
        }
    return render(request, "fieldwork/fairness.html", page)
