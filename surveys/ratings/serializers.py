"""What the intake API takes and gives; the documentation is made from these."""

import re
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from surveys.catalogue.enums import Channel, Identity, Mode
from surveys.core.cleaning import clean_text
from surveys.core.text import LANGUAGES
from surveys.ratings.enums import InvitationState, Outcome, Stage
from surveys.ratings.scales import SCALE_CODES
from surveys.ratings.wording import clean_telephone

MAX_COMMENT_BYTES = 4000
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


class MomentField(serializers.DateTimeField):
    """A time as RFC 3339 has it: without its offset nobody knows which moment is meant."""

    default_error_messages = {
        "offset": gettext_lazy("Write the time with its offset, for example {example}.")
    }

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            self.fail("offset", example="2026-11-23T10:20:00+08:00")
        return super().to_internal_value(value)


class CodeField(serializers.ChoiceField):
    """One of a few codes; a refusal names them."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("“{input}” is not offered here; write one of: {known}.")
    }

    def fail(self, key: str, **told: Any) -> NoReturn:
        super().fail(key, known=", ".join(map(str, self.choices)), **told)


class NumberField(serializers.IntegerField):
    """A whole number; as text only in the digits 0 to 9."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and not WHOLE.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


def visible(value: str) -> None:
    """A number of a case that two people read differently is none."""
    if clean_text(value) != value:
        raise serializers.ValidationError(_("It holds invisible characters; type it again."))


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, because a misspelt one would be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        faults: dict[str, Any] = {}
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            faults = {key[:60]: [_("This field is not known.")] for key in unknown[:20]}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not faults or not isinstance(error.detail, dict):
                raise
            faults |= error.detail
        if faults:
            raise serializers.ValidationError(faults)
        return values


class NamesSerializer(serializers.Serializer[Any]):
    """A name in up to three languages."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {language: serializers.CharField(required=False) for language in LANGUAGES}


class ServiceSerializer(serializers.Serializer[Any]):
    """A service residents may rate."""

    code = serializers.CharField()
    names = NamesSerializer()
    organisation = serializers.CharField(source="organisation.code")


class MatterSerializer(StrictSerializer):
    """A finished case."""

    case_no = serializers.CharField(max_length=50, validators=[visible])
    stage = CodeField(choices=Stage.choices)
    service_no = NumberField(min_value=1, max_value=32767)
    service_code = serializers.CharField(max_length=31)
    finished_at = MomentField()
    unit_code = serializers.CharField(max_length=40, required=False)
    point_code = serializers.CharField(max_length=40, required=False)
    channel = CodeField(choices=Channel.choices, required=False)
    mode = CodeField(choices=Mode.choices, required=False)
    identity = CodeField(choices=Identity.choices, required=False)
    outcome = CodeField(choices=Outcome.choices, required=False)
    telephone = serializers.CharField(
        max_length=30, required=False, help_text="Where to send the link; sealed, deleted once it has served."
    )
    email = serializers.EmailField(max_length=254, required=False, help_text="Instead of a telephone number.")
    language = CodeField(
        choices=[(code, code) for code in LANGUAGES], required=False, help_text="Language of the message."
    )

    def validate_telephone(self, value: str) -> str:
        if not (digits := clean_telephone(value)):
            raise serializers.ValidationError(_("Write the number with digits only."))
        return digits

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "telephone" in attrs and "email" in attrs:
            raise serializers.ValidationError(
                {"email": [_("Give a telephone number or an e-mail address, not both.")]}
            )
        return attrs


class InvitationSerializer(serializers.Serializer[Any]):
    """How the resident rates: the short link, its QR code, until when."""

    url = serializers.URLField()
    qr = serializers.URLField()
    expires_at = serializers.DateTimeField()


class MatterAnswerSerializer(serializers.Serializer[Any]):
    """A finished case as it stands here."""

    case_no = serializers.CharField()
    stage = CodeField(choices=Stage.choices)
    service_no = NumberField()
    service_code = serializers.CharField()
    state = CodeField(choices=InvitationState.choices)
    n_ratings = serializers.IntegerField()
    invitation = InvitationSerializer()


class MatterStateSerializer(serializers.Serializer[Any]):
    """Whether a finished case has been rated."""

    case_no = serializers.CharField()
    stage = CodeField(choices=Stage.choices)
    service_no = NumberField()
    service_code = serializers.CharField(source="service.code")
    finished_at = serializers.DateTimeField()
    state = CodeField(choices=InvitationState.choices, source="invitation.state")
    n_ratings = serializers.IntegerField(source="invitation.n_ratings")
    expires_at = serializers.DateTimeField(source="invitation.expires_at")


class RatingSerializer(StrictSerializer):
    """A rating that a business system, a hotline or a key box took."""

    case_no = serializers.CharField(max_length=50, validators=[visible])
    stage = CodeField(choices=Stage.choices)
    service_no = NumberField(min_value=1, max_value=32767)
    level = NumberField(min_value=1, max_value=5)
    reason_codes = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=40, default=list
    )
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_COMMENT_BYTES, trim_whitespace=False
    )
    channel = CodeField(choices=Channel.choices)
    rated_at = MomentField()


class ReceiptSerializer(serializers.Serializer[Any]):
    """The receipt code to hand to the resident."""

    receipt = serializers.CharField()


class BatchSerializer(StrictSerializer):
    """Counts per option, where a publisher has no single ratings to give."""

    unit_code = serializers.CharField(max_length=40, required=False)
    service_code = serializers.CharField(max_length=31, required=False)
    period = serializers.DictField(child=serializers.DateField(), help_text="{starts_on, ends_on}")
    channel = CodeField(choices=Channel.choices)
    scale = CodeField(choices=[(code, code) for code in SCALE_CODES])
    counts = serializers.DictField(child=NumberField(min_value=0, max_value=2_000_000_000))
    question = serializers.CharField(max_length=40, required=False, default="overall")
    n_eligible = NumberField(
        min_value=0, max_value=2_000_000_000, required=False, allow_null=True, default=None
    )
    source = serializers.CharField(  # type: ignore[assignment] # the field's name is the contract's
        max_length=1000, required=False, allow_blank=True, default=""
    )

    def validate_period(self, value: dict[str, Any]) -> dict[str, Any]:
        if set(value) != {"starts_on", "ends_on"}:
            raise serializers.ValidationError(_("Write {starts_on, ends_on}."))
        return value


class BatchReceiptSerializer(serializers.Serializer[Any]):
    """What became of the batch."""

    receipt = serializers.CharField()
    outcome = CodeField(choices=["created", "updated", "unchanged"])
