"""People at the desks, signed in."""

from django.test import Client
from django.utils import timezone

from surveys.core.enums import Role
from surveys.core.models import Seat, User


def person(name: str, role: str = Role.OPERATOR) -> User:
    """Somebody with one seat for the whole jurisdiction."""
    user = User.objects.create_user(name, password=None, display_name=name.title())
    Seat.objects.create(user=user, role=role, organisation_code="", granted_at=timezone.now())
    return user


def at_the_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
