"""Passwords made of common ones, or of the words of this place, are refused; docs/security.md lists the words."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.core.enums import ApiScope, Role

WORDS = frozenset(
    {
        *("evaluation", "government", "office", "public", "rating", "ratings", "service", "services"),
        *("survey", "surveys", "account", "admin", "administrator", "password", "welcome", "login", "12345"),
        *("haochaping", "haoping", "chaping", "pingjia", "pingfen", "manyidu", "manyi", "zhengwu"),
        *("zhengfu", "fuwu", "jigou", "mima", "guanliyuan", "好差评", "好差評", "评价", "評價"),
        *("满意度", "滿意度", "政务", "政務", "政府", "服务", "服務", "机构", "機構"),
        *("密码", "密碼", "管理员", "管理員"),
    }
)
"""Names of the product and of what it is for, in the languages people here write passwords in."""
LEAST = 8
"""Signs that must remain beside such words: what a password of its own would need at the very least."""
APART = re.compile(r"[\W_]+")
AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class CommonPiecesValidator(CommonPasswordValidator):
    """A common password stays one with digits and signs around it, and two of them joined are no better."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        whole = password.casefold().strip()
        common = self.passwords
        joined = any(whole[:at] in common and whole[at:] in common for at in range(1, len(whole)))
        if joined or AROUND.sub("", whole) in common:
            raise ValidationError(self.get_error_message(), code="password_too_common")


def words_of_this_place() -> frozenset[str]:
    """The listed words, the names of roles and scopes, and the parts of the site's own address."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    own = [*Role.values, *ApiScope.values, *host.split(".")]
    parts = {part for name in own for part in APART.split(name.casefold()) if len(part) > 2}
    return WORDS | parts


class ContextWordsValidator:
    """Refuses a password of which too little remains once the words of this place are taken out."""

    def validate(self, password: str, user: Any = None) -> None:
        del user
        rest = APART.sub("", password.casefold())
        for word in sorted(words_of_this_place(), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < LEAST:
            raise ValidationError(
                _("This password is made of words that everybody here knows."), code="password_of_context"
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be made of the names of this system, its roles or its address alone.")
