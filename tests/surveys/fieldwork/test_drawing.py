"""Allocation and draw: sums hold, known allocations, the same seed draws the same people in any order."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.fieldwork.drawing import DrawRefusedError, allocate, draw, draw_digest
from surveys.fieldwork.enums import Allocation

CODES = st.sampled_from(["a", "b", "c", "d", "e"])
SIZES = st.dictionaries(CODES, st.integers(2, 400), min_size=1)


@given(SIZES, st.data())
def test_every_allocation_sums_to_the_sample_and_fits_the_strata(sizes, data):
    n = data.draw(st.integers(2 * len(sizes), sum(sizes.values())))
    spreads = {code: data.draw(st.floats(0.1, 5)) for code in sizes}
    for method in Allocation.values:
        found = allocate(n, sizes, method, spreads)
        assert sum(found.values()) == n
        assert all(2 <= found[code] <= sizes[code] for code in sizes)


def test_proportional_neyman_and_fixed_follow_their_rules():
    sizes = {"north": 5000, "south": 3000, "west": 2000}
    assert allocate(100, sizes, "proportional") == {"north": 50, "south": 30, "west": 20}
    # N·S = 5000, 9000, 2000 of 16000: 31.25, 56.25, 12.5.
    assert allocate(100, sizes, "neyman", {"north": 1.0, "south": 3.0, "west": 1.0}) == {
        "north": 31,
        "south": 56,
        "west": 13,
    }
    assert allocate(100, sizes, "fixed") == {"north": 34, "south": 33, "west": 33}


def test_a_small_stratum_is_taken_whole_and_the_rest_goes_to_others():
    assert allocate(100, {"large": 1000, "tiny": 4}, "fixed") == {"large": 96, "tiny": 4}


@pytest.mark.parametrize(
    ("n", "sizes", "method", "sentence"),
    [
        (11, {"a": 5, "b": 5}, "proportional", "11 people are to be drawn, but the frame holds 10"),
        (3, {"a": 5, "b": 5}, "proportional", "3 people are too few for 2 strata; draw at least 4"),
        (8, {"a": 5, "b": 5}, "neyman", "missing for a, b"),
        (2, {"a": 5, "b": 0}, "fixed", "Every stratum needs people"),
    ],
)
def test_an_impossible_allocation_is_refused_with_its_reason(n, sizes, method, sentence):
    with pytest.raises(DrawRefusedError, match=sentence):
        allocate(n, sizes, method)


FRAME = [(stratum, f"{stratum}-{number:03d}") for stratum in ("east", "west") for number in range(200)]


@given(st.randoms())
def test_the_draw_depends_on_the_seed_alone(random):
    shuffled = list(FRAME)
    random.shuffle(shuffled)
    assert draw(shuffled, {"east": 20, "west": 30}, "42") == draw(FRAME, {"east": 20, "west": 30}, "42")


def test_another_seed_draws_others_and_the_digest_tells():
    first, second = (draw(FRAME, {"east": 20, "west": 30}, seed) for seed in ("42", "43"))
    assert len(first) == len(set(first)) == 50
    assert first != second
    assert draw_digest("42", first) == draw_digest("42", list(reversed(first)))
    assert draw_digest("42", first) != draw_digest("43", first)


def test_the_draw_can_be_repeated_with_nothing_but_sha256():
    queue = sorted(
        (hashlib.sha256(f"2026-11-22\neast\n{reference}".encode()).hexdigest(), reference)
        for stratum, reference in FRAME
        if stratum == "east"
    )
    assert draw(FRAME, {"east": 5}, "2026-11-22") == [reference for _hash, reference in queue[:5]]


def test_everybody_has_the_same_chance():
    times = dict.fromkeys((reference for _stratum, reference in FRAME), 0)
    for seed in range(400):
        for reference in draw(FRAME, {"east": 50, "west": 50}, str(seed)):
            times[reference] += 1
    # 400 draws at one in four: 100 expected, standard deviation 8.7; 400 people, so five of them are far out.
    assert min(times.values()) > 60
    assert max(times.values()) < 140


def test_more_than_the_frame_holds_is_refused_with_the_stratum():
    with pytest.raises(DrawRefusedError, match="Stratum east has 200 people on the frame; 201"):
        draw(FRAME, {"east": 201}, "1")
