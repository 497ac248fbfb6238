from collections import Counter

import pytest

from regua.core.policy import KINDS
from regua.core.planning.schedule import Status
from tests.docs.generating import PARTS, parts_of, refreshed
from tests.docs.pages import DOCS, Page, all_pages

GENERATED = {page.name: page for page in all_pages() if list(parts_of(page))}


@pytest.mark.parametrize("page", GENERATED.values(), ids=GENERATED)
def test_the_reference_is_what_the_code_says(page: Page) -> None:
    """`python -m tests.docs.generating` writes it anew; what is not in the code has no entry, and the other way round."""
    assert page.text == refreshed(page.text)


def test_every_generated_part_stands_on_one_page() -> None:
    """None is forgotten, none said twice."""
    assert Counter(name for page in all_pages() for name in parts_of(page)) == Counter(PARTS.keys())
