"""What a stranger may write."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import text
from bot.errors import BadText


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  hello\r\nthere ", "hello\nthere"),
        ("付款\t成功了吗", "付款\t成功了吗"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("cafe\u0301", "café"),
        ("مرحبا\u200f!", "مرحبا\u200f!"),
    ],
)
def test_real_text_is_kept(given_text: str, kept: str) -> None:
    assert text.message(given_text) == kept


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("  Pay\x00\n now\ue000 ", "Pay now"),
        ("付款\u202e · 👨‍👩‍👧", "付款 · 👨‍👩‍👧"),
        ("x" * 500, "x" * 200),
        ("\u200d \n", None),
    ],
)
def test_the_title_of_a_page_is_mended_and_never_refused(called: str, shown: str | None) -> None:
    assert text.title(called) == shown


def test_the_error_says_where() -> None:
    with pytest.raises(BadText, match=r"Character 3 is U\+0007"):
        text.message("ab\x07")


@given(st.text(max_size=300))
def test_it_either_refuses_with_a_code_or_gives_storable_text(said: str) -> None:
    try:
        kept = text.message(said)
    except BadText as error:
        refused = error.code
    else:
        refused = None
    if refused is not None:
        assert refused in ("bad_text", "empty_message", "too_large")
        return
    kept.encode("utf-8")
    assert kept == unicodedata.normalize("NFC", kept).strip()
    assert text.message(kept) == kept
