"""`handrail incidents` and what the doctor says of status pages."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import schema
from bot.opened import opened
from bot.settings import load
from bot.setup import data_folder
from retrieval.incidents import feeds
from retrieval.incidents.picture import SourceOptions
from tests.commands import handrail

PAGE = "https://status.example.com"
SOURCES = {"HANDRAIL_INCIDENTS__SOURCES": f"statuspage={PAGE},name=acme"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with components, and an empty database."""
    shutil.copy(data_folder() / "components.yaml", tmp_path / "components.yaml")
    schema.migrate(load(tmp_path).database_path)
    return tmp_path


def done(*words: str, home: Path, **environment: str) -> str:
    """What a command printed that ended well."""
    ended = handrail("incidents", *words, home=home, **environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def refused(*words: str, home: Path) -> str:
    """What a command said that was refused."""
    ended = handrail("incidents", *words, home=home)
    assert ended.returncode in (1, 2)
    assert "Traceback" not in ended.stderr
    return ended.stderr + ended.stdout


NEW = (
    "create", "--title", "en=Cards fail", "--component", "payments", "--text", "en=We are looking.",
)  # fmt: skip


def test_an_incident_is_declared_completed_translated_and_noted(place: Path) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="minutes")
    made = done(*NEW, "--expected", until, "--workaround", "en=Use FPX.", home=place)
    [incident] = re.findall(r"Declared (\w+)\.", made)
    done(
        "edit", incident, "--workaround", "ms=Guna FPX.", "--cadence-minutes", "10",
        "--title", "ms=Kad gagal", "--severity", "critical", home=place,
    )  # fmt: skip
    [update] = re.findall(r"update (\w+),", done("show", incident, home=place))
    said = "ms=Kami sedang menyemak. Bayaran kad telah pulih."
    translated = handrail("incidents", "translate", incident, update, "--text", said, home=place)
    assert translated.returncode == 0, translated.stderr
    assert "Not shown to customers" in translated.stderr
    assert translated.stderr.rstrip().endswith("says that it is over): Bayaran kad telah pulih.")
    done("note", incident, "Ask Siti", "--kind", "owner", "--author", "Aina", home=place)
    shown = done("show", incident, home=place)
    for line in (
        "investigating, critical, hits payments", "workaround (en): Use FPX.",
        "workaround (ms): Guna FPX.", "ms: Kami sedang menyemak.",
        "staff only, owner, Aina", "expected: ",
    ):  # fmt: skip
        assert line in shown, line
    done("edit", incident, "--expected", "none", home=place)
    assert "expected: " not in done("show", incident, home=place)


def test_what_is_wrong_is_said_in_one_line(place: Path) -> None:
    done(*NEW, home=place)
    [incident, *_] = done("list", home=place).split()
    wrong = {
        ("edit", incident): "Nothing to change",
        ("edit", incident, "--component", "warp"): "no component 'warp'",
        ("edit", incident, "--severity", "huge"): "Unknown severity",
        ("edit", incident, "--expected", "2020-01-01T00:00+00:00"): "lies in the past",
        ("edit", "none", "--severity", "minor"): "no incident 'none'",
        ("note", incident, "x", "--kind", "gossip"): "Unknown kind",
    }
    for words, said in wrong.items():
        told = " ".join(refused(*words, home=place).replace("│", " ").split())
        assert said in told, told


def test_status_pages_are_shown_by_the_commands(place: Path, model_home: Path) -> None:
    (place / "models").symlink_to(model_home / "models")  # the doctor would export it: 20 s
    assert "No status page is read" in done("sources", home=place)
    assert "not read yet" in done("sources", home=place, **SOURCES)
    source = SourceOptions("statuspage", "acme", PAGE, "en", UTC)
    read_at = datetime.now(UTC) - timedelta(hours=1)
    red = {"code": "component_broken_without_incident", "incident": None, "component": "Warp"}
    with opened(load(place)) as database:
        database.sync.write(
            lambda tx: feeds.note_read(
                tx, source, now=read_at, colour="operational", ongoing=0, unmapped=["Warp"],
                contradictions=[red],
            )
        )  # fmt: skip
        database.sync.write(
            lambda tx: feeds.note_failure(
                tx, source, now=datetime.now(UTC), error=f"{PAGE} is busy."
            )
        )
    shown = done("sources", home=place, **SOURCES)
    assert "1 failures: https://status.example.com is busy." in shown
    assert "no component of yours stands for 'Warp'" in shown
    looked = handrail("doctor", home=place, **SOURCES).stdout
    assert re.search(r"fault  Status page acme .*last read 60 min ago; 1 failures since", looked)
    assert "component_broken_without_incident (Warp)" in looked


def test_a_wrong_setting_names_itself_and_what_to_write(place: Path) -> None:
    ended = handrail(
        "incidents", "list", home=place, HANDRAIL_INCIDENTS__SOURCES="status.example.com"
    )
    assert ended.returncode == 1
    assert "KIND=ADDRESS" in ended.stderr
    assert "incidents.sources" in ended.stderr
