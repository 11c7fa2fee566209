"""The review queue: what waits, why it was flagged, what was decided, how the rules have done."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.doors import demand, staff
from surveys.core.masking import mask_personal
from surveys.core.models import User
from surveys.core.text import localized
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.actions import DecisionRefusedError, answer_proposal, decide, decide_signal, propose
from surveys.screening.forms import AnswerForm, SignalForm, VerdictForm
from surveys.screening.models import Proposal
from surveys.screening.queries import open_proposals, overrules, rule_records, signals, waiting
from surveys.screening.rulebook import RULES
from surveys.screening.rules import may_review, may_see_review

PER_PAGE = 25


@staff(may_see_review)
def queue(request: HttpRequest) -> HttpResponse:
    """Open signals, and the ratings that wait."""
    found = signals()
    open_ones = list(found.filter(state="open")[:50])
    pages = Paginator(waiting(), PER_PAGE)
    context = {
        "signals": [(signal, RULES[signal.rule]) for signal in open_ones],
        "page": pages.get_page(request.GET.get("page")),
        "n": pages.count,
        "proposals": open_proposals(),
        "decided": [(signal, RULES[signal.rule]) for signal in found.exclude(state="open")[:20]],
    }
    return render(request, "screening/queue.html", context)


@staff(may_see_review)
def rating(request: HttpRequest, pk: Any) -> HttpResponse:
    """One rating with its flags, verdicts and proposal, and the decision."""
    assert isinstance(request.user, User)
    rows = Rating.objects.select_related("service", "organisation", "point")
    row = get_object_or_404(rows, pk=pk)
    proposal = row.proposals.filter(agreed=None).select_related("proposed_by").first()
    form = AnswerForm(request.POST or None) if proposal else VerdictForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, may_review)
        if form.is_valid():
            try:
                done = _decide(request.user, row, proposal, form.cleaned_data)
            except DecisionRefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done)
                return redirect("screening:queue")
    definition = definition_of(row.version_id)
    known = {tag.code: localized(tag.texts) for tag in definition.tags}
    context = {
        "rating": row,
        "comment": mask_personal(row.comment),
        "tags": [known.get(code, code) for code in row.tags],
        "flags": [(flag, RULES[flag.rule]) for flag in row.flags.order_by("rule", "pk")],
        "verdicts": row.verdicts.select_related("by_person", "second_person").order_by("decided_at", "pk"),
        "refused": row.proposals.filter(agreed=False).select_related("answered_by").order_by("answered_at"),
        "proposal": proposal,
        "own_proposal": proposal is not None and proposal.proposed_by_id == request.user.pk,
        "form": form,
        "may_review": may_review(request.user),
    }
    return render(request, "screening/rating.html", context, status=422 if form.errors else 200)


def _decide(user: User, row: Rating, proposal: Proposal | None, told: dict[str, Any]) -> str:
    """Answer the open proposal, or decide; what needs two persons becomes a proposal."""
    now = timezone.now()
    if proposal is not None:
        agreed = told["answer"] == "agree"
        answer_proposal(proposal=proposal, agreed=agreed, reason=told["reason"], actor=user, now=now)
        return _("The decision is written down.")
    outcome, reason = told["outcome"], told["reason"]
    on_appeal = told["on_appeal"] and outcome == Screening.SET_ASIDE
    if on_appeal or overrules(row, outcome):
        propose(rating=row, outcome=outcome, reason=reason, on_appeal=told["on_appeal"], actor=user, now=now)
        return _("The proposal waits for a second person to agree.")
    decide(rating=row, outcome=outcome, reason=reason, actor=user, now=now)
    return _("The decision is written down.")


@staff(may_see_review)
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """One signal about a unit, and the decision."""
    assert isinstance(request.user, User)
    row = get_object_or_404(signals(), pk=pk)
    form = SignalForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, may_review)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            decide_signal(
                signal=row,
                confirmed=answer != "dismissed",
                set_aside=answer == "set_aside",
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except DecisionRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The decision is written down."))
            return redirect("screening:queue")
    context = {
        "signal": row,
        "about": RULES[row.rule],
        "n_waiting": Rating.objects.filter(flags__signal=row, screening="review").count(),
        "form": form,
        "may_review": may_review(request.user) and row.state == "open",
    }
    return render(request, "screening/signal.html", context, status=422 if form.errors else 200)


@staff(may_see_review)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with how often it flagged and how often people agreed."""
    context = {"records": [(record, RULES[record.code]) for record in rule_records()]}
    return render(request, "screening/rules.html", context)
