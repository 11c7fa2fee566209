"""The site's own staff pages: the day's work, one's account, people and seats, keys for machines."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from evaluation.site import menu
from evaluation.site.forms import AccountForm, KeyForm, PersonForm, SeatForm
from surveys.core import actions, queries
from surveys.core.doors import staff
from surveys.core.lists import ListPage
from surveys.core.models import ApiKey, Seat, User
from surveys.core.rules import (
    is_auditor,
    is_department,
    is_leader,
    is_office,
    is_security_admin,
    is_signed_in,
)
from surveys.core.tables import KeyTable, PersonTable

LANDINGS = (
    (is_department, "improvement:today"),
    (is_office, "improvement:office"),
    (is_auditor, "improvement:audits"),
    (is_leader, "improvement:leader"),
)


@staff(is_signed_in)
def home(request: HttpRequest) -> HttpResponse:
    """The reader's own workspace; for those without one, what waits for them and their pages."""
    for rule, page in LANDINGS:
        if rule(request.user):
            return redirect(page)
    entries = menu.entries(request)
    waiting = [entry for entry in entries if entry.count]
    rest = [entry for entry in entries if not entry.count]
    return render(request, "site/home.html", {"waiting": waiting, "rest": rest})


def published(request: HttpRequest) -> HttpResponse:
    """A public page asked of the office's own address: the reader is sent on to where it is served."""
    if urlsplit(settings.PUBLIC_BASE_URL).netloc == request.get_host():
        raise Http404
    return redirect(f"{settings.PUBLIC_BASE_URL}{request.get_full_path()}")


@staff(is_signed_in)
def account(request: HttpRequest) -> HttpResponse:
    """One's own name, seats, password and second factor."""
    person: Any = request.user
    form = AccountForm(request.POST or None, initial={"display_name": person.display_name})
    if request.method == "POST" and form.is_valid():
        person.display_name = form.cleaned_data["display_name"]
        person.save(update_fields=["display_name"])
        messages.success(request, _("Your name was saved."), extra_tags="good")
        return redirect("site:account")
    seats = Seat.objects.current().filter(user=person).order_by("role", "organisation_code", "pk")
    return render(request, "site/account.html", {"form": form, "seats": seats})


class PersonList(ListPage):
    rule = is_security_admin
    model = User
    table_class = PersonTable
    title = gettext_lazy("People and seats")
    lead = gettext_lazy("What a person may do follows from their seats alone.")
    export_name = "people"
    filterset_fields = ("is_active",)

    def get_queryset(self) -> QuerySet[User]:
        return queries.people()

    def actions(self) -> list[tuple[str, Any]]:
        return [(reverse("site:person_new"), _("Add a person"))]


@staff(is_security_admin)
def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, secret = actions.create_person(
                **form.cleaned_data, actor=_actor(request), now=timezone.now()
            )
        except actions.PersonRefusedError as error:
            form.add_error("username", str(error))
        else:
            return render(request, "site/secret.html", {"person": person, "secret": secret})
    return render(request, "site/person_new.html", {"form": form})


@staff(is_security_admin)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the seats they hold and held, and what can be done."""
    found = get_object_or_404(User, pk=pk)
    form = SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = form.cleaned_data["organisation"]
        try:
            actions.grant_seat(
                person=found,
                role=form.cleaned_data["role"],
                organisation_code=organisation.code if organisation else "",
                actor=_actor(request),
                now=timezone.now(),
            )
        except actions.SeatRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The seat was given."), extra_tags="good")
            return redirect("site:person", pk=pk)
    seats = Seat.objects.filter(user=found).order_by("revoked_at", "role", "organisation_code", "pk")
    return render(request, "site/person.html", {"person": found, "seats": seats, "form": form})


@staff(is_security_admin)
@require_POST
def seat_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat back."""
    seat = get_object_or_404(Seat.objects.select_related("user"), pk=pk)
    try:
        actions.revoke_seat(seat=seat, actor=_actor(request), now=timezone.now())
        messages.success(request, _("The seat was taken back."), extra_tags="good")
    except actions.PersonRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("site:person", pk=seat.user_id)


@staff(is_security_admin)
@require_POST
def person_change(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Close or reopen an account, or give it a new password."""
    found = get_object_or_404(User, pk=pk)
    if deed == "password":
        secret = actions.reset_password(person=found, actor=_actor(request), now=timezone.now())
        return render(request, "site/secret.html", {"person": found, "secret": secret})
    try:
        actions.set_active(person=found, active=deed == "open", actor=_actor(request), now=timezone.now())
        messages.success(request, _("The account was changed."), extra_tags="good")
    except actions.PersonRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("site:person", pk=pk)


class KeyList(ListPage):
    rule = is_security_admin
    model = ApiKey
    table_class = KeyTable
    template_name = "site/keys.html"
    title = gettext_lazy("Keys for machines")
    lead = gettext_lazy("Other systems report finished cases or read published results with a key.")
    empty = gettext_lazy("No system has a key yet.")
    export_name = "keys"
    filterset_fields = ("scope",)

    def get_queryset(self) -> QuerySet[ApiKey]:
        return ApiKey.objects.order_by("name")

    def actions(self) -> list[tuple[str, Any]]:
        return [(reverse("site:key_new"), _("Make a key"))]


@staff(is_security_admin)
def key_new(request: HttpRequest) -> HttpResponse:
    """Make a key; it is shown once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            secret = actions.make_api_key(**form.cleaned_data, actor=_actor(request), now=timezone.now())
        except actions.KeyRefusedError as error:
            form.add_error("name", str(error))
        else:
            return render(request, "site/secret.html", {"key": form.cleaned_data["name"], "secret": secret})
    return render(request, "site/key_new.html", {"form": form})


@staff(is_security_admin)
@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key."""
    key = get_object_or_404(ApiKey, pk=pk)
    actions.revoke_api_key(key=key, actor=_actor(request), now=timezone.now())
    messages.success(request, _("The key was ended."), extra_tags="good")
    return redirect("site:keys")


def _actor(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)
    return person
