"""`regua demo`."""

from __future__ import annotations

import shlex
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from regua.cli.inputs import Problems, open_shipped, shipped
from regua.cli.options import common_options, pass_screen
from regua.cli.output import Output, standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.cli.quarter import Watch, Week
    from regua.core.events import Event
    from regua.core.planning import Action, Schedule
    from regua.core.policy import Policy
    from regua.engine import Creditor

DAYS: Final = (date(2012, 4, 1), date(2012, 6, 30))
"""The quarter that is simulated."""
FILES: Final = {
    "regua.toml": ("starter", "regua.toml"),
    "policies/padrao.toml": ("starter", "padrao.toml"),
    "policies/policy.schema.json": ("policy.schema.json",),
}
_PORTFOLIO: Final = "receivables.csv"
_MAP: Final = "receivables.map.toml"
_POLICY: Final = "policies/padrao.toml"
_SOON: Final[date] = DAYS[0] + timedelta(days=5)
_EXAMPLES: Final[tuple[tuple[str, Callable[[Action], bool]], ...]] = (
    ("has an invoice due soon", lambda action: action.status == "planned" and action.step == "lembrete"),
    (
        "is late; what comes next is milder than the policy asks, since nothing was sent before (*)",
        lambda action: action.status == "planned" and action.step == "segundo-aviso" and action.day <= _SOON,
    ),
    (
        "disputes an invoice, so nothing is asked",
        lambda action: action.status == "waiting" and action.reason.code == "disputed",
    ),
)
_MOST_ACTIONS: Final = 6


@click.command("demo")
@click.option("--folder", metavar="FOLDER", help="Where to work.  [default: a new folder for temporary files]")
@common_options
@pass_screen
def command(screen: Screen, *, folder: str | None) -> None:
    """Live through a quarter of the sample portfolio: what is sent, what is not and why, and what comes of it.

    Everything happens in one folder, which stays for you to look at: the settings, the policy, a SQLite file and
    the messages, one file each. Nobody is contacted.

    \b
    Example:
      regua demo
    """
    from regua.builtin.channels.folder import FolderChannel, FolderConfig
    from regua.builtin.sqlite import SqliteStore
    from regua.cli.quarter import Watch, weeks
    from regua.cli.ruler import ruler
    from regua.engine.settings import read_settings
    from regua.plugins import Registry
    from regua.policyfile import load_policy
    from regua.testing import Simulation

    root = _prepared(folder)
    policy = load_policy(root / _POLICY)
    facts, watch = _sample(), Watch(policy)
    creditor_settings = read_settings(root / "regua.toml", Registry.discover()).creditors["loja"]
    folder_channel = FolderChannel(FolderConfig(path=root / "outbox", durable=False))
    with (
        standard_output() as output,
        closing(SqliteStore.open(f"sqlite:///{root / 'regua.sqlite3'}", durable=False)) as store,
        Simulation(
            root / _POLICY,
            start=DAYS[0],
            name=creditor_settings.name,
            document=creditor_settings.document,
            address=creditor_settings.address,
            store=lambda _clock: store,
            channels=dict.fromkeys(("email", "whatsapp"), folder_channel),
            plugins=[watch],
        ) as simulation,
    ):
        creditor = simulation.creditor
        screen.progress("recording the sample portfolio")
        simulation.script(*facts)
        screen.clear()
        output.write(_introduction(facts, root))
        output.write(
            f"\nThe policy, {policy.id} version {policy.version}. D is the due date, bd are business days:\n\n"
        )
        output.write(ruler(policy))
        output.write(f"\nThree customers on {DAYS[0]}, before anything was sent:\n")
        _tell_three(creditor, output, screen)
        watch.take()
        output.write("\nThe quarter, each fact known on its own day:\n\n")
        told = _tell_weeks(weeks(simulation, watch, DAYS), policy, output, screen)
        output.write(_outcome(creditor, watch, told, root))
        output.write(_what_next(root, creditor))


def _prepared(folder: str | None) -> Path:
    """Make the folder and the files that an engine needs."""
    root = Path(tempfile.mkdtemp(prefix="regua-demo-")) if folder is None else Path(folder)
    there = [str(root / name) for name in (*FILES, "regua.sqlite3", "outbox") if (root / name).exists()]
    if there:
        raise Problems([*(f"{name}: is there already" for name in there), "nothing was written; name another folder"])
    (root / "policies").mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        (root / name).write_bytes(shipped(*source).read_bytes())
    return root


def _sample() -> list[Event]:
    from regua.importfile import BadRow, parse_map, read_rows

    mapping = parse_map(shipped(_MAP).read_bytes(), name=_MAP)
    with open_shipped(_PORTFOLIO) as file:
        return [item for item in read_rows(file, mapping) if not isinstance(item, BadRow)]


