"""Questions that go on from what was said before, and questions that do not."""

from pathlib import Path

import pytest
import yaml

from retrieval.analysis import sequence
from retrieval.followups import Fit, asked, chosen, confidence, context, leaning, needed
from retrieval.keywords import Keywords, Unit
from retrieval.ranking import Locale, Question, Ranker

CASES = yaml.safe_load(Path(__file__).with_name("followup_cases.yaml").read_text("utf-8"))
PAGES = {
    "boat bags": "Luggage on the boat: one bag of 20 kg is free on every boat, and costs nothing.",
    "plane bags": "Luggage on the plane: a bag of 7 kg is free, more costs money by the kilo.",
    "cancel boat": "Cancel a boat ticket in your list of trips, and get the money back.",
    "password": "Reset the password on the page where you sign in.",
    "meals": "Meals on the plane: order meals before the plane leaves.",
}


def ranked(question: str, *earlier: str) -> str:
    """The best page by its words, in the context if there is one that is needed."""

    def unit(name: str, text: str) -> Unit:
        said = tuple(sequence(text, "en"))
        return Unit(name, (tuple(sequence(name, "en")),), ((f"{name}.en.all", (said,)),))

    words = Keywords.build([unit(name, text) for name, text in PAGES.items()])
    ranker = Ranker({"en": Locale(words, ())}, lambda *_: {})
    found = context(question, "en", earlier)
    before = () if found is None else found.texts
    ranking = ranker.rank(Question(question, [], before), "en", mode="keywords")
    return words.articles[int(ranking.order[0])]


@pytest.mark.parametrize("language", CASES)
def test_what_leans_is_told_from_what_stands_alone(language: str) -> None:
    leaning_ones = [leaning(case[2], language) for case in CASES[language]["leaning"]]
    alone = [leaning(case[2], language) for case in CASES[language]["alone"]]
    assert min(leaning_ones) >= 0.5
    assert max(alone) < 1
    assert sum(leaning_ones) / len(leaning_ones) > sum(alone) / len(alone) + 0.2


@pytest.mark.parametrize(
    ("question", "language", "least", "most"),
    [
        ("and for children?", "en", 1, 1),
        ("how much is it?", "en", 1, 1),
        ("那怎么取消?", "zh-Hans", 1, 1),
        ("那怎麼取消？", "zh-Hant", 1, 1),
        ("小孩呢", "zh-Hans", 1, 1),
        ("它要多少錢", "zh-Hant", 1, 1),
        ("kalau untuk kanak-kanak?", "ms", 1, 1),
        ("berapa harganya", "ms", 1, 1),
        ("no, I meant the hotel", "en", 1, 1),
        ("maaf, maksud saya hotel", "ms", 1, 1),
        ("说错了，是酒店", "zh-Hans", 1, 1),
        ("不是啦，我是說飯店", "zh-Hant", 1, 1),
        ("anjing pula?", "ms", 1, 1),
        ("", "en", 0.5, 1),
        ("by the way, how do I reset my password?", "en", 0, 0),
        ("对了，怎么重置密码", "zh-Hans", 0, 0),
        ("另外想問發票", "zh-Hant", 0, 0),
        ("sorry, I meant that my card was refused", "en", 0, 0.3),
        ("maaf, maksud saya kad saya ditolak", "ms", 0, 0.3),
        ("is there music on the boat", "en", 0, 0.6),
        ("music concerts this week", "en", 0, 0.6),
        ("harga teh minggu ni", "ms", 0, 0.6),
        ("这个月有音乐会吗", "zh-Hans", 0, 0.6),
        ("satu lagi, macam mana nak dapat resit", "ms", 0, 0),
        ("I was told that my ferry from Langkawi to Penang leaves late tonight", "en", 0, 0.3),
        ("and how do I change the email address of my account?", "en", 0, 0.5),
    ],
)
def test_how_much_a_question_leans(question: str, language: str, least: float, most: float) -> None:
    assert least <= leaning(question, language) <= most


def test_a_question_that_stands_alone_or_comes_first_has_no_context() -> None:
    assert context("and for children?", "en", []) is None
    assert context("and for children?", "en", ["  "]) is None
    assert context("by the way, how do I sign in?", "en", ["luggage on the boat"]) is None


def test_a_message_that_leans_itself_brings_the_one_before() -> None:
    found = context("how much is it?", "en", ["unrelated", "luggage on the boat", "and more bags?"])
    assert found is not None
    texts = dict(found.texts)
    assert list(texts) == ["and more bags?", "luggage on the boat"]
    assert texts["and more bags?"] >= texts["luggage on the boat"] > 0
    assert found.completed == "luggage on the boat and more bags? how much is it?"


