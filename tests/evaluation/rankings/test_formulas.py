"""Every formula a scheme may name is described, in three languages, under the version that computes it."""

import pytest

from evaluation.cycles.bindings import NOT_BAD
from evaluation.rankings.formulas import TEXTS, tally_version
from scoring.satisfaction import FORMULAS

LANGUAGES = {"en", "zh-hans", "zh-hant"}


def test_every_tally_formula_is_described_under_its_own_version():
    described = {code: TEXTS[code].version for code in (NOT_BAD, *FORMULAS)}
    assert described == {code: tally_version(code) for code in (NOT_BAD, *FORMULAS)}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_a_formula_has_a_name_and_a_text_of_its_own_in_each_language(code):
    text = TEXTS[code]
    assert set(text.names) == set(text.texts) == LANGUAGES
    assert all(text.names.values())
    assert all(text.texts.values())
    assert code not in text.names.values()
