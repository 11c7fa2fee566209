"""The intake API: services, finished cases, ratings, batches."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.api import ConflictError, IntakeKey, ReadKey
from surveys.core.idempotency import answer_once
from surveys.ratings.actions import (
    AlreadyRatedError,
    BatchEntry,
    MatterRefusedError,
    MatterUnknownError,
    RatingRefusedError,
    finish_matter,
    rate_matter,
    take_batch,
)
from surveys.ratings.models import Matter
from surveys.ratings.queries import matters_of
from surveys.ratings.serializers import (
    BatchReceiptSerializer,
    BatchSerializer,
    MatterAnswerSerializer,
    MatterSerializer,
    MatterStateSerializer,
    RatingSerializer,
    ReceiptSerializer,
    ServiceSerializer,
)
from surveys.ratings.shapes import Entry, Fault, Invited, Reach

FIELD_OF_FAULT = {"tag": "reason_codes", "starts_on": "period/starts_on", "ends_on": "period/ends_on"}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key with the same body gets the same answer; with another body 409.",
)


def refuse(faults: tuple[Fault, ...]) -> exceptions.ValidationError:
    """Our own faults as the API tells them."""
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(FIELD_OF_FAULT.get(fault.field, fault.field), []).append(fault.message)
    return exceptions.ValidationError(told)


def _found(model: Any, field: str, code: str | None) -> Any:
    """The row of a code; a code the catalogue lacks is a mistake in that field."""
    if code is None:
        return None
    row = model.objects.filter(code=code).first()
    if row is None:
        raise exceptions.ValidationError({field: [_("The catalogue has no such code.")]})
    return row


class ServicesView(generics.ListAPIView[Service]):
    """The services residents may rate."""

    permission_classes = [ReadKey]
    serializer_class = ServiceSerializer
    queryset = Service.objects.filter(retired_on=None).select_related("organisation").order_by("code")


class MattersView(generics.ListAPIView[Matter]):
    """Finished cases: report one, or ask what became of one."""

    permission_classes = [IntakeKey]
    serializer_class = MatterStateSerializer

    def get_queryset(self) -> Any:
        case_no = self.request.query_params.get("case_no", "")
        if not 1 <= len(case_no) <= 50 or "\x00" in case_no:
            raise exceptions.ValidationError({"case_no": [_("Give the case number, 1 to 50 characters.")]})
        return matters_of(case_no)

    @extend_schema(parameters=[OpenApiParameter("case_no", str, required=True)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The stages of a case, with whether each has been rated."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        request=MatterSerializer, responses={201: MatterAnswerSerializer, 200: MatterAnswerSerializer}
    )
    def post(self, request: Request) -> Response:
        """Report a finished case; reported again it gives the same invitation with 200."""
        sent = MatterSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        given = {key: values[key] for key in ("channel", "mode", "identity", "outcome") if key in values}
        try:
            invited = finish_matter(
                case_no=values["case_no"],
                stage=values["stage"],
                service_no=values["service_no"],
                service=_found(Service, "service_code", values["service_code"]),
                organisation=_found(Organisation, "unit_code", values.get("unit_code")),
                point=_found(ServicePoint, "point_code", values.get("point_code")),
                finished_at=values["finished_at"],
                actor=None,
                now=timezone.now(),
                reach=_reach(values),
                **given,
            )
        except MatterRefusedError as error:
            raise exceptions.ValidationError({"finished_at": [str(error)]}) from error
        return Response(_answer(invited), status=201 if invited.created else 200)


def _reach(values: dict[str, Any]) -> Reach | None:
    """Where the link is to be sent, if anywhere."""
    if not values.get("telephone") and not values.get("email"):
        return None
    language = values.get("language", settings.LANGUAGE_CODE)
    return Reach(values.get("telephone", ""), values.get("email", ""), language)


def _answer(invited: Invited) -> dict[str, Any]:
    link = settings.PUBLIC_BASE_URL + reverse("ratings:rate", args=[invited.token])
    matter, invitation = invited.matter, invited.invitation
    return {
        "case_no": matter.case_no,
        "stage": matter.stage,
        "service_no": matter.service_no,
        "service_code": matter.service.code,
        "state": invitation.state,
        "n_ratings": invitation.n_ratings,
        "invitation": {
            "url": link,
            "qr": settings.PUBLIC_BASE_URL + reverse("ratings:qr", args=[invited.token]),
            "expires_at": timezone.localtime(invitation.expires_at).isoformat(),
        },
    }


class RatingsView(APIView):
    """Ratings that another system took."""

    permission_classes = [IntakeKey]

    @extend_schema(request=RatingSerializer, responses={201: ReceiptSerializer}, parameters=[IDEMPOTENCY])
    def post(self, request: Request) -> Response:
        """Store a rating of a known case; 404 when the case is unknown, 409 when it has been rated."""
        sent = RatingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values, now = sent.validated_data, timezone.now()
        entry = Entry(
            level=values["level"],
            tags=tuple(values["reason_codes"]),
            comment=values["comment"],
            language=get_language() or "",
        )

        def perform() -> tuple[int, dict[str, Any]]:
            receipt = rate_matter(
                case_no=values["case_no"],
                stage=values["stage"],
                service_no=values["service_no"],
                entry=entry,
                channel=values["channel"],
                rated_at=values["rated_at"],
                now=now,
            )
            return 201, {"receipt": receipt.code}

        try:
            return answer_once(request, "ratings", now, perform)
        except MatterUnknownError as error:
            raise exceptions.NotFound(str(error)) from error
        except AlreadyRatedError as error:
            raise ConflictError(str(error)) from error
        except RatingRefusedError as error:
            raise refuse(error.faults) from error


class BatchesView(APIView):
    """Counts that a publisher gives instead of single ratings."""

    permission_classes = [IntakeKey]

    @extend_schema(request=BatchSerializer, responses={201: BatchReceiptSerializer}, parameters=[IDEMPOTENCY])
    def post(self, request: Request) -> Response:
        """Take a batch; a corrected one for the same period replaces the earlier."""
        sent = BatchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values, now = sent.validated_data, timezone.now()
        service = _found(Service, "service_code", values.get("service_code"))
        unit = _found(Organisation, "unit_code", values.get("unit_code"))
        if service is None and unit is None:
            raise exceptions.ValidationError({"unit_code": [_("Write unit_code or service_code.")]})
        entry = BatchEntry(
            organisation=unit or service.organisation,
            service=service,
            starts_on=values["period"]["starts_on"],
            ends_on=values["period"]["ends_on"],
            scale=values["scale"],
            counts=values["counts"],
            channel=values["channel"],
            question=values["question"],
            n_eligible=values["n_eligible"],
            source=values["source"] or f"API, {request.user}",
        )

        def perform() -> tuple[int, dict[str, Any]]:
            kept = take_batch(entry=entry, source_file=None, actor=None, now=now)
            return 201, {"receipt": f"batch-{kept.batch.pk}", "outcome": kept.outcome}

        try:
            return answer_once(request, "batches", now, perform)
        except RatingRefusedError as error:
            raise refuse(error.faults) from error
