from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from regua.reports.stacking import stacked

LENGTHS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=30)


def test_what_touches_goes_to_the_next_row():
    """Four labels: the second touches the first, the third touches both, the fourth has room beside the first."""
    assert stacked([(0, 50), (20, 60), (40, 90), (56, 80)], gap=6) == [0, 1, 2, 0]


def test_exactly_the_gap_is_room():
    """At 56 after one that ends at 50, and not at 55."""
    assert stacked([(0, 50), (56, 60)], gap=6) == [0, 0]
    assert stacked([(0, 50), (55, 60)], gap=6) == [0, 1]


@given(LENGTHS)
def test_nothing_on_one_row_touches(lengths: list[tuple[int, int]]):
    """Whatever their order."""
    extents = [(start, start + wide) for start, wide in lengths]
    rows = stacked(extents, gap=1)
    for (one, first), (other, second) in combinations(zip(rows, extents, strict=True), 2):
        assert one != other or first[1] + 1 <= second[0] or second[1] + 1 <= first[0]
