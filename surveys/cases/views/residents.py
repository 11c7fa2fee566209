"""Following a case by receipt code, without an account.

The code in the address is the authority: whoever holds it may answer, nobody else can guess it, and it is
never sent on to other sites. So the pages need no cookie and no cross-site token.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from surveys.cases import queries
from surveys.cases.actions.again import rate_again
from surveys.cases.actions.answering import answer_case, reopen_case
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.following import story
from surveys.cases.queries import Followed
from surveys.core.doors import resident_page
from surveys.core.guessing import WAIT_SECONDS, is_held_back, note_wrong
from surveys.ratings.actions.contacts import ContactRefusedError, erase_by_receipt
from surveys.ratings.enums import BAD_LEVELS, Screening
from surveys.ratings.queries import proof_document, receipt_proof
from surveys.ratings.receipts import normal_code


def _away(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/away.html")


def _held(request: HttpRequest) -> HttpResponse:
    """Too many wrong codes came from this address."""
    page = render(request, "cases/enter.html", {"typed": "", "held": True}, status=429)
    page.headers["Retry-After"] = str(WAIT_SECONDS)
    return page


resident = resident_page(_away)
GUESSED = "receipt"


@resident
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt code; it travels in the body and then in the path, never in a query string."""
    typed = request.POST.get("code", "")[:40]
    if request.method == "POST":
        if is_held_back(request, GUESSED):
            return _held(request)
        code = normal_code(typed)
        if code and queries.followed(code) is not None:
            return redirect("cases:follow", receipt=code)
        note_wrong(request, GUESSED)
        return render(request, "cases/enter.html", {"typed": typed, "unknown": True}, status=422)
    return render(request, "cases/enter.html", {})


@resident
def follow(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where the matter stands, and what the resident can answer."""
    if is_held_back(request, GUESSED):
        return _held(request)
    found = queries.followed(receipt)
    if found is None:
        note_wrong(request, GUESSED)
        return render(request, "cases/enter.html", {"typed": "", "unknown": True}, status=404)
    if request.method == "POST":
        return _take(request, receipt, found)
    return _show(request, receipt, found)


@resident
def proof(request: HttpRequest, receipt: str) -> HttpResponse:
    """The proof that the rating is among its day's, as a file that the verifier of any package reads."""
    if is_held_back(request, GUESSED):
        return _held(request)
    found = receipt_proof(receipt)
    if found is None:
        if queries.followed(receipt) is None:
            note_wrong(request, GUESSED)
        raise Http404
    response = HttpResponse(proof_document(found), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="receipt-proof.json"'
    return response


def _show(
    request: HttpRequest, receipt: str, found: Followed, told: str = "", status: int = 200
) -> HttpResponse:
    page: dict[str, Any] = {
        "receipt": normal_code(receipt),
        "rating": found.rating,
        "case": found.case,
        "told": told,
        "is_bad": found.rating.level in BAD_LEVELS,
        "is_counted": found.rating.screening == Screening.KEPT,
        "proof": receipt_proof(receipt),
        "done": request.GET.get("done", ""),
    }
    if found.case is not None:
        page["story"] = story(found.case, found.steps, found.replies, timezone.localdate())
    return render(request, "cases/follow.html", page, status=status)


def _take(request: HttpRequest, receipt: str, found: Followed) -> HttpResponse:
    """One click: an answer, reopening, rating once more, or erasing one's words."""
    now, data = timezone.now(), request.POST
    done = "answered"
    try:
        if "erase" in data:
            erase_by_receipt(code=receipt, now=now)
            done = "erased"
        elif found.case is None:
            return _show(request, receipt, found, status=422)
        elif "again" in data:
            return redirect("ratings:rate", token=rate_again(case=found.case, now=now))
        elif "reopen" in data:
            seen = _seen(data.get("seen", ""))
            reopen_case(case=found.case, seen=seen, text=data.get("text", ""), now=now)
            done = "reopened"
        else:
            answer_case(
                case=found.case, seen=_seen(data.get("seen", "")), answer=data.get("answer", ""), now=now
            )
    except (CaseRefusedError, ContactRefusedError) as error:
        fresh = queries.followed(receipt) or found
        return _show(request, receipt, fresh, told=str(error), status=409)
    response = redirect("cases:follow", receipt=normal_code(receipt))
    response.headers["Location"] += f"?done={done}"
    return response


def _seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
