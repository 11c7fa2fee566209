"""Canonical JSON and digests."""

import datetime as dt
import hashlib
import json
import math
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.digests import canonical_json, digest, file_digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_json_survives_a_round_trip(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_sorts_keys_and_writes_no_spaces():
    assert canonical_json({"b": 1, "a": [Decimal("1.50"), "满意"]}) == '{"a":["1.50","满意"],"b":1}'.encode()


def test_equal_moments_in_other_zones_have_one_digest():
    utc = dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC)
    assert digest(utc) == digest(utc.astimezone(ZoneInfo("Asia/Shanghai")))


def test_nan_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": math.nan})


def test_an_object_without_canonical_form_is_refused():
    with pytest.raises(TypeError, match="has no canonical JSON"):
        canonical_json(object())


def test_file_digest_is_sha256():
    assert file_digest(b"abc") == hashlib.sha256(b"abc").hexdigest()
