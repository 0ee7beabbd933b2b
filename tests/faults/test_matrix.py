"""Faults done to the real thing, a few of each; `make faults` does them by the hundred."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.ground import Fault, Ground
from tests.faults.matrix import FAULTS

SHORT = [fault for fault in FAULTS if fault.short]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    """One ground for all: its servers are shared by the faults that leave them whole."""
    async with Ground(sample_home, tmp_path_factory.mktemp("ground")) as it:
        yield it


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.parametrize("fault", SHORT, ids=[f"{fault.name}: {fault.sentence}" for fault in SHORT])
@pytest.mark.asyncio(loop_scope="module")
async def test_no_promise_breaks_when(ground: Ground, fault: Fault) -> None:
    figure = await fault.run(ground, fault.short)
    print(figure.line())
    assert figure.met or figure.timed, figure.line()
