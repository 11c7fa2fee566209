"""Pages to print: counter sheets with a QR code, and paper forms of the frozen questionnaire."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.catalogue.models import Service, ServicePoint
from surveys.core.doors import staff
from surveys.core.text import LANGUAGES, localized
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.desk_forms import CaseForm
from surveys.ratings.messages import link_of
from surveys.ratings.models import Matter
from surveys.ratings.numbered import sheet_of
from surveys.ratings.prints import PAPER_MODE, POSTED_KINDS, posted_link, qr_in_page
from surveys.ratings.queries import is_open, matters_of
from surveys.ratings.rules import may_print


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("in", "")
    return asked if asked in LANGUAGES else request.LANGUAGE_CODE or "zh-hans"


@staff(may_print)
def index(request: HttpRequest) -> HttpResponse:
    """What can be printed: a sheet for each posted code, blank forms, the form of one case."""
    form = CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        matter = matters_of(form.cleaned_data["case_no"].strip()).first()
        if matter is not None:
            return redirect("ratings:print_case", pk=matter.pk)
        form.add_error("case_no", _("No finished case has this number."))
    points = ServicePoint.objects.select_related("organisation").filter(
        kind__in=POSTED_KINDS, retired_on=None
    )
    context = {
        "form": form, "points": points.order_by("code")[:200], "languages": LANGUAGES,
        "services": Service.objects.current().order_by("code")[:500],
    }  # fmt: skip
    return render(request, "ratings/prints.html", context, status=422 if form.errors else 200)


@staff(may_print)
def counter(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet to hang up: the code, what it is for, in all three languages."""
    points = ServicePoint.objects.select_related("organisation", "service", "parent")
    point = get_object_or_404(points, code=code, retired_on=None, kind__in=POSTED_KINDS)
    link = posted_link(point)
    context = {
        "point": point,
        "link": link,
        "code": qr_in_page(link),
        "words": [_poster(lang, point) for lang in LANGUAGES],
    }
    return render(request, "ratings/print_counter.html", context)


def _poster(language: str, point: ServicePoint) -> dict[str, str]:
    """The words of a posted code in one language."""
    with override(language):
        about = point.service or point.parent or point
        return {
            "lang": {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(language, "en"),
            "question": localized(definition_of(current_version().pk).question("overall").texts, language),
            "about": localized(about.names, language),
            "how": _("Scan the code and tap once. No account is needed."),
            "free": _("Rating is voluntary and does not affect your case."),
        }


@staff(may_print)
def blank(request: HttpRequest) -> HttpResponse:
    """Blank forms; `service` names what they are about."""
    service = Service.objects.filter(code=request.GET.get("service", "")).first()
    return _form(request, current_version(), about=service, matter=None)


@staff(may_print)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one finished case, with its number and its own QR code."""
    rows = Matter.objects.select_related("invitation__version", "service", "organisation")
    matter = get_object_or_404(rows, pk=pk)
    if not is_open(matter.invitation, timezone.now()):
        raise Http404
    return _form(request, matter.invitation.version, about=matter.service, matter=matter)


def _form(
    request: HttpRequest, version: QuestionnaireVersion, *, about: Service | None, matter: Matter | None
) -> HttpResponse:
    language = _language(request)
    with override(language):
        context = {
            "sheet": sheet_of(version.pk, PAPER_MODE, language),
            "version": version,
            "about": localized(about.names, language) if about else "",
            "matter": matter,
            "code": qr_in_page(link_of(matter.invitation)) if matter else "",
            "in_language": {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(language, "en"),
        }
        return render(request, "ratings/print_form.html", context)
