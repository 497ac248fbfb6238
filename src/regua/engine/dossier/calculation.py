"""What an amount consists of: on what, for how many days, at which rate, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regua.core.charges import Component, Stretch
from regua.core.policy import Policy
from regua.engine.dossier.values import PartShown, StretchShown


def parts_of(components: Iterable[Component], terms: Policy) -> Iterator[PartShown]:
    """The components of an amount.

    Args:
        components: in the order of a bill.
        terms: the policy version under which it is owed.
    """
    for each in components:
        yield PartShown(
            kind=each.name,
            amount=each.amount,
            base=each.base,
            days=each.days,
            rate=each.rate,
            source=_source(each.source, terms),
            ground=each.ground,
            paid=each.paid if each.paid.minor else None,
            stretches=tuple(map(_stretch, each.stretches)),
        )


def _source(text: str, terms: Policy) -> str:
    """The source, its file by the policy's id and version: the file has another name wherever it is read from."""
    origin = terms.origin_of()
    return text.replace(f"{origin.file}:", f"{terms.id}@{terms.version}:") if origin and origin.file else text


def _stretch(stretch: Stretch) -> StretchShown:
    return StretchShown(
        first=stretch.first,
        last=stretch.last,
        days=stretch.days,
        base=stretch.base,
        rate=stretch.rate,
        exact=str(stretch.exact),
    )
