"""compose.yaml names what exists: settings, services, volumes, programs, images of a version."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.combinations import check
from bot.settings import load

ROOT = Path(__file__).parents[2]
HERE = {
    "HANDRAIL_POSTGRES_PASSWORD": "secret",
    "HANDRAIL_WEB__PUBLIC_URL": "https://help.example.com",
}
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def _filled(value: Any) -> Any:
    """What Compose makes of its variables."""
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one) for one in value]
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda m: HERE.get(m[1], (m[3] or "") if m[2] == "-" else ""), value)


@pytest.fixture(scope="module")
def compose() -> Any:
    """The file with its variables filled in."""
    return _filled(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8")))


def test_its_settings_are_ours_and_fit_together(
    compose: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service = compose["services"]["handrail"]
    assert service["environment"] == compose["services"]["prepare"]["environment"]
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, value)
    settings = load(tmp_path)
    assert settings.web.public_url == HERE["HANDRAIL_WEB__PUBLIC_URL"]
    assert ":secret@postgres:" in settings.database.url
    workers = int(service["command"][service["command"].index("--workers") + 1])
    assert workers > 1
    check(settings, workers)


def test_every_part_it_leans_on_is_there(compose: Any) -> None:
    services, settings = compose["services"], compose["services"]["handrail"]["environment"]
    hosts = re.findall(r"(?:@|://)(\w+):\d+", " ".join(settings.values()))
    assert set(hosts) == {"postgres", "redis", "chroma"} <= services.keys()
    for name, service in services.items():
        for other, when in service.get("depends_on", {}).items():
            asked = when["condition"]
            assert other in services, f"{name} waits for {other}"
            assert asked != "service_healthy" or "test" in services[other]["healthcheck"]
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"]
        image = service["image"]
        assert image == "handrail" or re.fullmatch(r"\w+:\d+", image), "an image has a version"
        published = service.get("ports", [])
        assert name == "handrail" or not published, f"{name} must not be reachable from outside"


def test_the_image_has_the_versions_of_the_makefile_and_all_that_is_packaged() -> None:
    docker = (ROOT / "Dockerfile").read_text("utf-8")
    torch = re.compile(r"-c constraints\.txt (torch==\S+)")
    made = torch.findall((ROOT / "Makefile").read_text("utf-8"))
    assert torch.findall(docker) == made != []
    for line in re.findall(r"^COPY (.+) \S+$", docker, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
    copied = set(re.findall(r"^COPY (bot|retrieval|handoff) \1$", docker, re.MULTILINE))
    assert copied == {"bot", "retrieval", "handoff"}
