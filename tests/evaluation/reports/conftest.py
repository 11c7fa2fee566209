"""The city's edition as packages are made of it."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from evaluation.rankings.models import Edition
from surveys.ratings.models import ReceiptLeaf, ReceiptRoot
from surveys.ratings.receipts import merkle_root
from tests.evaluation.reports.packages import CODES, DAY, leaves
from tests.worlds import edition as world


@pytest.fixture(scope="module")
def edition(django_db_setup: None, django_db_blocker) -> Iterator[Edition]:
    """The city's edition with one day of receipts, built once for all these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        ReceiptRoot.objects.create(day=DAY, root=merkle_root(leaves()), n=len(CODES))
        ReceiptLeaf.objects.bulk_create(ReceiptLeaf(leaf=leaf, day=DAY) for leaf in leaves())
        yield world.published()
        transaction.set_rollback(True)
