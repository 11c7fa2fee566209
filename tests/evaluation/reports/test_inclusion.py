"""Receipts, the head of the log and full tallies: what binds a package to intake, to the log and to auditors."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.rankings.models import Edition
from evaluation.reports.package import canon, contents, inclusion
from evaluation.reports.package.proof import AUDIT
from evaluation.reports.package.tallies import tallies_csv
from evaluation.reports.verify import verify_log, verify_package
from surveys.core.models import ChainHead, LogEntry
from surveys.ratings.queries import proof_document, receipt_proof
from surveys.ratings.receipts import leaf_of, merkle_path, merkle_root, receipt_code, receipt_hash
from tests.evaluation.reports.packages import (
    CODES,
    KEY,
    PUBLIC,
    head_beside,
    resigned,
    small_files,
    small_package,
)

pytestmark = pytest.mark.django_db


def test_every_receipt_of_a_day_is_proved_by_the_published_root(edition: Edition) -> None:
    content = small_package(edition)
    for code in CODES[:3]:
        found = receipt_proof(code)
        assert found is not None
        text, is_good = verify_package(content, receipt=proof_document(found))
        assert is_good, text
        assert "the receipt is one of those of 2026-05-04" in text


def test_a_receipt_that_was_not_counted_is_told_apart(edition: Edition) -> None:
    content = small_package(edition)
    found = receipt_proof(CODES[0])
    assert found is not None
    told = json.loads(proof_document(found))
    other = leaf_of(receipt_hash(receipt_code("", "")))
    for change, words in (
        ({"leaf": other}, "the receipt's path leads to"),
        ({"path": told["path"][1:]}, "the receipt's path leads to"),
        ({"day": "2026-05-05"}, "data/receipts.csv has no root for 2026-05-05"),
        ({"path": [["up", other]]}, "the receipt's proof cannot be read"),
    ):
        text, is_good = verify_package(content, receipt=json.dumps(told | change).encode())
        assert not is_good
        assert text.startswith(words)


@given(st.integers(1, 40), st.data())
@settings(max_examples=40)
def test_the_verifier_climbs_the_tree_that_intake_planted(n: int, data: st.DataObject) -> None:
    leaves = [leaf_of(str(i)) for i in range(n)]
    leaf = data.draw(st.sampled_from(leaves))
    assert inclusion.root_over(leaf, merkle_path(leaves, leaf)) == merkle_root(leaves)


def test_roots_that_are_not_the_edition_s_are_named(edition: Edition) -> None:
    files = small_files(edition)
    files[inclusion.ROOTS] = files[inclusion.ROOTS].replace(b"2026-05-04", b"2026-05-05")
    assert verify_package(resigned(files, edition)) == (
        "data/receipts.csv: the roots are not those of the edition", False,
    )  # fmt: skip


def test_the_head_of_the_log_binds_package_and_log(edition: Edition) -> None:
    content = small_package(edition)
    head = head_beside(content, edition)
    text, is_good = verify_package(content, head=head)
    assert is_good, text
    assert f"the log ended with entry {ChainHead.objects.get(pk=1).number}" in text
    assert verify_log(head)[1]
    other_end = b"1\n" if head.endswith(b"0\n") else b"0\n"
    for bad in (head.replace(b'"number":', b'"number":1'), head[:-2] + other_end, head + b"x", b"nothing"):
        text, is_good = verify_package(content, head=bad)
        assert not is_good
        assert text.startswith("the head of the log")
    other = head_beside(content + b"x", edition)
    assert "speaks of package" in verify_package(content, head=other)[0]


def test_a_log_cut_off_or_written_anew_is_named(edition: Edition) -> None:
    content, head = small_package(edition), ChainHead.objects.get(pk=1)
    beyond = head_beside(content, edition, number=head.number + 3)
    assert verify_log(beyond) == (
        f"the log ends with entry {head.number}; entry {head.number + 3} was cut off", False,
    )  # fmt: skip
    anew = head_beside(content, edition, hash="0" * 64)
    assert verify_log(anew)[0].startswith(f"log entry {head.number} is not the one that was signed")
    assert LogEntry.objects.count() == head.number


def test_the_audit_package_holds_every_count_and_verifies(edition: Edition) -> None:
    files = contents.audit_files(edition, tallies_csv(edition.cycle))
    whole = contents.signed(edition, files, key=PUBLIC, signature_of=KEY.sign, kind=AUDIT)
    text, is_good = verify_package(canon.write(whole), key=PUBLIC)
    assert is_good, text
    assert text.startswith("nyc-2026, edition 1, audit package: everything agrees")
    rows = list(csv.DictReader(io.StringIO(whole["data/tallies.csv"].decode())))
    counted = sum(int(row["n"]) for row in rows if row["unit"] == "DSNY")
    inputs = json.loads(whole["data/inputs.json"])
    told = next(cell for cell in inputs if (cell["unit"], cell["column"]) == ("DSNY", "residents"))
    assert counted == told["included"] == 7565
    assert told["numerator"] == 4464
    assert "numerator" not in json.loads(small_files(edition)["data/inputs.json"])[0]
    assert b"For auditors only" in whole["README.txt"]
