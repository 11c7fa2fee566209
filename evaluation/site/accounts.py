"""Sign-in without sign-up: the security administrator makes accounts; a second factor is each person's own."""

import io
import logging
from base64 import b64decode, b64encode
from typing import Any

import segno
from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.addresses import client_ip
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.sealing import decrypted, encrypted, renewed

logger = logging.getLogger(__name__)
FACTOR = b"second factor"
FACTOR_SECRETS = ("secret", "seed")
"""What an authenticator and recovery codes keep sealed."""


def attempted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name somebody tries to sign in with, written one way, so that every attempt on it counts."""
    given = credentials or {}
    name = given.get("username") or given.get("login") or (request.POST.get("login") if request else "")
    return str(name or "").strip().casefold()


def renew_factors() -> int:
    """Seal every second factor under the newest SECRET_KEY; how many were not yet."""
    n_renewed = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().order_by("pk"):
            kept = {name: row.data[name] for name in FACTOR_SECRETS if name in row.data}
            fresh = {name: _renewed(sealed) for name, sealed in kept.items()}
            if fresh != kept:
                row.data = row.data | fresh
                row.save(update_fields=["data"])
                n_renewed += 1
    return n_renewed


def _renewed(sealed: str) -> str:
    fresh = renewed("second-factor", b64decode(sealed), FACTOR)
    return sealed if fresh is None else b64encode(fresh).decode()


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody opens an account for themselves; sign-ins and sign-outs enter the log."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Who was tried, from where; a name that is nobody's may be a password in the wrong field."""
        tried = User.objects.filter(username__iexact=attempted_name(request, credentials)).first()
        name = tried.get_username() if tried else "nobody of ours"
        state = "locked" if getattr(request, "axes_locked_out", False) else "failed"
        logger.warning("Sign-in %s: password of %s from %s", state, name, client_ip(request))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        record(actor=user, verb="session.begin", obj=f"user {user.get_username()}", now=timezone.now())
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        actor: Any = request.user
        if actor.is_authenticated:
            record(actor=actor, verb="session.end", obj=f"user {actor.get_username()}", now=timezone.now())
        super().logout(request)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed in the database, their picture is drawn without styles."""

    def encrypt(self, text: str) -> str:
        return b64encode(encrypted("second-factor", text.encode(), FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted("second-factor", b64decode(encrypted_text), FACTOR).decode()

    def get_totp_issuer(self) -> str:
        return _("Public Service Ratings")

    def build_totp_svg(self, url: str) -> str:
        picture = io.BytesIO()
        segno.make(url, error="m").save(
            picture, kind="svg", scale=4, xmldecl=False, svgclass="qr", lineclass=None, light="#fff"
        )
        return picture.getvalue().decode()


class Styled:
    """Mixin: the inputs of the style sheet, and no placeholder in place of a label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.setdefault("class", "input")


class Watched:
    """Mixin: a wrong proof of who one is enters the process log."""

    def clean(self) -> Any:
        if self.errors:  # type: ignore[attr-defined]
            name = self.user.get_username()  # type: ignore[attr-defined]
            logger.warning("Proof refused: %s of %s from %s", type(self).__name__, name, _here())
        return super().clean()  # type: ignore[misc]


class Renewing(Watched):
    """Mixin: whoever proves again who they are goes on under a new key of their session."""

    def clean(self) -> Any:
        if not self.errors:  # type: ignore[attr-defined]
            context.request.session.cycle_key()
        return super().clean()


def _here() -> str:
    return client_ip(context.request)


class SignInForm(Styled, account_forms.LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Sign-in name")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class ChangePasswordForm(Styled, account_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one twice; who forgot it asks the security administrator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class ReauthenticateForm(Renewing, Styled, account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class CodeForm(Watched, Styled, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class CodeAgainForm(Renewing, Styled, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""


class ActivateForm(Styled, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""
