"""The keys of a `*.test.toml`: what each takes and what it says."""

from __future__ import annotations

from typing import Any, Final, get_args

from attrs import field, frozen

from regua.core.planning.blockers import NOTES, PRECEDENCE
from regua.core.policy import KINDS, Origin, Origins
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.document import FORMAT
from regua.policyfile.grammar import ZONE
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import Choice, Constant, Integer, Json, Name, Sentence, Shape, Text
from regua.policyfile.tables import ExactlyOne, Key, ListOf, OneOrMore, SomeOf, Table
from regua.policyfile.testfile.days import DAY as DAY_PATTERN
from regua.policyfile.testfile.days import WHEN, Day, read_day
from regua.policyfile.testfile.given import AMOUNT, DAY, GIVEN, POSITIVE
from regua.policyfile.testfile.values import End, Word

_ANSWER: Final = Choice(get_args(Word), what="answer:")
_SCORE: Final = 1_000_000


@frozen(kw_only=True)
class Written:
    """A table as it was read, and where its keys stand."""

    values: dict[str, Any]
    origins: Origins = field(repr=False)

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.origins[""]

    def get(self, name: str, default: Any = None) -> Any:
        """What a key says."""
        return self.values.get(name, default)


def _written(*, origins: Origins, **values: Any) -> Written:
    return Written(values=values, origins=origins)


def _values(*, origins: Origins, **values: Any) -> dict[str, Any]:
    del origins
    return values


@frozen(kw_only=True)
class WrittenLine:
    """A line of `expect`, its day not counted yet."""

    text: str
    day: Day
    step: str
    receivable: str
    origin: Origin = field(repr=False)


def _line(text: str, node: Node) -> WrittenLine:
    day, step, *rest = text.split(" ", 2)
    receivable = rest[0] if rest else ""
    return WrittenLine(text=text, day=read_day(day, node), step=step, receivable=receivable, origin=node.origin)


def _place(text: str, node: Node) -> tuple[str, Origin]:
    return text, node.reading.origin(node.path, of_value=True)


LINE: Final = Text(
    expects='a line such as "D+8 segunda-via", and of several receivables "D+8 segunda-via nf-2"',
    pattern=rf"{DAY_PATTERN} \S+(?: \S(?:.*\S)?)?",
    parse=_line,
)
LINES: Final = ListOf(item=LINE, what='a list of lines such as "D+8 segunda-via"', least=0, distinct=False)
STEP: Final = Text(expects='the id of a step such as "segunda-via"', pattern=r"\S+", parse=_place)


@frozen(kw_only=True)
class ByName:
    """Answers by name of a channel, or by kind of step for what is done by an executor.

    Attributes:
        item: what each answers.
    """

    item: Shape

    def read(self, node: Node) -> dict[str, Any]:
        """Read each; a name that nothing of the policies has is refused."""
        if not isinstance(node.value, dict):
            raise node.wrong_type('a table such as { email = "bounced" }')
        before, known = node.reading.report.errors, [*sorted(node.reading.catalog.channels or ()), *KINDS]
        found = {}
        for name in node.value:
            if name not in known:
                remedy = nearest(name, known, otherwise="the policy uses none of that name")
                node.report("channel-unknown", f"there is no channel or kind of step {quoted(name)}; {remedy}", name)
            elif (read := self._read(node.child(name))) is not None:
                found[name] = read
        if node.reading.report.errors > before:
            raise RefusedError
        return found

    def _read(self, node: Node) -> Any:
        try:
            return self.item.read(node)
        except RefusedError:
            return None

    def schema(self) -> Json:
        """An object of such answers."""
        return {"type": "object", "additionalProperties": self.item.schema()}


def _tables(shape: Table, what: str) -> OneOrMore:
    return OneOrMore(item=shape, what=what, single=dict)


INVOICE: Final = Table(
    what="an invoice",
    keys={
        "id": Key(Sentence(), "of the receivable", required=True),
        "due": Key(DAY, "due date, as printed", required=True),
        "amount": Key(POSITIVE, "principal", required=True),
        "kind": Key(Sentence(), "kind of title, such as services"),
        "documents": Key(
            ListOf(item=Sentence(), what='a list such as ["invoice", "delivery-proof"]', least=0),
            "proofs that the creditor holds",
        ),
        "issued": Key(WHEN, "when it was issued and recorded"),
        "policy": Key(Name(), "id of the policy that governs it, or one version of it: `loja@2`"),
    },
    build=_written,
)

