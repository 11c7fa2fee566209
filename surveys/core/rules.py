"""Who may do what: predicates over seats, joined with & | ~ and shared by pages, API and querysets.

A scope is an organisation's code, or its path of codes from itself up to the root; a seat covers its own
organisation and all below it, and a seat without a code covers the whole jurisdiction.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.enums import Role
from surveys.core.models import Seat, User

Scope = str | Sequence[str] | None
Held = tuple[str, str]


def seats_of(user: Any) -> tuple[Held, ...]:
    """The (role, organisation code) pairs a person holds now, read once per request's user object."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    held: tuple[Held, ...] | None = getattr(user, "_held_seats", None)
    if held is None:
        rows = Seat.objects.current().filter(user=user).order_by("role", "organisation_code", "pk")
        held = tuple(rows.values_list("role", "organisation_code"))
        user._held_seats = held  # type: ignore[attr-defined]
    return held


def forget_seats(user: User) -> None:
    """Have the seats read again after they changed."""
    user.__dict__.pop("_held_seats", None)


def covers(seat_code: str, org_code: str, ancestors: Sequence[str] = ()) -> bool:
    """Whether a seat at `seat_code` reaches an organisation with these ancestors."""
    return seat_code in {"", org_code} or seat_code in ancestors


def _path(scope: Scope) -> tuple[str, ...]:
    if scope is None:
        return ()
    return (scope,) if isinstance(scope, str) else tuple(scope)


class Rule:
    """A predicate `rule(user, scope) -> bool` that can name the seats it asks for."""

    def __init__(self, test: Callable[[Any, Scope], bool], roles: frozenset[str]) -> None:
        self.test = test
        self.roles = roles

    def __call__(self, user: Any, scope: Scope = None) -> bool:
        return self.test(user, scope)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, scope: self(user, scope) and other(user, scope), self.roles | other.roles)

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, scope: self(user, scope) or other(user, scope), self.roles | other.roles)

    def __invert__(self) -> "Rule":
        return Rule(lambda user, scope: not self(user, scope), frozenset())

    def seats_needed(self) -> str:
        """The seats that open the door, as words in the reader's language."""
        return _(", ").join(str(role.label) for role in Role if role in self.roles)


def holds(*roles: str, anywhere: bool = False) -> Rule:
    """Holds one of the roles for the scope; `anywhere` (or no scope) is content with any organisation."""
    wanted = frozenset(roles)

    def test(user: Any, scope: Scope) -> bool:
        held = [code for role, code in seats_of(user) if role in wanted]
        if anywhere or scope is None:
            return bool(held)
        path = _path(scope)
        return any(covers(code, path[0] if path else "", path[1:]) for code in held)

    return Rule(test, wanted)


def organisation_scope(user: Any, *roles: str) -> set[str] | None:
    """Codes of the organisations at which the person holds these roles (any role if none is named).

    None means everything; an empty set means nothing. The caller adds what lies below each code.
    """
    codes = {code for role, code in seats_of(user) if not roles or role in roles}
    return None if "" in codes else codes


is_signed_in = Rule(lambda user, _scope: isinstance(user, User) and user.is_active, frozenset())
is_office = holds(Role.OFFICE)
is_handler = holds(Role.HANDLER)
is_lead = holds(Role.LEAD)
is_department = holds(Role.HANDLER, Role.LEAD)
is_operator = holds(Role.OPERATOR)
is_auditor = holds(Role.AUDITOR)
is_leader = holds(Role.LEADER)
is_system_admin = holds(Role.SYSTEM_ADMIN)
is_security_admin = holds(Role.SECURITY_ADMIN)
is_audit_admin = holds(Role.AUDIT_ADMIN)
is_staff = holds(*Role.values, anywhere=True)
