"""A shop whose legal acts go through folders: what the tests of consequences share. Clock times are São Paulo's."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import define, evolve, field
from counter import Counter, People, head

from regua import events, load_policy
from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.builtin.sqlite import SqliteStore
from regua.core.dates import Duration, format_local
from regua.core.legal import LegalRules, OwedAct
from regua.core.policy import Policy
from regua.policyfile import Catalog
from regua.ports import ActionRequest, Capabilities, NoConfig, Receipt, Store

HEADER = """\
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"
"""
LAW = LegalRules(
    owed=(
        OwedAct(
            rule="neg.baixa",
            kind="delisting",
            consequence="listing",
            within=Duration(5, business=True),
            source="Súmula STJ 548",
        ),
        OwedAct(
            rule="protesto.anuencia",
            kind="protest-withdrawal",
            consequence="protest",
            within=Duration(5, business=True),
            source="Lei 9.492/1997 art. 26",
        ),
        OwedAct(
            rule="super.carencia",
            kind="restore",
            consequence="suspension",
            within=Duration(1),
            source="CDC art. 51 XVIII",
        ),
    )
)
ONLY_LISTED = 'id = "negativacao"\nat = "D+20 10:00"\nkind = "listing"\nregistrar = "bureau"'
NAMES = ("bureau", "spc", "notary", "erp")


PACKS = '[legal]\npacks = ["br", "br-consumer"]\n'


def policy(*steps: str) -> Policy:
    """A policy with these steps, under the law of the tests; the first may be `PACKS`, and then under theirs."""
    if steps[:1] == (PACKS,):
        return load_policy(written(*steps).encode())
    return evolve(load_policy(written(*steps).encode(), catalog=Catalog()), legal=LAW)


def written(*steps: str) -> str:
    """The text of a policy with these steps and tables."""
    return "\n".join([HEADER, *(each if each.startswith("[") else f"[[step]]\n{each}\n" for each in steps)])


@define(kw_only=True)
class Folder:
    """The folder of one registrar, and who answers in it."""

    path: Path

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of it, in order of the days."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in self.path.glob("requests/*.json")]
        return sorted(found, key=lambda each: (each["action"]["day"], each["key"]))

    @property
    def kinds(self) -> list[str]:
        """Kinds of what was asked of it."""
        return [each["action"]["kind"] for each in self.requests()]

    def request(self, kind: str) -> dict[str, Any]:
        """The one request of a kind."""
        [found] = [each for each in self.requests() if each["action"]["kind"] == kind]
        return found

    def answer(self, kind: str, status: str, **rest: str) -> None:
        """Answer the one request of a kind."""
        self.write(self.request(kind)["key"], json.dumps({"status": status, **rest}))

    def write(self, key: str, text: str) -> None:
        """Put an answer there, whatever it says."""
        (self.path / "answers").mkdir(exist_ok=True)
        (self.path / f"answers/{key}.json").write_text(text, encoding="utf-8")


@define(kw_only=True)
class Registrar:
    """A registrar that does what `answer` says, and what `found` says when it is asked."""

    answer: Callable[[ActionRequest], Receipt] = field(default=lambda _: Receipt(reference="R-1"))
    found: Callable[[str], Receipt | None] = field(default=lambda _: None)
    name: str = "registrar"
    kinds: frozenset[str] = frozenset({"listing", "delisting"})
    capabilities: Capabilities = field(
        factory=lambda: Capabilities(reports_delivery=True, ask_every=timedelta(hours=1))
    )
    got: list[ActionRequest] = field(factory=list)
    asked: list[str] = field(factory=list)

    Config = NoConfig

    def run(self, request: ActionRequest) -> Receipt:
        """Remember it, and answer."""
        self.got.append(request)
        return self.answer(request)

    def find(self, key: str) -> Receipt | None:
        """Remember that it was asked, and answer."""
        self.asked.append(key)
        return self.found(key)

    def close(self) -> None:
        """Nothing."""


@define(kw_only=True)
class Shop:
    """A counter whose registrars and other executors are folders."""

    counter: Counter
    folders: dict[str, Folder] = field(factory=dict)

    @classmethod
    def opened(cls, path: Path, store: Store, *steps: str) -> "Shop":
        """A shop with these steps, a debtor and an invoice of R$ 150,00 due on Saturday 18 April, to be paid Monday."""
        made = {name: FileRegistrar(FileRegistrarConfig(path=path / name)) for name in NAMES}
        parts = {
            "registrars": {name: made[name] for name in NAMES[:3]},
            "executors": {"people": People(), "erp": made["erp"]},
        }
        counter = Counter(store=store, policies=(policy(*steps),), parts=parts)
        counter.open_account()
        counter.bill()
        return cls(counter=counter, folders={name: Folder(path=path / name) for name in NAMES})

    def __getattr__(self, name: str) -> Folder:
        """The folder of that name."""
        if name in NAMES:
            return self.folders[name]
        raise AttributeError(name)

    def run(self, when: str) -> dict[str, int]:
        """Let the engine work at an instant."""
        return self.counter.run(when)

    def approve(self, step: str, when: str) -> None:
        """A person approves a step."""
        self.record(events.StepApproved, f"approved {step}", when, step=step, receivable="nf-1")

    def record(self, event: type[Any], name: str, when: str, **fields: Any) -> None:
        """A fact, known at once."""
        self.counter.run(when)
        self.counter.loja.record(event(**head(name, "ana", when), **fields))

    def pay(self, when: str) -> None:
        """All that is owed comes in."""
        self.counter.run(when)
        self.counter.pay(when=when, amount="200.00")

    def facts(self, *families: str) -> list[str]:
        """Facts of these families, with their civil days."""
        return [
            f"{event.type} {format_local(event.at_us, 'America/Sao_Paulo')[5:10]}"
            for event in self.counter.loja.events("ana")
            if event.type.partition(".")[0] in families or event.type in families
        ]

    def of(self, kind: type[Any]) -> list[Any]:
        """Recorded events of a class."""
        return [event for event in self.counter.loja.events("ana") if isinstance(event, kind)]

    def reasons(self, step: str) -> list[str]:
        """Codes of the reasons of the last action of a step."""
        found = [each for each in self.counter.loja.schedule("ana").all if each.step == step]
        return [reason.code for reason in found[-1].reasons]


def sqlite(path: Path) -> SqliteStore:
    """A real store."""
    return SqliteStore.open(f"sqlite:///{path}/r.sqlite3", durable=False)
