"""What the security administrator does: people, their seats, keys for machines. Each deed enters the log."""

import datetime as dt
import re
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.enums import ApiScope, Role
from surveys.core.log import record
from surveys.core.models import ApiKey, Seat, User
from surveys.core.rules import forget_seats
from surveys.core.sealing import keyed_hash

USERNAME = re.compile(r"[\w.@+-]{2,150}")
ADMINS = frozenset({Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.AUDIT_ADMIN.value})
KEY_PURPOSE = "api-key"


class SeatRefusedError(Exception):
    """A seat cannot be given or taken like this."""


class PersonRefusedError(Exception):
    """An account cannot be made or closed like this."""


class KeyRefusedError(Exception):
    """A key for machines cannot be made."""


def new_password() -> str:
    """A random password that can be read out over the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _n in range(5)) for _m in range(4))


@transaction.atomic
def create_person(
    *, username: str, display_name: str, actor: User | None, now: dt.datetime, password: str | None = None
) -> tuple[User, str]:
    """Make an account; returns it with its first password, which is shown once and kept nowhere."""
    if not USERNAME.fullmatch(username):
        raise PersonRefusedError(_("A sign-in name has 2 to 150 letters, digits or the signs . @ + - _"))
    if User.objects.filter(username__iexact=username).exists():
        raise PersonRefusedError(_("The sign-in name “%(name)s” is taken.") % {"name": username})
    secret = password or new_password()
    user = User.objects.create_user(username=username, password=secret, display_name=display_name)
    record(actor=actor, verb="person.create", obj=f"user {username}", now=now)
    return user, secret


@transaction.atomic
def reset_password(*, person: User, actor: User | None, now: dt.datetime) -> str:
    """Give a person a new random password, returned once."""
    secret = new_password()
    person.set_password(secret)
    person.save(update_fields=["password"])
    record(actor=actor, verb="person.new_password", obj=f"user {person.username}", now=now)
    return secret


@transaction.atomic
def set_active(*, person: User, active: bool, actor: User | None, now: dt.datetime) -> User:
    """Close or reopen an account; the last security administrator stays."""
    if actor is not None and actor.pk == person.pk:
        raise PersonRefusedError(_("Nobody closes their own account; ask another administrator."))
    if not active:
        _keep_one_security_admin(person)
    person.is_active = active
    person.save(update_fields=["is_active"])
    verb = "person.open" if active else "person.close"
    record(actor=actor, verb=verb, obj=f"user {person.username}", now=now)
    return person


def _keep_one_security_admin(person: User) -> None:
    holders = Seat.objects.current().filter(role=Role.SECURITY_ADMIN, user__is_active=True)
    if holders.filter(user=person).exists() and not holders.exclude(user=person).exists():
        raise PersonRefusedError(_("This is the last security administrator; name another one first."))


@transaction.atomic
def grant_seat(
    *, person: User, role: str, organisation_code: str, actor: User | None, now: dt.datetime
) -> Seat:
    """Give a person a seat; nobody gives one to themselves, and the three administrators stay separate."""
    if actor is not None and actor.pk == person.pk:
        raise SeatRefusedError(_("Nobody gives a seat to themselves; ask another security administrator."))
    held = set(Seat.objects.current().filter(user=person).values_list("role", flat=True))
    if role in ADMINS and held & (ADMINS - {role}):
        raise SeatRefusedError(_("System, security and audit administration stay with different people."))
    if Seat.objects.current().filter(user=person, role=role, organisation_code=organisation_code).exists():
        raise SeatRefusedError(_("The person holds this seat already."))
    seat = Seat.objects.create(
        user=person, role=role, organisation_code=organisation_code, granted_by=actor, granted_at=now
    )
    forget_seats(person)
    record(
        actor=actor,
        verb="seat.grant",
        obj=f"user {person.username}",
        now=now,
        detail={"role": role, "organisation": organisation_code},
    )
    return seat


@transaction.atomic
def revoke_seat(*, seat: Seat, actor: User | None, now: dt.datetime) -> Seat:
    """Take a seat back; it stays in the records with its end."""
    if seat.revoked_at is not None:
        return seat
    if seat.role == Role.SECURITY_ADMIN:
        _keep_one_security_admin(seat.user)
    seat.revoked_at = now
    seat.save(update_fields=["revoked_at"])
    forget_seats(seat.user)
    record(
        actor=actor,
        verb="seat.revoke",
        obj=f"user {seat.user.username}",
        now=now,
        detail={"role": seat.role, "organisation": seat.organisation_code},
    )
    return seat


@transaction.atomic
def make_api_key(*, name: str, scope: str, actor: User | None, now: dt.datetime) -> str:
    """Make a key for machines; returns it once, only its keyed hash is stored."""
    if scope not in ApiScope.values:
        raise KeyRefusedError(_("The scope is one of: %(scopes)s.") % {"scopes": ", ".join(ApiScope.values)})
    if not name or ApiKey.objects.filter(name=name).exists():
        raise KeyRefusedError(_("A key needs a name of its own; “%(name)s” is taken.") % {"name": name})
    secret = secrets.token_urlsafe(32)
    ApiKey.objects.create(name=name, scope=scope, hashed=keyed_hash(KEY_PURPOSE, secret), created_at=now)
    record(actor=actor, verb="apikey.create", obj=f"key {name}", now=now, detail={"scope": scope})
    return secret


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: User | None, now: dt.datetime) -> ApiKey:
    """End a key; requests with it are refused from now on."""
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        record(actor=actor, verb="apikey.revoke", obj=f"key {key.name}", now=now)
    return key
