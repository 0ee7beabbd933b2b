"""Questions in four languages, against the index as it is served."""

import subprocess
import sys

import numpy as np
import pytest
from retrieval_collection import draft

from retrieval.embedding import PACKAGED, load
from retrieval.errors import ModelMissing, UnknownArticle
from retrieval.evaluation import evaluate
from retrieval.index import Index


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("how many days til i get my money bak", "en", "refund-time"),
        ("charged me 2x??", "en", "charged-twice"),
        ("forgot pasword", "en", "password-reset"),
        ("what is rcp 204", "en", "receipt"),
        ("退款几天能到", "zh-Hans", "refund-time"),
        ("付款扣了两次", "zh-Hans", "charged-twice"),
        ("狗能带吗", "zh-Hans", "pets"),
        ("刷了兩次卡", "zh-Hant", "charged-twice"),
        ("密碼忘了進不去", "zh-Hant", "password-reset"),
        ("duit kena potong 2 kali", "ms", "charged-twice"),
        ("bila duit refund nak masuk", "ms", "refund-time"),
        ("nak bawak kucing blh x", "ms", "pets"),
    ],
)
def test_a_customers_words_find_the_article(
    built: Index, text: str, language: str, article: str
) -> None:
    evidence = built.search(text, hint=language)
    assert evidence.language == language
    assert evidence.found[0].passage.article_id == article
    assert evidence.found[0].passage.locale == language
    assert not evidence.missing_language
    assert 0 <= evidence.confidence <= 1


@pytest.mark.parametrize(
    "text",
    ["how to boil an egg", "昨晚曼联几比几", "珍奶熱量多少", "resepi rendang tok", "", "???"],
)
def test_what_no_article_answers_is_less_sure_than_what_one_does(built: Index, text: str) -> None:
    assert built.search(text).confidence < built.search("How long does a refund take").confidence


def test_the_passage_that_answers_comes_first(built: Index) -> None:
    found = built.search("refund to an e-wallet, how long").found[0].passage
    assert found.id == "refund-time.en.e-wallets"
    assert found.text in draft("refund-time").body


def test_alternatives_are_of_different_articles(built: Index) -> None:
    shown = built.search("my card").alternatives
    assert len({f.passage.article_id for f in shown}) == len(shown) >= 1


def test_a_short_follow_up_leans_on_the_message_before(built: Index) -> None:
    evidence = built.search("and e-wallets?", context=("how long does a refund take",))
    assert evidence.found[0].passage.article_id == "refund-time"


def test_suggestions_come_while_a_word_is_still_being_typed(built: Index) -> None:
    assert built.suggest("refu", "en")[0].article_id == "refund-time"
    assert built.suggest("退款", "zh-Hans")[0].article_id == "refund-time"
    assert built.suggest("", "en") == []
    assert built.suggest("refund", "fr") == []


def test_a_passage_is_found_by_its_id_and_a_strange_id_is_refused(built: Index) -> None:
    assert built.passage("pets.en.guide-dogs").heading == "Guide dogs"
    with pytest.raises(UnknownArticle):
        built.passage("pets.en.cats")


def test_the_figures_count_every_language(built: Index) -> None:
    questions = [
        {"text": "Can I bring my dog?", "locale": "en", "article": "pets"},
        {"text": "how to boil an egg", "locale": "en", "article": None},
        {"text": "Boleh saya bawa anjing?", "locale": "ms", "article": "pets"},
    ]
    figures = evaluate(built, questions)
    assert figures["en"]["n"] == 2
    assert figures["ms"]["hit@1"] == figures["en"]["mrr"] == 1.0


def test_serving_never_loads_torch(built: Index) -> None:
    assert built.search("refund").found
    code = "import sys, retrieval.index; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_vectors_have_length_one_whatever_they_are_batched_with(built: Index) -> None:
    model = built._model()
    texts = ["a", "a much longer text about refunds " * 20, "退款", ""]
    together = model.vectors(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(model.embed_query("退款"), together[2], atol=1e-4)


def test_a_model_that_is_not_there_is_named(tmp_path: object) -> None:
    from pathlib import Path

    nowhere = Path(str(tmp_path)) / "model"
    nowhere.mkdir()
    with pytest.raises(ModelMissing, match="exported"):
        load(str(nowhere), nowhere)
    assert PACKAGED