def _introduction(facts: Sequence[Event], root: Path) -> str:
    issued = sum(event.type == "invoice.issued" for event in facts)
    debtors = len({event.debtor for event in facts})
    return (
        f"The sample portfolio: {counted(issued, 'invoice')} of {counted(debtors, 'company', 'companies')}, "
        f"{counted(len(facts), 'event')}, in {root / 'regua.sqlite3'}.\n"
        f"What was known before {DAYS[0]} is recorded; the rest of the quarter follows day by day.\n"
    )


def _tell_three(creditor: Creditor, output: Output, screen: Screen) -> None:
    from attrs import evolve

    from regua.cli.forms import Table

    met: set[str] = set()
    for title, fits in _EXAMPLES:
        found = _first(creditor, fits, met)
        if found is None:
            continue
        schedule, action = found
        met.add(schedule.debtor)
        output.write(f"\n{schedule.debtor} {title}:\n\n")
        shown = [each for each in schedule.all if each.receivable == action.receivable and each.status != "ended"]
        table = Table(output, screen)
        table.add(evolve(schedule, all=tuple(shown[:_MOST_ACTIONS])))
        table.finish()


def _first(creditor: Creditor, fits: Callable[[Action], bool], met: set[str]) -> tuple[Schedule, Action] | None:
    schedules = (creditor.schedule(debtor) for debtor in creditor.debtors() if debtor not in met)
    return next(((schedule, action) for schedule in schedules for action in schedule.all if fits(action)), None)


def _tell_weeks(lived: Iterator[Week], policy: Policy, output: Output, screen: Screen) -> Counter[str]:
    """A line a week: facts, then what was sent by each step. Gives what was sent."""
    heads = ("week of", "issued", "paid", "disputed", *(step.id for step in policy.steps))
    output.write("  ".join(head.rjust(10) if head == heads[0] else head for head in heads) + "\n")
    told: Counter[str] = Counter()
    for week in lived:
        told += week.sent
        counts = (week.issued, week.paid, week.disputed, *(week.sent[step.id] for step in policy.steps))
        cells = (str(count or "").rjust(len(head)) for head, count in zip(heads[1:], counts, strict=True))
        screen.clear()
        output.write("  ".join([str(week.start), *cells]).rstrip() + "\n")
        screen.progress(f"after {week.start}")
    screen.clear()
    return told


def _outcome(creditor: Creditor, watch: Watch, sent: Counter[str], root: Path) -> str:
    from regua.core.explain import meaning

    silent = _silent(creditor)
    recovered = watch.recovered
    money = sum(amount.minor for amount in recovered.values())
    texts = sorted((root / "outbox").glob("*.txt"))
    lines = [
        f"\nSent: {counted(watch.messages, 'message')}, each once: {counted(len(texts), 'file')} in {root / 'outbox'}.",
        f"They carried {counted(sent.total(), 'action')}.",
        "",
        "Not sent, although the policy has a step for it, and why:",
        *(f"  {count:>6,}  {code}: {meaning(code)}" for code, count in silent.most_common(_MOST_ACTIONS)),
        "",
        f"Recovered: {counted(len(recovered), 'invoice')} paid after we had asked for them, R$ {money // 100:,}.",
        "",
    ]
    return "\n".join(lines) + _a_message(texts)


def _silent(creditor: Creditor) -> Counter[str]:
    """Steps of the quarter that ask for overdue money and were not carried out, by their primary reason."""
    silent: Counter[str] = Counter()
    for debtor in creditor.debtors():
        for action in creditor.schedule(debtor).all:
            if action.presses and DAYS[0] <= action.day <= DAYS[1] and action.status in ("ended", "waiting"):
                silent[action.reason.code] += 1
    return silent


def _a_message(texts: Sequence[Path]) -> str:
    """What a debtor reads: the first message that asks for overdue money, as the folder holds it."""
    found = next(islice((path for path in texts if "Venceu em" in path.read_text(encoding="utf-8")), 1), None)
    if found is None:
        return ""
    text = "".join(f"  | {line}".rstrip() + "\n" for line in found.read_text(encoding="utf-8").splitlines())
    return f"\nOne of them:\n\n{text}"


def _what_next(root: Path, creditor: Creditor) -> str:
    config, policy = shlex.quote(str(root / "regua.toml")), shlex.quote(str(root / _POLICY))
    debtor = next(iter(creditor.debtors()))
    return (
        "\nNext:\n"
        f"  regua replay --config {config} --debtor {debtor}\n"
        f"  regua check {policy}\n"
        "  regua init my-dunning\n"
    )
