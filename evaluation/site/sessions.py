"""Sessions of staff, kept in the database: they end after an hour without a page, and after a working day at most."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

BEGUN = "begun_at"
RENEW_SECONDS = 300
"""A session in use is written again no oftener than this."""


class SessionStore(DatabaseStore):
    """SESSION_COOKIE_AGE is the time without a page, SESSION_LONGEST_SECONDS the whole life since sign-in."""

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        now = timezone.now()
        if now.timestamp() - data.get(BEGUN, 0) >= settings.SESSION_LONGEST_SECONDS:
            self._session_key = None
            return {}
        usual = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE - RENEW_SECONDS)
        if row.expire_date - now < usual:
            self.modified = True
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        data.setdefault(BEGUN, int(timezone.now().timestamp()))
        return super().create_model_instance(data)

    def cycle_key(self) -> None:
        """A new key is given where somebody has just proved who they are: the day begins anew."""
        self.pop(BEGUN, None)
        super().cycle_key()
