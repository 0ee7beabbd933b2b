"""The pages made from the code are fresh, and every setting and command explains itself."""

import tomllib
from pathlib import Path

import pytest

from bot.settings import load
from tests.docs import generate


@pytest.mark.parametrize("name", ["settings.md", "cli.md"])
def test_the_page_is_what_the_code_says(name: str) -> None:
    stands = (generate.DOCS / name).read_text(encoding="utf-8")
    fresh = generate.pages()[name]
    assert stands == fresh, f"docs/{name} is old: run `python -m tests.docs.generate`"


def test_every_setting_has_its_sentence_and_its_line() -> None:
    page = generate.settings_page()
    settings = list(generate.every_setting())
    assert len(settings) > 40
    silent = [name for name, field in settings if not (field.description or "").strip()]
    assert not silent, "write a docstring below the setting"
    assert not [name for name, _ in settings if f"`{name}`" not in page]


def test_every_command_and_argument_is_explained() -> None:
    page = generate.cli_page()
    commands = list(generate.every_command())
    assert len(commands) > 10
    for path, command in commands:
        assert f"`handrail {' '.join(path)}`" in page
        assert (command.help or "").strip(), path
    assert "|  |\n" not in page, "an option without a sentence"


def test_the_example_file_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = generate.settings_page().split("```toml\n")[1].split("```")[0]
    file = tmp_path / "handrail.toml"
    file.write_text(example, encoding="utf-8")
    monkeypatch.setenv("HANDRAIL_CONFIG", str(file))
    monkeypatch.delenv("HANDRAIL_HOME", raising=False)
    settings = load()
    assert str(settings.home) == tomllib.loads(example)["home"]
    assert settings.web.allowed_origins == ("https://www.example.com",)
