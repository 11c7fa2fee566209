"""The sample city for the story of one bad rating: build it, let the clock look for work, check the log.

Run as `python -m tests.browser.storyworld build|tick|chain`; the environment names database and state folder.
"""

import datetime as dt
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from evaluation.site.demo.accounts import ACCOUNTS  # noqa: E402
from evaluation.site.demo.city import build_city  # noqa: E402
from evaluation.site.demo.sample_city import read_world  # noqa: E402
from evaluation.site.seeding import seed  # noqa: E402
from surveys.cases.actions.notes import add_template  # noqa: E402
from surveys.cases.actions.opening import close_opening_days  # noqa: E402
from surveys.cases.tasks import keep_up, open_cases  # noqa: E402
from surveys.catalogue.models import Organisation, Service  # noqa: E402
from surveys.core.models import Seat, User  # noqa: E402
from surveys.ratings.actions import finish_matter  # noqa: E402
from surveys.screening.tasks import screen_arrivals  # noqa: E402
from tests.browser.build import PASSWORD  # noqa: E402

PLACE = "BDC"


def build() -> None:
    """The city with its people, and one finished case whose resident may rate; its link goes to a file."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    seed(now)
    build_city(read_world(), actor=None, now=now)
    for account in ACCOUNTS:
        user = User.objects.create_user(
            account.username, password=PASSWORD, display_name=account.name, language="en"
        )
        Seat.objects.create(
            user=user, role=account.role, organisation_code=account.organisation, granted_at=now
        )
    texts = {
        "zh-hans": "感谢您指出问题，我们已经改正。",
        "zh-hant": "感謝您指出問題，我們已經改正。",
        "en": "Thank you. We have put this right.",
    }
    add_template(title="Put right", texts=texts, actor=User.objects.get(username="office"), now=now)
    place = Organisation.objects.get(code=PLACE)
    service = Service.objects.filter(organisation=place).order_by("code").first()
    assert service is not None
    invited = finish_matter(
        case_no="BDC-1", stage="completion", service_no=1, service=service,
        finished_at=now - dt.timedelta(minutes=30), actor=None, now=now,
    )  # fmt: skip
    Path(settings.STATE_DIR, "link").write_text(f"/r/{invited.token}", encoding="utf-8")


def tick() -> None:
    """What the scheduler would do in the next minute."""
    now = timezone.now()
    screen_arrivals(now)
    open_cases(now)
    keep_up(now)


def chain() -> None:
    """The day is over for the cases of today, and the log is whole."""
    close_opening_days(now=timezone.now() + dt.timedelta(days=1))
    call_command("chain")


if __name__ == "__main__":
    {"build": build, "tick": tick, "chain": chain}[sys.argv[1]]()
