"""A running server reads a status page: its incidents reach customers, its silence too."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.clients import WAIT
from tests.product import Product, copy_home, running
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.shapes import STATUSPAGE
from tests.retrieval.incidents.status_server import StatusServer, status_server


@pytest.fixture
async def page() -> AsyncIterator[StatusServer]:
    async with status_server() as made:
        yield made


async def opened(product: Product) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=WAIT)


async def test_an_incident_of_a_status_page_reaches_customers(
    small_home: Path, tmp_path: Path, page: StatusServer
) -> None:
    page.pages = {path: s.body(content) for path, content in STATUSPAGE.broken().items()}
    settings = {"incidents": {"sources": f"statuspage={page.url},name=acme"}}
    home = copy_home(small_home, tmp_path / "home")
    async with running(home, settings=settings) as product, product.customer() as customer:
        # The first poll may fail on a machine that is very busy: then it is asked for here.
        async with asyncio.timeout(WAIT):
            while not product.parts.board.active():
                await product.parts.feeds.poll("acme")
                await product.parts.clock.tick()
        shown = await customer.wait(lambda f: f["type"] == "incidents" and bool(f["items"]))
        [one] = shown["items"]
        assert (one["title"], one["text"]) == (
            "Card payments fail", "We are looking into failing card payments.",
        )  # fmt: skip
        assert one["components"] == ["Payments"]
        assert one["url"].startswith("/help/en/status#"), "our page, not an address of theirs"


async def test_a_status_page_that_was_never_read_is_no_all_clear(
    small_home: Path, tmp_path: Path, page: StatusServer
) -> None:
    page.pages = dict.fromkeys(STATUSPAGE.quiet(), s.status(500))
    settings = {"incidents": {"sources": f"statuspage={page.url},name=acme"}}
    home = copy_home(small_home, tmp_path / "home")
    async with running(home, settings=settings) as product, await opened(product) as stranger:
        for locale, calm, unsure in (
            ("en", "No known problems", "could not check since"),
            ("zh-Hans", "没有已知故障", "无法核实"),
            ("zh-Hant", "沒有已知異常", "無法核實"),
            ("ms", "Tiada masalah", "tidak dapat menyemak"),
        ):
            text = (await stranger.get(f"/help/{locale}/status")).text
            assert calm not in text
            assert unsure in text
        page.pages = {path: s.body(content) for path, content in STATUSPAGE.quiet().items()}
        async with asyncio.timeout(WAIT):
            while await product.parts.feeds.unconfirmed_since() is not None:
                await product.parts.feeds.poll("acme")
        assert "No known problems" in (await stranger.get("/help/en/status")).text
