"""No hidden cell of a cross-tab can be worked out from the totals of its row or column."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.tallies.crosstabs import hidden_cells

TABLES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 4)), st.integers(0, 60), min_size=1, max_size=30
)


@given(TABLES)
def test_every_small_cell_is_hidden_and_never_alone_in_its_line(counts: dict[tuple[int, int], int]) -> None:
    hidden = hidden_cells(counts)
    assert {key for key, n in counts.items() if 0 < n < 10} <= hidden
    for side in (0, 1):
        for line in {key[side] for key in counts}:
            members = [key for key in counts if key[side] == line]
            shut = [key for key in members if key in hidden]
            others = [key for key in members if key not in hidden and counts[key]]
            assert len(shut) != 1 or not others


@given(TABLES)
def test_nothing_is_hidden_without_a_small_cell(counts: dict[tuple[int, int], int]) -> None:
    large = {key: n + 10 for key, n in counts.items()}
    assert hidden_cells(large) == set()
