import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from regua.core.money import Money
from regua_pix import BrCode, PixError, make, png, svg

EVP = "71cdf9ba-c695-4e3c-b010-abb521a3f1be"
CODE = make(BrCode(key=EVP, name="EMPRESA EXEMPLO LTDA", city="SAO PAULO", amount=Money.of("153.20"), txid="NF17"))
LONGEST = make(
    BrCode(url="pix.example.com/" + "a" * 61, recurrence="pix.example.com/" + "b" * 61, name="x" * 25, city="SAO PAULO")
)


def _read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def _rendered(document: str, scale: int = 4) -> Image.Image:
    """An SVG document of a white ground and one path of horizontal strokes, as pixels."""
    (side,) = re.findall(r' viewBox="0 0 (\d+) \1"', document)
    ground, path = re.findall(r' d="([^"]+)"', document)
    assert ground == f"M0 0h{side}v{side}h-{side}z"
    image = Image.new("L", (int(side) * scale, int(side) * scale), "white")
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", path):
        across = float(first)
        if command == "h":
            box = (int(x * scale), int((y - 0.5) * scale), int((x + across) * scale), int((y + 0.5) * scale))
            image.paste("black", box)
            x += across
        else:
            x, y = (across, float(second)) if command == "M" else (x + across, y + float(second))
    return image


@pytest.mark.parametrize("text", [CODE, LONGEST])
def test_a_png_is_read_by_a_scanner(text: str):
    """One that knows nothing of how it was drawn."""
    assert _read(Image.open(BytesIO(png(text, scale=3)))) == [text]


@pytest.mark.parametrize("text", [CODE, LONGEST])
def test_an_svg_is_read_by_a_scanner(text: str):
    """Rendered as a browser does."""
    assert _read(_rendered(svg(text))) == [text]


def test_a_picture_is_the_same_every_time():
    """Byte for byte: what was sent can be made again."""
    assert (svg(CODE), png(CODE)) == (svg(CODE), png(CODE))


def test_what_cannot_be_read_is_not_drawn():
    """Nobody scans it in vain."""
    for draw in (svg, png):
        with pytest.raises(PixError, match="63 checksum"):
            draw(CODE.replace("153.20", "153.21"))
