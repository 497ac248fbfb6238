"""Pictures drawn once, and the system's Chromium to look at them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.reports.specimens import HOSTILE, busy, long_ago, ruler, single

from regua.reports import Ruler

FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WITHOUT = "the pictures were not looked at: {}; on Debian: apt-get install chromium, and `pip install playwright`"


@pytest.fixture(scope="session")
def rulers() -> dict[str, Ruler]:
    """What is drawn in these tests, by name."""
    made: dict[str, Ruler] = {}
    hostile = (HOSTILE, "名前" * 40, "שלום \u0301" * 9)
    with ExitStack() as stack:
        made["busy"] = ruler(stack.enter_context(busy()))
        made["single"] = ruler(stack.enter_context(single()))
        made["hostile"] = ruler(stack.enter_context(busy(HOSTILE, hostile)))
        made["long"] = ruler(stack.enter_context(long_ago()))
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; where there is none the test says so, and fails with CI=true."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        missing("there is no Chromium on PATH")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("there is no playwright")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield running
        running.close()


def missing(what: str) -> None:
    """Say that the test did not run."""
    said = WITHOUT.format(what)
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)
