"""What every executor does, whatever it asks for."""

from __future__ import annotations

from typing import Any

from regua.core.policy import KINDS, WRITTEN
from regua.ports import Executor, Receipt, Unsupported
from regua.testing.contracts.answers import AnswerContract
from regua.testing.contracts.asking import Request, act, ask, taken_of
from regua.testing.contracts.declaring import DeclaringContract
from regua.testing.contracts.keys import KeyContract
from regua.testing.contracts.providers import Provider
from regua.testing.contracts.secrecy import SecrecyContract


class ExecutorContract(DeclaringContract, AnswerContract, KeyContract, SecrecyContract):
    """The behaviour of an executor: the kinds it carries out, what it makes of answers, and what it never tells.

    A subclass gives the fixture `provider`: a `Provider` whose `plugin` is the executor, new for each test.
    """

    port = Executor

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """An act of the first kind that the executor carries out."""
        return act(name, kind=min(kinds_of(provider), default="task"), **changes)

    def test_its_kinds_are_kinds_of_steps(self, provider: Provider) -> None:
        """Of those a policy may name; messages are for channels."""
        kinds = kinds_of(provider)
        assert kinds, "`kinds` says which kinds of step it carries out: it is not empty"
        strange = sorted(kinds - (set(KINDS) - WRITTEN))
        assert not strange, f"no policy can name the kind {', '.join(strange)}; the kinds are {', '.join(KINDS)}"

    def test_each_kind_that_it_declares_is_carried_out(self, provider: Provider) -> None:
        """Or unsupported, where it depends on what is asked; then the provider was not asked."""
        for kind in sorted(kinds_of(provider)):
            request = act(kind, kind=kind)
            answer, taken = ask(provider, request), taken_of(provider, request)
            if isinstance(answer, Receipt):
                assert len(taken) == 1, f"it says that it carried out {kind!r}, and the provider took {len(taken)} acts"
                assert taken[0].kind in ("", kind), f"of kind {kind!r} the provider was told {taken[0].kind!r}"
            else:
                assert isinstance(answer, Unsupported), f"it declares {kind!r}: do it, or raise Unsupported"
                assert not taken, f"it says that {kind!r} is unsupported, and the provider took it"

    def test_an_act_without_a_person_is_carried_out_or_refused(self, provider: Provider) -> None:
        """Erased people still owe: an act without person, title and amount is no bug."""
        request = self.request(provider, person={}, creditor={}, title="", due=None, principal=None)
        ask(provider, request)


def kinds_of(provider: Provider) -> frozenset[str]:
    """The kinds that it declares."""
    plugin: Any = provider.plugin
    kinds = plugin.kinds
    assert isinstance(kinds, frozenset), "`kinds` is a frozenset of texts"
    return kinds
