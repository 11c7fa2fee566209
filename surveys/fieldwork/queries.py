"""Reads of fieldwork: surveys, respondents by token and code, responses, the waves of a series."""

from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from surveys.core.queries import number_of
from surveys.fieldwork.enums import ResponseState, SurveyState
from surveys.fieldwork.models import Frame, Respondent, Response, Survey
from surveys.ratings.receipts import receipt_hash
from surveys.ratings.tokens import token_hash


def surveys() -> QuerySet[Survey]:
    """Every survey with the number drawn and of finished interviews, the newest first."""
    done = Response.objects.filter(survey=OuterRef("pk"), state=ResponseState.COMPLETE)
    return (
        Survey.objects.select_related("version__questionnaire", "frame")
        .annotate(
            n_respondents=Coalesce(number_of(Respondent.objects.filter(survey=OuterRef("pk"))), 0),
            n_complete=Coalesce(number_of(done), 0),
        )
        .order_by("-opens_on", "code")
    )


def frames() -> QuerySet[Frame]:
    """Every frame with the number of surveys drawn from it."""
    return Frame.objects.annotate(n_surveys=Count("surveys", distinct=True)).order_by("code")


def respondents(survey: Survey) -> QuerySet[Respondent]:
    """A survey's respondents by number."""
    return survey.respondents.select_related("organisation", "response").order_by("number")


def respondent_of(token: str) -> Respondent | None:
    """Who a token was made for."""
    if not 20 <= len(token) <= 24:
        return None
    return Respondent.objects.select_related("survey__version").filter(token_hash=token_hash(token)).first()


def respondent_by_code(code: str) -> Respondent | None:
    """Who holds a code; `code` in its normal form."""
    return Respondent.objects.filter(code_hash=receipt_hash(code)).first() if code else None


def response_of(person: Respondent) -> Response | None:
    return Response.objects.filter(respondent=person).first()


def finished(survey: Survey) -> QuerySet[Response]:
    """Finished responses with their respondents, always in the same order."""
    return (
        survey.responses.filter(state=ResponseState.COMPLETE)
        .select_related("respondent")
        .order_by("respondent__number")
    )


def waves(survey: Survey) -> list[Survey]:
    """The released waves of the survey's series up to this one, the first first; the survey itself is always in."""
    if not survey.series:
        return [survey]
    earlier = Survey.objects.filter(
        series=survey.series, wave__lt=survey.wave, state__in=(SurveyState.CLOSED, SurveyState.RELEASED)
    )
    return [*earlier.select_related("version").order_by("wave"), survey]
