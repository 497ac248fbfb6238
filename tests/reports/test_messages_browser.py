"""Mail as it is read: on a narrow telephone, in the dark, without images; and the page that shows it beforehand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regua.messages import SPECIMEN, MessageBook
from regua.reports.messages import Arriving, messages_page

pytestmark = pytest.mark.one_python

Open = Callable[..., Any]
TELEPHONE = {"width": 320, "height": 640}
LONG = "Condomínio-Residencial-Parque-das-Andorinhas-e-dos-Beija-Flores-Bloco-Dezessete-Ltda-ME"
ITEM = {
    **dict.fromkeys(("original", "principal"), "R$ 1.234.567.890,12"),
    "discount": "R$ 1,00",
    "fine": "R$ 24.691.357,80",
    "interest": "R$ 823,05",
    "correction": "R$ 12,00",
    "receivable": "NF-" + "1234567890" * 5,
    "amount": "R$ 1.259.260.072,97",
    "due": "18/04/2026",
    "days_overdue": 400,
}
WIDE = {
    **SPECIMEN,
    "creditor_name": LONG,
    "debtor_name": "Ana" * 60,
    "items": [SPECIMEN["items"][0], ITEM],  # type: ignore[index]
    "total": "R$ 1.259.260.226,17",
    "boleto_line": "00190.00009 01234.567891 23456.789012 3 84340000015320",
    "pix_code": "00020126360014br.gov.bcb.pix" + "0114551198765432152040000" * 12,
    "pay_url": "https://loja.example.invalid/" + "pagar" * 40,
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXTS = """() => {
    const channel = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
    const light = colour => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(channel);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const paper = element => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if (!colour.endsWith(', 0)')) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || element.tagName === 'STYLE') continue;
        const style = getComputedStyle(element), [a, b] = [light(style.color), light(paper(element))];
        found.push([walk.currentNode.data.trim(), parseFloat(style.fontSize),
                    (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]);
    }
    return found;
}"""


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a page in a window of its own; nothing may go wrong, and nothing be fetched but images."""
    said: list[str] = []
    contexts: list[Any] = []

    def open_(text: str, **how: Any) -> Any:
        file = tmp_path / "mail.html"
        file.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.route("**/*", lambda route: route.abort() if route.request.resource_type == "image" else route.continue_())
        page.on("request", lambda each: None if each.resource_type in {"image", "document"} else said.append(each.url))
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def mail(name: str, values: Any = WIDE) -> str:
    """The HTML of a message."""
    return MessageBook.open().render(name, values, html=True).html


@pytest.mark.parametrize("name", ["atraso", "lembrete", "obrigado", "proposta", "ligacao"])
def test_a_narrow_telephone_shows_all_of_it(opened: Open, name: str):
    """320 pixels wide, whatever names and codes are in it: nothing to push sideways, letters of 16 pixels and more."""
    page = opened(mail(name), viewport=TELEPHONE)
    assert page.evaluate(OVERFLOW) <= 0
    texts = page.evaluate(TEXTS)
    assert len(texts) > 5
    assert [text for text, size, _ in texts if size < 16] == []


def test_a_link_can_be_met_with_a_thumb(opened: Open):
    """44 pixels and more, both ways."""
    page = opened(mail("atraso"), viewport=TELEPHONE)
    box = page.get_by_role("link", name="Ver a conta e pagar").bounding_box()
    assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["atraso", "lembrete"])
def test_letters_stand_out(opened: Open, name: str, scheme: str):
    """WCAG 2.2, 1.4.3: a contrast of 4.5 and more, also for who reads in the dark."""
    page = opened(mail(name), viewport=TELEPHONE, color_scheme=scheme)
    assert [(text, contrast) for text, _, contrast in page.evaluate(TEXTS) if contrast < 4.5] == []
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 23, 28)"}[scheme]


def test_without_images_the_logo_is_a_name(opened: Open, tmp_path: Path):
    """Most mail programs ask before they fetch any."""
    (tmp_path / "pt-BR").mkdir()
    logo = '<p><img src="https://loja.example.invalid/logo.png" alt="{{ creditor_name }}" height="40"></p>'
    (tmp_path / "pt-BR/_marca.html.j2").write_text(logo, encoding="utf-8")
    page = opened(MessageBook.open(tmp_path).render("atraso", WIDE, html=True).html, viewport=TELEPHONE)
    assert page.get_by_role("img", name=LONG).count() == 1
    assert page.evaluate(OVERFLOW) <= 0
    assert "R$ 153,20" in page.inner_text("body")


def test_without_its_styles_all_of_it_is_read_in_order(opened: Open):
    """Some mail programs drop them."""
    bare = opened(mail("atraso").replace("<style>", "<style media=none>"), viewport=TELEPHONE).inner_text("body")
    parts = ["Olá", "Conta a pagar nf-1", "R$ 153,20", "Multa", "Já pagou?", "Ver a conta e pagar", "CPF/CNPJ"]
    places = [bare.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_preview_shows_the_mail_itself(opened: Open, width: int):
    """In a frame without rights, as wide as a telephone; what is not mail stands as text."""
    head = (("When", "2026-04-22 10:00"), ("By", "email"), ("Subject", "x" * 200))
    shown = [Arriving(head=head, text="texto", html=mail("atraso")), Arriving(head=head, text="SMS " * 50, html="")]
    page = opened(messages_page("Messages to ana", shown), viewport={"width": width, "height": 800})
    assert page.evaluate(OVERFLOW) <= 0
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("link", name="Ver a conta e pagar").count() == 1
    assert frame.locator("html").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert page.get_by_text("SMS SMS").bounding_box()["width"] <= 384


def test_the_preview_runs_nothing(opened: Open):
    """Whatever a page holds: the frame has no rights, and the text is no markup."""
    act = "<script>document.title='acted'</script><img src=x onerror=\"parent.document.title='acted'\">"
    page = opened(messages_page("Messages", [Arriving(head=(("When", "a"), ("By", act)), text=act, html=act)]))
    assert page.title() == "Messages"
    assert page.frame_locator("iframe").locator("img").count() == 1
    assert page.get_by_role("heading", name="document.title").count() == 1
