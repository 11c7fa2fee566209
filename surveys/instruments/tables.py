"""The table of questionnaires."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from surveys.core.numerals import day
from surveys.core.tables import ListTable, NumberColumn
from surveys.instruments.enums import VersionState
from surveys.instruments.models import Questionnaire, QuestionnaireVersion

STATUS_WORDS = {
    "read": _("from a source"),
    "unverified": _("unverified"),
    "own": _("own proposal"),
}


def current_of(questionnaire: Questionnaire) -> QuestionnaireVersion | None:
    """The version in force, else the newest, among the prefetched ones."""
    versions = list(questionnaire.versions.all())
    return next((v for v in versions if v.state == VersionState.FROZEN), versions[0] if versions else None)


class QuestionnaireTable(ListTable):
    name = tables.Column(
        verbose_name=_("name"),
        accessor="name",
        orderable=False,
        linkify=("instruments:questionnaire", {"code": tables.A("code")}),
    )
    code = tables.Column(verbose_name=_("code"), attrs={"td": {"class": "code nw"}})
    version = NumberColumn(verbose_name=_("version"), empty_values=(), orderable=False)
    n_questions = NumberColumn(verbose_name=_("questions"), empty_values=(), orderable=False)
    in_force = tables.Column(verbose_name=_("in force since"), empty_values=(), orderable=False)
    origin = tables.Column(verbose_name=_("origin"), empty_values=(), orderable=False)

    def render_version(self, record: Questionnaire) -> str:
        version = current_of(record)
        return str(version.number) if version else "—"

    def render_n_questions(self, record: Questionnaire) -> str:
        version = current_of(record)
        return str(len(version.definition.get("questions", []))) if version else "—"

    def render_in_force(self, record: Questionnaire) -> SafeString | str:
        version = current_of(record)
        if version is None or version.frozen_at is None:
            return format_html('<span class="tag">{}</span>', _("Draft"))
        return day(localdate(version.frozen_at))

    def render_origin(self, record: Questionnaire) -> SafeString | str:
        version = current_of(record)
        status = version.definition.get("status", "own") if version else "own"
        words = str(STATUS_WORDS.get(status, ""))
        return (
            format_html('<span class="tag tag--warn">{}</span>', words) if status == "unverified" else words
        )

    class Meta(ListTable.Meta):
        model = Questionnaire
        fields = ("name", "code", "version", "n_questions", "in_force", "origin")
        sequence = fields