def test_the_passage_answered_with_counts_less_than_the_question_it_answered() -> None:
    found = context("and for children?", "en", ["luggage on the boat"], "Bags › Free bags")
    assert found is not None
    assert 0 < dict(found.texts)["Bags › Free bags"] < dict(found.texts)["luggage on the boat"]


def test_a_clear_hint_needs_its_context_whatever_was_found_without() -> None:
    strong = context("and for children?", "en", ["luggage on the boat"])
    weak = context("luggage weight plane late arrival", "en", ["cancel a boat ticket"])
    assert strong is not None
    assert weak is not None
    assert needed(strong, 0.99)
    assert needed(weak, 0.5)
    assert not needed(weak, 0.9)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("Another thing: my card was refused", "my card was refused"),
        ("ok thanks, by the way, how do I sign in?", "how do I sign in?"),
        ("no, I meant the hotel", "the hotel"),
        ("Soalan lain: kad saya ditolak", "kad saya ditolak"),
        ("eh silap, hotel", "hotel"),
        ("再问一个问题：卡被拒了", "卡被拒了"),
        ("換個問題，卡被拒絕了", "卡被拒絕了"),
        ("抱歉說錯，是飯店", "飯店"),
        ("by the way,", "by the way,"),
        ("Salah nama pada tiket", "Salah nama pada tiket"),
        ("我想问退款", "我想问退款"),
        ("I need another question paper", "I need another question paper"),
        (" a boat ", "a boat"),
        ("哦" * 1000, "哦" * 1000),
        ("no, " * 250, ("no, " * 250).strip()),
    ],
)
def test_words_that_only_lead_to_a_question_are_not_searched(question: str, searched: str) -> None:
    assert asked(question) == searched


@pytest.mark.parametrize(
    ("question", "language", "before", "left"),
    [
        ("and by ferry?", "en", "How many bags on my flight?", "how many bags on my ?"),
        ("e-dompet pula?", "ms", "Bila duit masuk ke kad saya?", "bila duit masuk ke saya?"),
        ("那坐船呢？", "zh-Hans", "飞机可以带行李吗", "可以带行李吗"),
        ("那搭船呢？", "zh-Hant", "飛機可以帶行李嗎", "可以带行李吗"),
        ("and the boat?", "en", "Is the ferry cheaper than the flight?", None),
        ("and the price?", "en", "How many bags on my flight?", None),
        ("and a hotel?", "en", "Flight", None),
    ],
)
def test_what_is_asked_about_instead_replaces_what_was(
    question: str, language: str, before: str, left: str | None
) -> None:
    found = context(question, language, [before])
    assert found is not None
    assert found.texts[0][0] == (before if left is None else left)


def test_the_more_a_question_says_the_less_may_its_context_overrule() -> None:
    before = ["luggage on the boat"]
    nothing_said = context("how much is it?", "en", before)
    another = context("and for a hotel?", "en", before)
    short = context("printed voucher paper", "en", before)
    whole = context("late night arrival luggage storage fee hotel", "en", before)
    assert nothing_said is not None
    assert another is not None
    assert short is not None
    assert whole is not None
    assert nothing_said.least == 0 < another.least < short.least < whole.least < 1
    half = Fit(share=0.6, cover=1.0)
    assert chosen(nothing_said, half, alone=0.9, together=0.1)
    assert chosen(another, half, alone=0.9, together=0.1)
    assert not chosen(short, half, alone=0.1, together=0.9)
    near = Fit(share=0.95, cover=1.0)
    assert chosen(short, near, alone=0.9, together=0.1)
    assert chosen(whole, near, alone=0.1, together=0.9)
    assert not chosen(whole, near, alone=0.9, together=0.1)


def test_what_was_said_before_does_not_vouch_for_words_an_article_has_not() -> None:
    says_something = context("printed voucher paper", "en", ["luggage on the boat"])
    says_nothing = context("how much is it?", "en", ["luggage on the boat"])
    assert says_something is not None
    assert says_nothing is not None
    assert confidence(says_something, Fit(1.0, 1.0), 0.9) == 0.9
    assert 0 < confidence(says_something, Fit(1.0, 0.2), 0.9) < 0.4
    assert confidence(says_something, Fit(1.0, 0.0), 0.9) == 0
    assert confidence(says_nothing, Fit(0.0, 0.0), 0.9) == 0.9


def test_the_context_finds_what_the_question_alone_does_not() -> None:
    assert ranked("and how much?", "luggage on the plane") == "plane bags"
    assert ranked("and how much?", "luggage on the boat") == "boat bags"
    assert ranked("and on the plane?", "how much luggage on the boat") == "plane bags"


def test_a_new_topic_is_not_pulled_back() -> None:
    assert ranked("reset password", "how much luggage on the boat") == "password"
    assert ranked("by the way, reset password", "how much luggage on the boat") == "password"
