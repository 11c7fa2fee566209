"""Who works where: people with a seat at an organisation or above it, owners and auditors."""

from django.db.models import QuerySet

from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import path_of
from surveys.core.enums import Role
from surveys.core.models import Seat, User


def seated(organisation: Organisation, *roles: str) -> QuerySet[User]:
    """Active people with one of the seats at an organisation or above it."""
    path = [*path_of(organisation.code), ""]
    held = Seat.objects.current().filter(role__in=roles, organisation_code__in=path)
    return User.objects.filter(is_active=True, seats__in=held).distinct().order_by("username")


def judges_of(organisation: Organisation) -> QuerySet[User]:
    """Who verifies and publishes there: its leads, or the evaluation office where it has none."""
    leads = seated(organisation, Role.LEAD)
    return leads if leads.exists() else seated(organisation, Role.OFFICE)


def office() -> QuerySet[User]:
    """The evaluation office of the whole jurisdiction."""
    held = Seat.objects.current().filter(role=Role.OFFICE, organisation_code="")
    return User.objects.filter(is_active=True, seats__in=held).distinct().order_by("username")