DEBTOR_TABLE: Final = Table(
    what="the debtor",
    keys={
        "kind": Key(Choice(("person", "company")), "a natural person or a company"),
        "country": Key(
            Text(expects='a country such as "BR"', pattern="[A-Z]{2}", parse=lambda text, _: text), "country"
        ),
        "state": Key(Sentence(), 'state, such as "SP"'),
        "city": Key(Sentence(), "IBGE code of the municipality"),
        "timezone": Key(ZONE, "the debtor's zone"),
        "language": Key(Sentence(), "language of the messages"),
        "segment": Key(Sentence(), "segment, by which a creditor chooses policies"),
        "score": Key(Integer(-_SCORE, _SCORE), "credit or collection score"),
        "channels": Key(
            ListOf(item=Name("channel", "channels"), what='a list such as ["email"]', least=0),
            "channels by which the debtor can be reached and has consented",
        ),
    },
    build=_values,
)

EXPECT_AT: Final = Table(
    what="an entry of 'expect_at'",
    keys={
        "at": Key(WHEN, "when; a day is its end", required=True),
        "due": Key(LINES, "all that is due"),
        "planned": Key(LINES, "all that is planned"),
        "waiting": Key(LINES, "all that waits"),
    },
    build=_written,
)

BECAUSE: Final = Table(
    what="an entry of 'because'",
    keys={
        "step": Key(STEP, "id of the step", required=True),
        "at": Key(WHEN, "when; a day is its end", required=True),
        "blocker": Key(
            Choice((*PRECEDENCE, *NOTES), what="blocker or reason"),
            "the primary reason, or what moved it",
            required=True,
        ),
        "receivable": Key(Sentence(), "of several, which one"),
    },
    build=_written,
)

END: Final = Table(
    what="an entry of 'end'",
    keys={
        "at": Key(WHEN, "when; a day is its end", required=True),
        "status": Key(Choice(get_args(End)), "where the receivable stands"),
        "balance": Key(AMOUNT, "what it asks, charges included"),
        "receivable": Key(Sentence(), "of several, which one; all of them where none is named"),
    },
    build=_written,
)

TEST: Final = Table(
    what="a table [[test]]",
    keys={
        "name": Key(Sentence(), "what it shows", required=True),
        "invoice": Key(INVOICE, "the only invoice"),
        "invoices": Key(ListOf(item=INVOICE, what="a list of invoices", distinct=False), "several of one debtor"),
        "debtor": Key(DEBTOR_TABLE, "who owes"),
        "given": Key(ListOf(item=GIVEN, what="a list of facts", least=0, distinct=False), "what happens"),
        "channels": Key(
            ByName(item=OneOrMore(item=_ANSWER, what='an answer such as "bounced", or a list of them')),
            "what single channels, or executors by kind of step, answer; of a list each in turn, then the last",
        ),
        "expect": Key(LINES, "all that goes out, in order: one more fails"),
        "expect_at": Key(_tables(EXPECT_AT, "a table, or a list of tables"), "what is open at an instant"),
        "never": Key(OneOrMore(item=STEP, what="a step, or a list of steps"), "steps that never go out"),
        "because": Key(_tables(BECAUSE, "a table, or a list of tables"), "why a step stands where it stands"),
        "end": Key(_tables(END, "a table, or a list of tables"), "where receivables stand; the test ends there"),
    },
    build=_written,
    rules=(
        ExactlyOne(("invoice", "invoices"), "a table [[test]]"),
        SomeOf(("expect", "expect_at", "never", "because", "end"), "a table [[test]]"),
    ),
)

_FILE: Final = Text(expects='the path of a policy such as "padrao.toml"', pattern=".+", parse=_place)
POLICIES: Final = OneOrMore(item=_FILE, what="the path of a policy, or a list of them")
_FOLDER: Final = Text(expects='the path of a folder such as "../messages"', pattern=".+", parse=_place)

TESTS: Final = Table(
    what="a file of policy tests",
    keys={
        "format": Key(
            Constant(FORMAT, "unknown-format", f"this version of regua reads format = {FORMAT}"),
            f"version of the format, {FORMAT} by default",
        ),
        "policy": Key(
            POLICIES,
            "policy that is tested, from the folder of this file; of several, new invoices get the first",
            required=True,
        ),
        "templates": Key(_FOLDER, "folder of message templates, before those that come with regua"),
        "default_outcome": Key(_ANSWER, "what channels and executors answer where a test says nothing else"),
        "test": Key(
            ListOf(item=TEST, what="tables [[test]]", distinct=False), "the tests", required=True, into="tests"
        ),
    },
    build=_values,
)
