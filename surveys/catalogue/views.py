"""Pages of single catalogue rows: read, add, change, hand over, retire."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.catalogue import actions, forms, queries
from surveys.catalogue.actions import CatalogueRefusedError
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.catalogue.rules import may_keep_catalogue, may_read_catalogue
from surveys.core.doors import staff
from surveys.core.models import User

Page = dict[str, Any]


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and clock, read at the edge."""
    assert isinstance(request.user, User)
    return {"actor": request.user, "now": timezone.now()}


def save(request: HttpRequest, form: Form, verb: Callable[[dict[str, Any]], Any], said: str) -> bool:
    """Run one action with the form's values; a refusal becomes the form's own error."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        verb(form.cleaned_data)
    except CatalogueRefusedError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, said)
    return True


def form_page(request: HttpRequest, form: Form, **page: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "catalogue/form.html", {"form": form, **page}, status=status)


@staff(may_read_catalogue)
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(queries.organisations(), code=code)
    page: Page = {
        "organisation": row,
        "below": queries.organisations().filter(parent=row),
        "services": queries.services().filter(organisation=row),
        "points": queries.points().filter(organisation=row),
        "may_keep": may_keep_catalogue(request.user),
    }
    return render(request, "catalogue/organisation.html", page)


@staff(may_keep_catalogue)
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = forms.OrganisationForm(request.POST or None)
    keys = ("code", "names", "parent", "region", "peer_group", "telephone")
    if save(
        request,
        form,
        lambda data: actions.create_organisation(**{key: data[key] for key in keys}, **who(request)),
        _("The organisation is added."),
    ):
        return redirect("catalogue:organisation", code=form.cleaned_data["code"])
    return form_page(request, form, title=_("Add an organisation"), back="catalogue:organisations")


@staff(may_keep_catalogue)
def organisation_change(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(queries.organisations(), code=code)
    initial = forms.name_fields(row.names) | {
        "parent": row.parent_id,
        "region": row.region_id,
        "peer_group": row.peer_group_id,
        "telephone": row.telephone,
    }
    form = forms.OrganisationChangeForm(request.POST or None, initial=initial)
    keys = ("names", "parent", "region", "peer_group", "telephone")
    if save(
        request,
        form,
        lambda data: actions.change_organisation(
            organisation=row, **{key: data[key] for key in keys}, **who(request)
        ),
        _("The organisation is changed."),
    ):
        return redirect("catalogue:organisation", code=code)
    return form_page(request, form, title=_("Change “%(name)s”") % {"name": row.name}, back_row=row)


@staff(may_keep_catalogue)
@require_POST
def organisation_retire(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Organisation, code=code)
    return retire(
        request,
        lambda: actions.retire_organisation(organisation=row, **who(request)),
        redirect("catalogue:organisation", code=code),
    )


def retire(request: HttpRequest, verb: Callable[[], Any], back: HttpResponse) -> HttpResponse:
    """Retire a row and say so, or say why it cannot be."""
    try:
        verb()
    except CatalogueRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("It is retired. What was recorded of it stays."))
    return back


@staff(may_read_catalogue)
def service(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(queries.services(), code=code)
    page: Page = {
        "service": row,
        "duties": queries.duties_of(row),
        "owner": queries.owner_of(row, timezone.localdate()),
        "may_keep": may_keep_catalogue(request.user),
    }
    return render(request, "catalogue/service.html", page)


@staff(may_keep_catalogue)
def service_new(request: HttpRequest) -> HttpResponse:
    form = forms.ServiceForm(request.POST or None)
    keys = ("code", "names", "organisation", "valid_from")
    if save(
        request,
        form,
        lambda data: actions.create_service(
            **{key: data[key] for key in keys}, promise=form.promise(), **who(request)
        ),
        _("The service is added."),
    ):
        return redirect("catalogue:service", code=form.cleaned_data["code"])
    return form_page(request, form, title=_("Add a service"), back="catalogue:services")


@staff(may_keep_catalogue)
def service_version(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Service, code=code)
    last = row.versions.order_by("-number").first()
    keys = ("handling_code", "statutory_days", "promised_days", "n_trips", "n_papers", "is_online")
    initial = {key: getattr(last, key) for key in keys} if last else {}
    form = forms.PromiseFields(request.POST or None, initial=initial)
    if save(
        request,
        form,
        lambda data: actions.add_version(
            service=row, valid_from=data["valid_from"], promise=form.promise(), **who(request)
        ),
        _("The new version is kept."),
    ):
        return redirect("catalogue:service", code=code)
    return form_page(request, form, title=_("New version of “%(name)s”") % {"name": row.name}, back_row=row)


@staff(may_keep_catalogue)
def service_hand_over(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Service, code=code)
    form = forms.HandOverForm(request.POST or None)
    if save(
        request,
        form,
        lambda data: actions.hand_over(service=row, **data, **who(request)),
        _("The service is handed over."),
    ):
        return redirect("catalogue:service", code=code)
    return form_page(request, form, title=_("Hand over “%(name)s”") % {"name": row.name}, back_row=row)


@staff(may_keep_catalogue)
@require_POST
def service_retire(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Service, code=code)
    return retire(
        request,
        lambda: actions.retire_service(service=row, **who(request)),
        redirect("catalogue:service", code=code),
    )


@staff(may_read_catalogue)
def point(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(queries.points(), code=code)
    page: Page = {
        "point": row,
        "below": queries.points().filter(parent=row),
        "may_keep": may_keep_catalogue(request.user),
    }
    return render(request, "catalogue/point.html", page)


@staff(may_keep_catalogue)
def point_new(request: HttpRequest) -> HttpResponse:
    form = forms.PointForm(request.POST or None)
    keys = ("code", "names", "organisation", "kind", "parent", "service", "allowed_networks")
    if save(
        request,
        form,
        lambda data: actions.create_point(**{key: data[key] for key in keys}, **who(request)),
        _("The point is added."),
    ):
        return redirect("catalogue:point", code=form.cleaned_data["code"])
    return form_page(request, form, title=_("Add a point"), back="catalogue:points")


@staff(may_keep_catalogue)
@require_POST
def point_retire(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(ServicePoint, code=code)
    return retire(
        request,
        lambda: actions.retire_point(point=row, **who(request)),
        redirect("catalogue:point", code=code),
    )
