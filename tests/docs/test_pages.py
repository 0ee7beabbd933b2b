"""What the pages show works: links, commands, examples, addresses, the tree and its layers."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import company
from bot.app import create_app
from bot.settings import load
from handoff import rules
from handoff.escalation import Reason
from retrieval.importers.markdown import parse
from tests.docs import generate

ROOT = generate.DOCS.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted(generate.DOCS.rglob("*.md")),
]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in _FENCED.findall(page.read_text("utf-8")) if kind == language]


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text("utf-8"))


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(re.sub(r"`[^`]*`", "", _prose(page))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target} in {page.name}"
        assert not anchor or anchor in _anchors(found), f"{target} in {page.name}"


def _shown_commands(page: Path) -> Iterator[list[str]]:
    """The words after `handrail` of every command that the page shows."""
    shells = "\n".join(_blocks(page, "sh")).replace("\\\n", " ")
    lines = [line.split("#")[0].strip() for line in shells.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", _prose(page))
    for line in (*lines, *inline):
        said = re.fullmatch(r"(?:\S+=\S+ )*(?:\S*/)?handrail ([a-z].*)", line)
        if said:
            yield said.group(1).split()


def test_every_command_shown_exists() -> None:
    known: dict[tuple[str, ...], Any] = dict(generate.every_command())
    shown = [(page, words) for page in PAGES for words in _shown_commands(page)]
    assert len(shown) > 30
    for page, words in shown:
        path = (words[0],)
        if len(words) > 1 and (*path, words[1]) in known:
            path = (*path, words[1])
        assert path in known, f"handrail {' '.join(words)} in {page.name}"
        options = {name for one in known[path].params for name in one.opts}
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= options | {"--help"}, f"handrail {' '.join(words)} in {page.name}"


@pytest.mark.parametrize("name", ["README.md", "docs/content.md"])
def test_the_example_article_is_accepted(name: str) -> None:
    example = next(text for text in _blocks(ROOT / name, "markdown") if text.startswith("---"))
    draft = parse(example.encode(), name)
    assert draft.id == "refund-how-long"
    assert draft.questions


def test_the_example_company_is_accepted(tmp_path: Path) -> None:
    named = ("company.yaml", "components.yaml", "categories.yaml")
    for name, text in zip(named, _blocks(ROOT / "docs/content.md", "yaml"), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = company.load(tmp_path)
    assert found.hours is not None
    assert [one.id for one in found.components] == ["payments"]
    assert [one.id for one in found.categories] == ["billing"]


def test_the_example_rule_is_accepted_and_every_reason_told() -> None:
    page = ROOT / "docs/handoff.md"
    (example,) = _blocks(page, "json")
    assert rules.match(rules.check([json.loads(example)]), "I will call my LAWYER") is not None
    assert not [one for one in Reason if f"`{one}`" not in page.read_text("utf-8")]


def test_every_refusal_of_an_import_is_told() -> None:
    """What each message tells to do stands in the table of docs/content.md."""
    page = " ".join((ROOT / "docs/content.md").read_text("utf-8").split())
    source = (ROOT / "retrieval/importers/markdown.py").read_text("utf-8")
    said = [
        part.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("_refuse", "self._wrong")
        for part in ast.walk(call)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    remedies = {text.rsplit(". ", 1)[-1] for text in said if text.endswith(".") and ". " in text}
    assert len(remedies) > 8
    assert not {one for one in remedies if one not in page}


def test_every_address_is_told(tmp_path: Path) -> None:
    page = (ROOT / "docs/rest.md").read_text("utf-8")
    told = set(re.findall(r"`([A-Z]+) (/[^`?\s]*)", page))
    for path, methods in create_app(load(tmp_path)).openapi()["paths"].items():
        if not path.startswith(("/api/", "/health/")):
            assert f"`{path}`" in page or f" {path}`" in page, path
            continue
        for method in methods:
            assert (method.upper(), path) in told, f"{method.upper()} {path}"


def test_the_layers_are_those_of_the_contract() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    shown = page.split("<!-- layers -->\n```\n")[1].split("\n```")[0].splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = next(
        one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    )
    assert shown == contract["layers"]


@pytest.mark.parametrize("package", ["bot", "retrieval", "handoff"])
def test_the_tree_names_every_module(package: str) -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    tree = re.search(rf"^{package}/.*?(?=^\S|\Z)", page, re.MULTILINE | re.DOTALL)
    assert tree is not None
    plain = {"__init__.py", "errors.py", "settings.py", "tables.py", "store.py", "observed.py"}
    modules = {path.name for path in (ROOT / package).glob("*.py")} - plain
    assert not {name for name in modules if f"  {name} " not in tree.group()}
