"""A file that crashes, hangs or grows takes only its own process with it."""

import resource

import pytest

from retrieval.errors import ImportRefused
from retrieval.importers import apart
from retrieval.importers.apart import Limits

DEEP = b"<div>" * 200_000 + b"x"
"""Takes the parser minutes: every element looks through all above it."""
SWELLING = b"".join(b"<p><b id=%d>x" % number for number in range(20_000))
"""Every paragraph opens again all that was never closed: 200 million elements."""


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (DEEP, Limits(cpu_s=1), "takes more than 1 s of work to read"),
        (DEEP, Limits(wall_s=0.3), "takes more than 0.3 s to read"),
        (b"<main><p>" + b"word " * 600_000, Limits(output_mib=1), "more than 1 MiB of text"),
    ],
    ids=["works for ever", "takes for ever", "writes for ever"],
)
def test_what_goes_on_for_ever_is_ended(data: bytes, limits: Limits, says: str) -> None:
    with pytest.raises(ImportRefused, match=says) as told:
        apart.document("html", data, "a.html", limits=limits)
    assert told.value.name == "a.html"
    assert "Save it anew" in told.value.message


def test_what_swells_is_stopped_in_its_own_process() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImportRefused, match="256 MiB of memory"):
        apart.document("html", SWELLING, "a.html", limits=Limits(memory_mib=256))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_a_reader_that_crashes_is_told_of() -> None:
    with pytest.raises(ImportRefused, match="makes its reader crash, or"):
        apart.document("nonsense", b"x", "a.html")


def test_the_reader_sees_nothing_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_SECRET_KEY", "abc")
    monkeypatch.setenv("OPENAI_API_KEY", "abc")
    seen = apart._environment()
    assert set(seen) <= {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT",
                         "TMPDIR"}  # fmt: skip


def test_names_and_addresses_come_through_whole() -> None:
    data = "<main><p>请看 <a href='b'>说明</a>，三天内到账。</p></main>".encode()
    read = apart.document("html", data, "中文/頁.html", base_url="https://e.example/a/")
    assert read.source_id == "中文/頁.html"
    assert read.body == "请看 [说明](https://e.example/a/b)，三天内到账。"
