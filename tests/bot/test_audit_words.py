"""The audit trail in the words of its page: no action is shown as the code names it."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ACTION = re.compile(r"[a-z]+\.[a-z_]+")
NOTING = {"note", "record", "beside", "by_command", "tell"}
"""What a line is written with; an action stands in the same function."""


def _called(function: ast.AST) -> set[str]:
    calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in calls}


def _actions(path: Path) -> set[str]:
    functions = [
        one
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and _called(one) & NOTING
    ]
    texts = {
        one.value
        for function in functions
        for one in ast.walk(function)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    return {one for one in texts if ACTION.fullmatch(one) and not one.endswith((".yaml", ".json"))}


@pytest.mark.parametrize("locale", ["en", "zh-Hans", "zh-Hant", "ms"])
def test_every_action_of_the_trail_has_words(locale: str) -> None:
    written = ROOT / "widget" / "locales" / "admin" / f"admin-{locale}.json"
    words = json.loads(written.read_text(encoding="utf-8"))
    actions = set().union(*map(_actions, (ROOT / "bot").rglob("*.py")))
    assert {"article.published", "team.added", "index.switched"} <= actions
    assert [one for one in sorted(actions) if f"admin.audit.did.{one}" not in words] == []
    groups = {one.split(".")[0] for one in actions}
    assert [one for one in sorted(groups) if f"admin.audit.group.{one}" not in words] == []
