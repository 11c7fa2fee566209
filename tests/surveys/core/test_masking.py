"""Numbers by which a resident could be reached or known are masked; other numbers stay."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.masking import TokenFilter, mask_personal, mask_token


@pytest.mark.parametrize(
    "number",
    [
        "13800138000", "138-0013-8000", "138 0013 8000", "+86 138 0013 8000", "+8613800138000",
        "１３８００１３８０００", "138.0013.8000", "1 3 8 0 0 1 3 8 0 0 0", "010-12345678", "(021) 6234 5678",
        "0755 8234 5678",
        "11010519491231002X", "110105194912310021", "110105 19491231 002x", "130503670401001",
        "lin.wei+1@example.gov.cn", "lin＠example.cn",
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", ["{}", "请打{}，谢谢", "call me at {} please", "电话：{}。"])
def test_what_leads_to_a_person_is_masked(number: str, words: str) -> None:
    masked = mask_personal(words.format(number))
    assert masked == words.format("•••")


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345", "等了120分钟", "2026-11-22", "第3号窗口，5天", "办件号 BDC-20261122-000123", "收费380元",
        "500 000", "98.75%", "1,234,567", "12月31日 14:30",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal(text) == text


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(st.characters(exclude_categories=["N"]), max_size=20),
)
def test_no_mobile_number_survives(number: str, words: str) -> None:
    assert number not in mask_personal(f"{words}{number}{words}")


def test_masking_huge_text_is_quick() -> None:
    text = "1" * 50_000 + " 0" * 20_000 + "a.b-" * 20_000
    assert len(mask_personal(text)) > 0


def test_log_lines_carry_no_token() -> None:
    record = logging.LogRecord("web", logging.INFO, "", 0, "GET %s 200", ("/r/abcdefghijklmnopqrstuv",), None)
    TokenFilter().filter(record)
    assert record.getMessage() == "GET /r/… 200"
    assert mask_token("/c/7K3P-9QX2-M4") == "/c/…"
    assert mask_token("GET /s/qLdy-6V1jHiKhYxxskdHKA/stored 200") == "GET /s/…/stored 200"
