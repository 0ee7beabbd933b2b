"""Questions in four languages, against the index as it is served."""

import subprocess
import sys

import numpy as np
import pytest
from retrieval_collection import draft
from word_parts import EVERYBODY, LONG, article, order, search

from retrieval.embedding import PACKAGED, load
from retrieval.errors import ModelMissing, UnknownArticle
from retrieval.evaluation import evaluate
from retrieval.index import Index
from retrieval.passages import Passage
from retrieval.search import Allowed, Evidence, Search


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
    assert figures["en"]["threshold"] == built.answer_threshold


def test_each_language_is_answered_from_a_confidence_of_its_own(built: Index) -> None:
    questions = [
        {"text": "Can I bring my dog?", "locale": "en", "article": "pets"},
        {"text": "Boleh saya bawa anjing?", "locale": "ms", "article": "pets"},
    ]
    limits = {"en": 0.0, "ms": 1.01}
    figures = evaluate(built, questions, answers_from=limits.__getitem__)
    assert {one: row["threshold"] for one, row in figures.items()} == limits
    assert (figures["en"]["answerable_refused"], figures["ms"]["answerable_refused"]) == (0, 1)


def test_serving_never_loads_torch(built: Index) -> None:
    assert built.search("refund").found
    code = "import sys, retrieval.index; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_vectors_have_length_one_whatever_they_are_batched_with(built: Index) -> None:
    model = built._model()
    texts = ["a", "a much longer text about refunds " * 20, "退款", ""]
    together = model.vectors(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.dot(model.embed_query("退款"), together[2]) > 0.97  # 8-bit: rounded with the batch


def test_a_model_that_is_not_there_is_named(tmp_path: object) -> None:
    from pathlib import Path

    nowhere = Path(str(tmp_path)) / "model"
    nowhere.mkdir()
    with pytest.raises(ModelMissing, match="exported"):
        load(str(nowhere), nowhere)
    assert PACKAGED


def ask(of: Search, text: str, hint: str = "en", allowed: Allowed = EVERYBODY, *,
        context: tuple[str, ...] = (), answered: str = "") -> Evidence:  # fmt: skip
    return of.ask(
        text, allowed, hint=hint, previous=None, context=context, limit=8, answered=answered
    )


def shown(evidence: Evidence) -> set[str]:
    """Every article that anybody could see."""
    return {f.passage.article_id for f in (*evidence.found, *evidence.alternatives)}


def test_a_question_in_one_script_finds_an_article_in_the_other() -> None:
    of = search(
        article("sms", "收不到短信", "请检查手机信号,再点重新发送。", locale="zh-Hans"),
        article("mail", "收不到邮件", "请查看垃圾邮件文件夹。", locale="zh-Hans"),
    )
    assert order(of, "一直沒有簡訊", "zh-Hans")[0] == "sms"
    assert ask(of, "一直沒有簡訊", "zh-Hant").found[0].passage.article_id == "sms"


AUDIENCES = (
    article("open", "Parking permits", "Permits are sold at the gate."),
    article("members", "Parking permits by post", "Permits are posted.", audience="signed_in"),
    article("inside", "Parking permits: refuse", "Refuse permits.", audience="staff"),
)


def allowed(audience: str, state: int = 0, gone: frozenset[str] = frozenset()) -> Allowed:
    def may(name: str, passage: Passage) -> bool:
        return passage.audience in ("public", audience) and name not in gone

    return Allowed((audience, state), may)


@pytest.mark.parametrize(
    ("audience", "may"),
    [
        ("public", {"open"}),
        ("signed_in", {"open", "members"}),
        ("staff", {"open", "inside"}),
    ],
)
@pytest.mark.parametrize("text", ["parking permits", "refuse permits by post"])
def test_only_what_an_audience_may_read_is_shown(text: str, audience: str, may: set[str]) -> None:
    of = search(*AUDIENCES)
    ask(of, text, allowed=allowed("staff"))  # who asked before must not matter
    ask(of, text, allowed=allowed("signed_in"))
    who = allowed(audience)
    assert shown(ask(of, text, allowed=who)) == may
    suggested = {p.article_id for p in of.suggest("parking permi", "en", who, 5)}
    ranked = {name for name, _ in of.rank(text, who, hint="en", limit=9, mode="keywords")}
    assert suggested == ranked == may


def test_an_article_that_was_pulled_is_gone_at_once() -> None:
    of = search(*AUDIENCES)
    assert shown(ask(of, "parking permits", allowed=allowed("public"))) == {"open"}
    pulled = allowed("public", state=1, gone=frozenset({"open"}))
    assert shown(ask(of, "parking permits", allowed=pulled)) == set()
    assert of.suggest("parking", "en", pulled, 5) == []


def test_suggestions_wait_for_no_end_of_a_word() -> None:
    of = search(*AUDIENCES, article("seats", "Choosing a seat"))
    for typed in ("per", "permi", "sold at the ga"):
        assert [p.article_id for p in of.suggest(typed, "en", allowed("public"), 5)] == ["open"]
    assert of.suggest("ermi", "en", allowed("public"), 5) == []


LANGUAGES = (
    article("seats", "Choosing a seat", "Seats are chosen at the counter."),
    article("tide", "Error TIDE-77", "TIDE-77 means that the tide is too low.", locale="ms"),
    article("seats", "Memilih tempat duduk", "Pilih di kaunter.", locale="ms"),
)


def test_what_only_another_language_has_is_offered_in_that_one() -> None:
    evidence = ask(search(*LANGUAGES, unsure_threshold=0.0), "what does TIDE-77 mean")
    assert evidence.missing_language
    assert evidence.language == "en"
    assert evidence.found[0].passage.article_id == "tide"
    assert evidence.found[0].passage.locale == "ms"


def test_an_article_of_the_questions_own_language_is_not_offered_in_another() -> None:
    of = search(
        *LANGUAGES, article("tide", "Low water", "The ferry waits.", locale="en"),
        unsure_threshold=0.0, answer_threshold=1.0,
    )  # fmt: skip
    evidence = ask(of, "what does TIDE-77 mean")
    assert not evidence.missing_language
    assert {f.passage.locale for f in (*evidence.found, *evidence.alternatives)} <= {"en"}


FEES = (
    article(
        "bicycle", "Taking a bicycle on board", "Tie it up.\n\n## Fees\n\nA bicycle is 5 coins."
    ),
    article("surfboard", "Surfboard on board", "Wrap it.\n\n## Fees\n\nA surfboard is 9 coins."),
    article("kitchen", "The kitchen", "Soup is served until noon."),
)


@pytest.mark.parametrize("thing", ["bicycle", "surfboard"])
def test_a_question_goes_on_from_the_one_before(thing: str) -> None:
    of = search(*FEES)
    evidence = ask(of, "and what are the fees for that?", context=(f"may I bring my {thing}",))
    assert evidence.found[0].passage.article_id == thing
    assert evidence.found[0].passage.heading == "Fees"


@pytest.mark.parametrize("thing", ["bicycle", "surfboard"])
def test_a_question_goes_on_from_the_answer_before(thing: str) -> None:
    titles = {one.id: one.title for one in FEES}
    evidence = ask(
        search(*FEES), "and the fees for it?", context=("may I bring it",), answered=titles[thing]
    )
    assert evidence.found[0].passage.article_id == thing


def test_a_new_topic_leaves_the_old_one() -> None:
    evidence = ask(search(*FEES), "when is soup served", context=("may I bring my bicycle",))
    assert evidence.found[0].passage.article_id == "kitchen"


def test_two_articles_with_the_same_text_are_one_choice() -> None:
    of = search(
        article("one", "Paying by card again", LONG),
        article("copy", "Paying by card again", f"{LONG} Thanks."),
        article("near", "Paying by card at the counter", "Cards are taken at the counter."),
    )
    evidence = ask(of, "paying by card")
    articles = [f.passage.article_id for f in evidence.alternatives]
    assert len(articles) == 2
    assert "near" in articles
    assert len(shown(evidence)) == 2


def test_articles_that_differ_in_a_number_are_two_choices() -> None:
    of = search(article("one", "Error 1401", LONG), article("two", "Error 1402", LONG))
    evidence = ask(of, "error when paying, wait until bank confirms my card")
    assert {f.passage.article_id for f in evidence.alternatives} == {"one", "two"}
