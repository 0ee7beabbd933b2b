"""What the settings of status pages refuse, and how long a page is left alone."""

from datetime import timedelta

import pytest

from retrieval.incidents import polling
from retrieval.incidents.settings import IncidentSettings, parse


def test_several_pages_with_their_options_are_read() -> None:
    one, two = parse(
        "statuspage=https://status.example.com/ "
        "cachet=http://10.0.0.7:8000/status,name=ops,zone=Asia/Kuala_Lumpur,language=ms"
    )
    assert (one.kind, one.name, one.url, one.language) == (
        "statuspage", "status.example.com", "https://status.example.com", "en",
    )  # fmt: skip
    assert (two.name, two.url, two.language, str(two.zone)) == (
        "ops", "http://10.0.0.7:8000/status", "ms", "Asia/Kuala_Lumpur",
    )  # fmt: skip
    assert parse("  ") == ()


@pytest.mark.parametrize(
    ("failures", "asked", "seconds"),
    [
        (0, None, (60, 72)),
        (1, None, (120, 144)),
        (3, None, (480, 576)),
        (50, None, (600, 720)),
        (1, timedelta(minutes=30), (1800, 2160)),
        (0, timedelta(0), (60, 72)),
    ],
    ids=["well", "once", "thrice", "always", "asked to stay away", "asked to come back at once"],
)
def test_a_page_is_left_alone_for_longer_while_it_fails(
    failures: int, asked: timedelta | None, seconds: tuple[int, int]
) -> None:
    settings = IncidentSettings()
    shortest, longest = (
        polling.pause(settings, failures, asked, chance=lambda at=at: at).total_seconds()  # type: ignore[misc]
        for at in (0.0, 1.0)
    )
    assert (shortest, longest) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        ("https://status.example.com", "no source"),
        ("statuspage=", "no source"),
        ("statuspage=status.example.com", "web address"),
        ("statuspage=ftp://status.example.com", "web address"),
        ("statuspage=https://me:pw@status.example.com", "password"),
        ("statuspage=https://a.example?x=1", "query"),
        ("manual=https://a.example", "no kind"),
        ("statuspage=https://a.example,zone=Mars/North", "no time zone"),
        ("statuspage=https://a.example,color=red", "no option"),
        ("statuspage=https://a.example,name=manual", "cannot be a name"),
        ("statuspage=https://a.example cachet=https://a.example", "name of its own"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(sources: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        IncidentSettings(sources=sources)


def test_silence_is_longer_than_two_polls() -> None:
    with pytest.raises(ValueError, match="twice"):
        IncidentSettings(every=timedelta(minutes=6), unconfirmed_after=timedelta(minutes=10))
