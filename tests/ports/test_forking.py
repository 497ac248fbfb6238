"""What starts anew in a child."""

import gc
import os
from collections.abc import Callable
from weakref import ref

import pytest

from regua.ports import start_anew_after_fork

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="not run: this system has no fork")


class Holder:
    """Remembers whether it started anew."""

    def __init__(self) -> None:
        self.is_new = False
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Remember it."""
        self.is_new = True


class Broken(Holder):
    """Cannot start anew."""

    def start_anew(self) -> None:
        """Fail."""
        raise OSError


def in_child(holds: Callable[[], bool]) -> bool:
    """Whether something holds in a child."""
    child = os.fork()
    if not child:
        os._exit(0 if holds() else 1)
    return os.waitpid(child, 0)[1] == 0


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_starts_anew_and_its_parent_does_not():
    """In the child's child, too."""
    holder = Holder()

    def holds() -> bool:
        was, holder.is_new = holder.is_new, False
        return was and in_child(lambda: holder.is_new)

    assert in_child(holds)
    assert not holder.is_new


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_one_that_cannot_start_anew_keeps_no_other_from_it():
    """Whatever their order."""
    broken, holders = [Broken() for _ in range(3)], [Holder() for _ in range(3)]
    assert in_child(lambda: all(each.is_new for each in holders))
    assert len(broken) == 3


def test_who_holds_nothing_any_more_is_forgotten():
    """A process opens and closes many."""
    holder = ref(Holder())
    gc.collect()
    assert holder() is None
