import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.docs.pages import ROOT, Page

from regua.ports import Channel
from regua.testing import Invoice, Simulation

POLICY = """\
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-3 09:00"
tone = "reminder"
channels = ["sms", "email"]
template = "lembrete"
"""
HANGS_UP = 0


class Gateway(BaseHTTPRequestHandler):
    """The provider on the other side of the README's channel."""

    accepted: dict[str, str]
    status: int

    def do_POST(self) -> None:
        """Take a text, or refuse it."""
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.status in {202, HANGS_UP}:
            self.accepted.setdefault(self.headers["Idempotency-Key"], f"{self.headers['To']}: {text}")
        if self.status == HANGS_UP:
            self.close_connection = True
            return
        self.send_response(self.status)
        self.send_header("Id", f"sms-{len(self.accepted)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep the test's output clean."""


@pytest.fixture
def gateway() -> Iterator[type[Gateway]]:
    """One on a free port of this machine."""

    class One(Gateway):
        accepted, status, port = {}, 202, 0

    with ThreadingHTTPServer(("127.0.0.1", 0), One) as server:
        One.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield One
        server.shutdown()
        thread.join()


def block(heading: str) -> str:
    """The first Python block of a section."""
    section = Page(ROOT / "README.md").text.partition(f"\n## {heading}\n")[2]
    return section.partition("```python\n")[2].partition("```")[0]


def channel(port: int) -> Channel:
    """The README's channel, pointed at a port."""
    names: dict[str, Any] = {}
    exec(block("Add a channel").replace("8025", str(port)), names)  # noqa: S102 - running the page is the point
    made: Channel = names["sms"]
    return made


def simulated(port: int) -> Simulation:
    """A debtor who is reminded by SMS."""
    sim = Simulation(POLICY, start="2026-04-01", channels={"sms": channel(port)})
    sim.debtor("ana", invoices=[Invoice(due="2026-04-17", amount="150.00")])
    return sim


@pytest.mark.parametrize(("heading", "most"), [("Embed it", 20), ("Add a channel", 20), ("Test it", 10)])
def test_the_examples_are_as_short_as_they_say(heading: str, most: int):
    """Embedding in 20 lines, a channel in 15 below its imports, a lifecycle test in 10."""
    lines = [line for line in block(heading).splitlines() if line.strip()]
    assert len(lines) <= most
    if heading == "Add a channel":
        assert len([line for line in lines if not line.startswith(("import", "from"))]) <= 15


def test_the_channel_sends_to_a_provider(gateway: Any):
    """The debtor's number, the text, and a key that the provider knows again."""
    with simulated(gateway.port) as sim:
        sim.advance(days=30)
        [said] = gateway.accepted.values()
        assert said.startswith("+55")
        assert "A conta nf-1 vence em 17/04/2026" in said
        assert sim.case("ana").sent == ["lembrete"]


def test_a_refusal_goes_to_the_next_channel(gateway: Any):
    """400 is for good."""
    gateway.status = 400
    with simulated(gateway.port) as sim:
        sim.advance(days=30)
        assert [message.channel for message in sim.case("ana").messages] == ["email"]


@pytest.mark.parametrize("status", [HANGS_UP, 401, 503])
def test_anything_else_is_unknown_and_not_sent_again(gateway: Any, status: int):
    """The gateway takes it and hangs up, or says what nobody understands: no bug, and nobody sends it again."""
    gateway.status = status
    with simulated(gateway.port) as sim:
        sim.advance(days=30)
        assert [entry.what for entry in sim.case("ana").transcript.actions] == ["unknown"]
        assert "bug" not in str(sim.case("ana").transcript.actions)
        assert len(gateway.accepted) == (status == HANGS_UP)
