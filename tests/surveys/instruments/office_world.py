"""An empty installation with one person of the office, for the browser that builds a questionnaire.

Run as `python -m tests.surveys.instruments.office_world`; the environment names database and state folder.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from surveys.core.enums import Role  # noqa: E402
from surveys.core.models import Seat, User  # noqa: E402
from surveys.instruments.actions import install_presets  # noqa: E402
from tests.browser.build import PASSWORD  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    office = User.objects.create_user("office", password=PASSWORD, display_name="Office")
    Seat.objects.create(user=office, role=Role.OFFICE, organisation_code="", granted_at=now)
    install_presets(now)
