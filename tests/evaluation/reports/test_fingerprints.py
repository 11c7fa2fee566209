"""No public digest lets anybody try out what an edition holds back; auditors can open the seal."""

import io
import json
import zipfile

import pytest
from django.test import Client

from evaluation.rankings.fingerprints import salt_of, sealed
from evaluation.rankings.models import Edition, Figure
from evaluation.reports.actions import figure_rows
from evaluation.reports.opendata import open_data
from evaluation.reports.package import canon, contents
from evaluation.reports.package.proof import AUDIT, MANIFEST
from evaluation.reports.queries import book_for, withheld_of
from evaluation.reports.verify import verify_package
from evaluation.reports.workbook import build_workbook
from surveys.core.text import LANGUAGES
from tests.evaluation.reports.packages import KEY, PUBLIC, resigned, small_files
from tests.worlds.months import build

pytestmark = pytest.mark.django_db


def guarded_edition() -> Edition:
    """An edition of a city where some counts are small."""
    return next(
        edition
        for edition in build(n_months=1, n_departments=4, seed=1, spans=[]).editions
        if withheld_of(edition.run, edition.pages) or edition.pages["rough_errors"]
    )


def audit_of(edition: Edition) -> dict[str, bytes]:
    files = contents.audit_files(edition, b"unit,n\n")
    return contents.signed(edition, files, key=PUBLIC, signature_of=KEY.sign, kind=AUDIT)


def test_what_an_edition_holds_back_cannot_be_tried_out_on_its_fingerprints() -> None:
    edition = guarded_edition()
    run, client = edition.run, Client()
    told = [*small_files(edition).values()]
    told += [json.dumps(row.passport).encode() for row in Figure.objects.filter(edition=edition)]
    for language in LANGUAGES:
        told += open_data(edition.pages, figure_rows(run), language).values()
        told.append(client.get(f"/results/{edition.cycle.code}/?lang={language}").content)
        with zipfile.ZipFile(io.BytesIO(build_workbook(book_for(run, edition.pages, language)))) as book:
            told += [book.read(name) for name in book.namelist()]
    text = b"".join(told).replace(b" ", b"")
    assert text.count(sealed(run.input_digest, salt_of(run)).encode()) > 3
    steps = [step[side] for step in run.result["trail"] for side in ("input", "output")]
    assert steps
    for secret in (run.input_digest, run.result_digest, salt_of(run), *steps):
        assert secret[:12].encode() not in text


def test_auditors_open_the_seal() -> None:
    edition = guarded_edition()
    files = audit_of(edition)
    assert json.loads(files[MANIFEST])["run"]["salt"] == salt_of(edition.run)
    text, is_good = verify_package(canon.write(files), key=PUBLIC)
    assert is_good, text
    assert "the sealed fingerprints are those of the inputs and the result" in text
    results = json.loads(files["data/results.json"])
    for name, change in (("input_digest", {"input_digest": "0" * 64}), ("result_digest", {"tiers": []})):
        other = files | {"data/results.json": json.dumps(results | change).encode()}
        assert verify_package(resigned(other, edition, AUDIT)) == (
            f"edition/pages.json: the sealed {name} is not that of data/results.json", False,
        )  # fmt: skip


def test_an_edition_that_tells_everything_has_plain_fingerprints(edition: Edition) -> None:
    made = edition.pages["edition"]
    assert made["is_sealed"] is False
    assert (made["input_digest"], made["result_digest"]) == (
        edition.run.input_digest, edition.run.result_digest,
    )  # fmt: skip
    assert "salt" not in json.loads(audit_of(edition)[MANIFEST])["run"]
    results = json.loads(small_files(edition)["data/results.json"])
    assert results["input_digest"] == edition.run.input_digest
