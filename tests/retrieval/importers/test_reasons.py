"""Every reason an importer gives can be read in every language, by people and by programs."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.answering import language as script
from retrieval.defaults import LOCALES
from retrieval.errors import ImportRefused
from retrieval.importers import reasons

ROOT = Path(reasons.__file__).parents[1]
CATALOGUE = yaml.safe_load((ROOT / "importers" / "reasons.yaml").read_text("utf-8"))
SAYS = {"ImportRefused", "NotOffered", "Incomplete", "_refuse", "refuse"}
ENDS = {"refuse": ". Export it again, or correct it."}
"""What the function itself adds to its sentence."""


def sentences() -> Iterator[tuple[str, str]]:
    """Where and what the code says when it refuses; `X` stands for values."""
    others = [ROOT / name for name in ("drafting.py", "taking.py", "importing.py", "reading.py")]
    for path in [*sorted((ROOT / "importers").glob("*.py")), *others]:
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for line, said in _of(function):
                    yield f"{path.name}:{line}", said


def _of(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or (called := _name(node.func)) not in SAYS:
            continue
        for given in node.args[2:] if called not in ("refuse", "_refuse") else node.args[-2:]:
            told = named.get(given.id, []) if isinstance(given, ast.Name) else [given]
            for said in filter(None, map(_text, told)):
                if " " in said:
                    yield node.lineno, said + ENDS.get(called, "")


def _name(called: ast.expr) -> str:
    return getattr(called, "id", None) or getattr(called, "attr", "")


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)


PARTS = {
    # each is what fills a place in another sentence of the same function
    "not the X that its first bytes promise",
    "in no encoding that is known here",
    "X. Export it again, or correct it.",
    "`X` is X. Export it again, or correct it.",
    "X. Give the other kind, or correct it.",
}


def test_every_sentence_of_the_code_is_in_the_catalogue() -> None:
    said = list(sentences())
    assert len(said) > 100
    unknown = [(at, one) for at, one in said if one not in PARTS and reasons.read(one) is None]
    assert unknown == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_reason_is_told_in_its_language_with_its_values(code: str) -> None:
    known = CATALOGUE[code]
    assert set(known) == set(LOCALES)
    english = [known["en"]] if isinstance(known["en"], str) else known["en"]
    filled = {name for one in english for name in _places(one)}
    for locale in LOCALES[1:]:
        assert set(_places(known[locale])) <= filled
        if locale.startswith("zh"):
            assert script.fits(known[locale], locale)
            assert script.convert(known[locale], locale) == known[locale]
        else:
            assert not re.search(r"\b(?:the|is|it|and)\b", known[locale])


def _places(sentence: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]


def test_a_reason_has_a_code_its_values_and_its_line() -> None:
    refused = str(ImportRefused("a: b.md", 7, "`audience` is 'all: of', but must be public."))
    found = reasons.read(refused, "a: b.md")
    assert found == reasons.Reason(
        "wrong_value", {"key": "audience", "value": "'all: of'", "wanted": "public"}, 7
    )
    assert reasons.tell(refused, "en", "a: b.md") == (
        "line 7: `audience` is 'all: of', but must be public."
    )
    assert reasons.tell(refused, "zh-Hant", "a: b.md").startswith("第 7 行：`audience` 的值")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("x.html: cannot be read: Permission denied. Try again later.", "unreadable"),
        ("https://a.example/x: answers 404: there is no such page (any more).", "gone"),
        ("https://a.example/x: answers 500. Try again later.", "bad_answer"),
        ("cut.docx: its part 'word/document.xml' unpacks to more than 9 bytes. Split it.",
         "old_word"),
        ("a.zip: was not read completely: why. Nothing is proposed for removal.",
         "nothing_proposed"),
        ("pets.md: is article `pets` in en, as dogs.md is. Remove one.", "same_id"),
    ],
)  # fmt: skip
def test_the_most_particular_sentence_is_meant(said: str, code: str) -> None:
    found = reasons.read(said)
    assert found is not None
    assert found.code == code


def test_a_reason_inside_a_reason_is_told_as_well() -> None:
    said = "a.zip: was not read to its end. Split it. Nothing is proposed for removal."
    assert reasons.tell(said, "zh-Hans") == "没有全部读取。 不会建议移除任何文章。"


def test_words_that_are_not_ours_stay_as_they_are() -> None:
    assert reasons.read("OSError: the disk is full") is None
    assert reasons.tell("OSError: the disk is full", "ms") == "OSError: the disk is full"
