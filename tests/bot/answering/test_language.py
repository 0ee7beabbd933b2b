"""Telling languages apart, and the two Chinese scripts."""

from pathlib import Path

import pytest
import yaml

from bot.answering import language

ARTICLES = sorted((Path(__file__).parents[3] / "data" / "articles").glob("*/*/*.md"))


def body(path: Path) -> str:
    return path.read_text("utf-8").split("\n---\n", 1)[1]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_sample_article_fits_its_language_and_no_other(path: Path) -> None:
    own = path.parts[-3]
    text = body(path)
    assert language.fits(text, own)
    others = {"en", "zh-Hant", "ms"} - {own, language.SISTERS.get(own)}
    assert not any(language.fits(text, other) for other in others)
    assert language.convert(text, own) == text


@pytest.mark.parametrize(
    ("text", "wanted", "fits"),
    [
        ("OK.", "en", True),
        ("OK.", "ms", True),
        ("OK.", "zh-Hans", True),
        ("Your refund takes five business days at most, see your bank.", "en", True),
        ("Votre remboursement prend cinq jours ouvrables au plus tard.", "en", False),
        ("Bayaran balik anda mengambil masa lima hari bekerja sahaja.", "ms", True),
        ("Bayaran balik anda mengambil masa lima hari bekerja sahaja.", "en", False),
        ("Your refund takes five business days at most, see your bank.", "ms", False),
        ("请打开 My trips，然后选择 Refund status。", "zh-Hans", True),
        ("Please open My trips and choose Refund status 退款.", "zh-Hans", False),
        ("払い戻しには５営業日かかります。", "zh-Hant", False),
        ("환불에는 영업일 기준 5일이 걸립니다.", "en", False),
        ("Возврат занимает пять рабочих дней.", "en", False),
        ("```\nвозврат\n``` See `возврат` https://x.example/возврат", "en", True),
        ("whatever", "th", True),
    ],
)
def test_a_text_fits_or_not(text: str, wanted: str, fits: bool) -> None:
    assert language.fits(text, wanted) is fits


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("请查看短信和软件", "zh-Hant", "請檢視簡訊和軟體"),
        ("請查看簡訊和軟體", "zh-Hans", "请查看短信和软件"),
        ("請查看簡訊", "zh-Hant", "請查看簡訊"),
        ("語言可選简体中文、繁體中文", "zh-Hant", "語言可選简体中文、繁體中文"),
        ("中文", "zh-Hant", "中文"),
        ("请", "en", "请"),
    ],
)
def test_the_other_script_is_converted_and_ones_own_left_alone(
    text: str, wanted: str, expected: str
) -> None:
    assert language.convert(text, wanted) == expected


def test_the_words_are_in_their_own_language() -> None:
    path = Path(language.__file__).with_name("words.yaml")
    for code, words in yaml.safe_load(path.read_text("utf-8")).items():
        text = " ".join([words["unsure"], *words["incident"]["statuses"].values()])
        assert language.fits(text, code)
        assert language.convert(text, code) == text
