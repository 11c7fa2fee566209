"""The base of every staff list: filter, table, pages, and the same rows as CSV or XLSX."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.forms import DateField, NullBooleanField
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin, Table

from surveys.core.doors import StaffView
from surveys.core.widgets import DASHES
from surveys.core.workbooks import csv_lines, write_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _name_all(field: Any) -> None:
    """Let a list that is not narrowed say so, and days be chosen from a calendar."""
    if isinstance(field, DateField):
        field.widget.input_type = "date"
    elif getattr(field, "empty_label", None) == DASHES:
        field.empty_label = _("All")
    elif isinstance(field, NullBooleanField):
        first, *rest = field.widget.choices
        field.widget.choices = [(first[0], _("All")), *rest]


class ListPage(StaffView, SingleTableMixin, FilterView):  # type: ignore[misc]
    """A list page is its rule, its table, its filter and its queryset; `title` is the heading."""

    template_name = "core/list.html"
    title: Any = ""
    lead: Any = ""
    empty: Any = ""
    export_name = "list"
    exclude_from_export: tuple[str, ...] = ()
    filterset_fields: tuple[str, ...] = ()
    strict = False
    table_pagination = {"per_page": 50}

    def actions(self) -> list[tuple[str, Any]]:
        """(address, words) of what can be done from here."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        for name in ("format", "page"):
            query.pop(name, None)
        return context | {
            "title": self.title,
            "lead": self.lead,
            "empty": self.empty,
            "actions": self.actions(),
            "query": query.urlencode(),
            "filtered": any(query.values()),
            "filter_choices": bool(self.get_filterset_class()) and bool(context["filter"].form.fields),
        }

    def get_filterset_class(self) -> Any:
        if self.filterset_class is None and not self.filterset_fields:
            return super().get_filterset_class() if self.model else None
        return super().get_filterset_class()

    def get_filterset(self, filterset_class: Any) -> Any:
        found = super().get_filterset(filterset_class)
        for field in found.form.fields.values():
            _name_all(field)
        return found

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("format", "")
        if wanted in {"csv", "xlsx"}:
            filterset = self.get_filterset(self.get_filterset_class())
            return self.export(filterset.qs if filterset.is_valid() else self.get_queryset().none(), wanted)
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    def export(self, rows: QuerySet[Any], wanted: str) -> HttpResponseBase:
        """The whole filtered list, streamed for CSV."""
        table = self.get_table_class()(data=rows, **self.get_table_kwargs())
        table.request = self.request
        values = table_values(table, self.exclude_from_export)
        headings = [str(value) for value in next(values)]
        name = slugify(self.export_name) or "list"
        if wanted == "csv":
            response: HttpResponseBase = StreamingHttpResponse(
                csv_lines(headings, values), content_type="text/csv; charset=utf-8"
            )
        else:
            response = HttpResponse(write_rows(str(self.title), headings, values), content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
        return response


def table_values(table: Table, exclude: tuple[str, ...]) -> Iterator[list[Any]]:
    """The heading row, then each row's plain values."""
    return islice(table.as_values(exclude_columns=exclude), None)
