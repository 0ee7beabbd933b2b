"""The command line: what it prints, how it ends, and what it says when something is wrong."""

import json
import shutil
import socket
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from bot.opened import opened
from bot.settings import load
from bot.setup import data_folder
from retrieval import articles, pulls, sources
from tests.commands import fresh, handrail


@pytest.mark.parametrize(
    "words",
    [("--help",), ("dance",), ("agents", "list"), ("serve", "--port", "many"), ("migrate",)],
    ids=" ".join,
)
def test_a_prepared_process_does_what_a_new_one_does(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    one = handrail(*words, home=tmp_path, COLUMNS="60")
    other = fresh(*words, home=tmp_path, COLUMNS="60")
    assert (one.returncode, one.stdout, one.stderr) == (
        other.returncode,
        other.stdout,
        other.stderr,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = handrail("--help", home=tmp_path)
    assert shown.returncode == 0
    for command in (
        "serve",
        "init",
        "index",
        "ask",
        "eval",
        "agents",
        "articles",
        "incidents",
        "migrate",
        "doctor",
    ):
        assert command in shown.stdout


def test_ask_json_prints_one_object(home: Path) -> None:
    asked = fresh("ask", "the payment went through twice", "--json", home=home)
    assert asked.returncode == 0, asked.stderr
    found = json.loads(asked.stdout)
    assert set(found) == {
        "answer",
        "language",
        "citations",
        "confidence",
        "decision",
        "reason",
        "incident",
        "ms",
    }
    assert found["decision"] == "answer"
    assert (found["reason"], found["incident"]) == (None, None)
    assert set(found["citations"][0]) == {"article", "locale", "title", "url", "text"}
    assert found["citations"][0]["article"] == "payments-charged-twice"
    assert 0 <= found["confidence"] <= 1


@pytest.mark.parametrize(
    ("text", "decision", "reason"),
    [
        ("我要找客服", "handoff", "asked_for_person"),
        ("who won the football match yesterday", "handoff", "unsure"),
    ],
)
def test_ask_says_when_a_person_is_needed(
    home: Path, text: str, decision: str, reason: str
) -> None:
    found = json.loads(handrail("ask", text, "--json", "--home", str(home), home=home).stdout)
    assert (found["decision"], found["reason"]) == (decision, reason)
    assert found["citations"] == []


def test_ask_without_json_is_for_people(home: Path) -> None:
    asked = handrail("ask", "berapa lama bayaran balik", "--locale", "ms", home=home)
    assert asked.returncode == 0
    assert "/help/ms/" in asked.stdout


def test_without_a_database_it_says_what_to_run(tmp_path: Path) -> None:
    for words in (("serve",), ("ask", "hi"), ("index",), ("agents", "list")):
        refused = handrail(*words, home=tmp_path / "nothing")
        assert refused.returncode == 1
        assert "handrail init" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_without_an_index_ask_says_what_to_do(home: Path) -> None:
    database = sqlite3.connect(home / "handrail.db")
    with database:
        database.execute("UPDATE generations SET state = 'retired'")
    database.close()
    refused = handrail("ask", "hi", "--json", home=home)
    assert refused.returncode == 1
    assert "index" in refused.stderr
    assert refused.stdout == ""


def test_a_locked_database_is_named_and_nothing_is_stored(home: Path) -> None:
    holder = sqlite3.connect(home / "handrail.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    refused = handrail("agents", "add", "Late", home=home)
    holder.execute("ROLLBACK")
    holder.close()
    assert refused.returncode == 1
    assert "locked" in refused.stderr
    assert "Late" not in handrail("agents", "list", home=home).stdout


def test_a_taken_port_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = handrail("serve", "--port", str(port), home=home)
    assert refused.returncode == 1
    assert str(port) in refused.stderr
    assert "--port" in refused.stderr


def test_a_second_server_on_one_home_is_refused(home: Path) -> None:
    from bot.serving import alone

    with alone(home):
        refused = handrail("serve", "--port", "0", home=home)
    assert refused.returncode == 1
    assert "Another" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HANDRAIL_TURN__LEASE", "soon", "turn.lease"),
        ("HANDRAIL_HANDOFF__MIN_CONFIDENCE", "7", "handoff.min_confidence"),
        ("HANDRAIL_COLOUR", "red", "HANDRAIL_COLOUR"),
        ("HANDRAIL_CONFIG", "/no/such.toml", "/no/such.toml"),
        ("HANDRAIL_WEB__ALLOWED_ORIGINS", "https://x", '"web"'),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    refused = handrail("doctor", home=tmp_path, **{name: value})
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_words_exit_with_2(tmp_path: Path) -> None:
    assert handrail("serve", "--port", "many", home=tmp_path).returncode == 2
    assert handrail("dance", home=tmp_path).returncode == 2


def test_agents_add_prints_a_link_that_works_once(home: Path) -> None:
    added = handrail("agents", "add", "Siti", "--role", "agent", "--languages", "ms,en", home=home)
    assert added.returncode == 0, added.stderr
    assert "/sign-in#" in added.stdout
    again = handrail("agents", "add", "siti", home=home)
    assert again.returncode == 1
    assert "already" in again.stderr
    assert "Siti" in handrail("agents", "list", home=home).stdout


def test_incidents_are_declared_and_updated(home: Path) -> None:
    assert handrail("incidents", "declare", "sample-payments", home=home).returncode == 0
    updated = handrail(
        "incidents",
        "update",
        "sample-payments",
        "--status",
        "monitoring",
        "--text",
        "en=We are watching it.",
        home=home,
    )
    assert updated.returncode == 0, updated.stderr
    assert "monitoring" in handrail("incidents", "list", home=home).stdout
    asked = handrail("ask", "my card payment fails", "--json", home=home)
    assert json.loads(asked.stdout)["incident"] == "sample-payments"
    wrong = handrail(
        "incidents", "update", "nope", "--status", "resolved", "--text", "en=x", home=home
    )
    assert wrong.returncode == 1


def test_doctor_finds_nothing_wrong_with_the_sample(home: Path) -> None:
    looked = handrail("doctor", home=home)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "ONNX" in looked.stdout


def test_a_broken_article_is_refused_and_the_rest_imported(home: Path, tmp_path: Path) -> None:
    good = Path("data/articles/en/payments/payments-methods.md").read_text(encoding="utf-8")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "good.md").write_text(
        good.replace("id: payments-methods", "id: my-own") + "\nMore.", "utf-8"
    )
    (folder / "broken.md").write_text("---\nid: [\n---\ntext", "utf-8")
    (folder / "latin.md").write_bytes("---\nid: caf\xe9\n---\n".encode("latin-1"))
    imported = handrail("import", str(folder), home=home)
    assert imported.returncode == 1
    assert "imported: 1" in imported.stdout
    assert "broken.md" in imported.stderr
    assert "latin.md" in imported.stderr


def test_preparing_the_sample_again_keeps_what_was_edited(home: Path) -> None:
    edit(home, "payments-methods", title="Mine")
    assert handrail("articles", "pull", "ferries-pets", "--yes", home=home).returncode == 0
    prepared = handrail("init", "--sample", home=home)
    assert (prepared.returncode, "160 articles" in prepared.stdout) == (0, True)
    with opened(load(home)) as database:
        kept = database.sync.read(lambda tx: articles.get(tx, "payments-methods", "en"))
        pulled = database.sync.read(lambda tx: pulls.published_locales(tx, "ferries-pets"))
    assert (kept.title, kept.published, pulled) == ("Mine", True, [])


def test_the_sample_is_a_source_that_can_be_imported_again(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", data_folder() / "articles"
    assert handrail("init", "--sample", home=home).returncode == 0
    with opened(load(home)) as database:
        known = database.sync.read(lambda tx: sources.listing(tx, datetime.now(UTC)))
    assert [(one.kind, one.address) for one in known] == [("folder", str(folder.resolve()))]
    edit(home, "payments-methods", title="Mine")
    again = handrail("import", str(folder), "--json", home=home)
    report = json.loads(again.stdout)
    assert (report["source"], report["missing"]) == (known[0].name, [])
    assert report["counts"] == {"unchanged": 160}
    moved = tmp_path / "moved" / "articles"
    shutil.copytree(folder, moved)
    changed = moved / "en" / "payments" / "payments-methods.md"
    changed.write_text(changed.read_text("utf-8") + "\nNew from the sample.\n", "utf-8")
    name = known[0].name
    report = json.loads(
        handrail("import", str(moved), "--source", name, "--json", home=home).stdout
    )
    assert report["counts"] == {"unchanged": 159, "kept": 1}


def edit(home: Path, article: str, **changed: str) -> None:
    """Save a new version of an article, as somebody does on the admin pages."""
    with opened(load(home)) as database:

        def work(tx: Connection) -> None:
            draft = replace(articles.get(tx, article, "en").draft, **changed)
            articles.save(tx, draft, author="Mei", now=datetime.now(UTC))

        database.sync.write(work)


def test_a_model_that_is_not_set_up_stops_the_server_with_one_line(home: Path) -> None:
    refused = fresh("serve", "--port", "0", home=home, HANDRAIL_ANSWERING__ANSWERER="chat_model")
    assert refused.returncode == 1
    assert "chat_model" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "serving" not in refused.stdout
