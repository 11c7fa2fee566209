"""What a page was asked, kept inside what the reader may see."""

from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from surveys.catalogue.models import Organisation
from surveys.tallies.forms import QuestionForm
from surveys.tallies.rules import codes_seen
from surveys.tallies.summary import Question

F = TypeVar("F", bound=QuestionForm)


def asked(request: HttpRequest, form: type[F]) -> F:
    """The form of a page, with the organisations its reader may see."""
    return form(request.GET, codes=codes_seen(request.user), today=timezone.localdate(timezone.now()))


def question_of(request: HttpRequest, form: QuestionForm) -> Question:
    """The form as a question; a department sees its own organisations whatever it asks."""
    data, codes = form.cleaned_data, codes_seen(request.user)
    units: list[int] | None = None
    if data["unit"] is not None:
        units = [data["unit"].pk]
    elif codes is not None:
        found = Organisation.objects.without_tree_fields().filter(code__in=codes).order_by("code")
        units = list(found.values_list("pk", flat=True))
    service = data["service"]
    return Question(data["first"], data["last"], units, service.pk if service else None, data["channel"])
