"""Whether a passage holds the answer, not only the topic: in four languages, without a model."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retrieval
from retrieval import analysis, asked
from retrieval.checking import Check, signals

CHECK = Check.load()
LANGUAGES = st.sampled_from(analysis.LANGUAGES)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("abtn AB.,?!\n'-019不没有退款票日月開關收據号tidakboleh|*#"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=120,
)

# language, passage, a question it answers, the same question about what it does not say
PAIRS = [
    pytest.param(
        "en",
        "Parcels sent by sea reach Penang within twelve days. Express parcels take two days.",
        "How many days do parcels sent by sea take to reach Penang?",
        "How many days do parcels sent by sea take to reach Kuching?",
        "name_missing",
        id="en: another place",
    ),
    pytest.param(
        "en",
        "The largest locker holds four suitcases. It stands beside gate 7.",
        "How many suitcases does the largest locker hold?",
        "How many suitcases does the smallest locker hold?",
        "opposite",
        id="en: the opposite",
    ),
    pytest.param(
        "en",
        "Season passes are renewed at the counter in gate 7. Bring the old pass.",
        "Where are season passes renewed?",
        "Which season passes are not renewed at the counter?",
        "denied",
        id="en: what is not so",
    ),
    pytest.param(
        "en",
        "Plan 3 includes 500 messages a month. Plan 5 includes 2,000.",
        "How many messages does plan 3 include?",
        "How many messages does plan 8 include?",
        "number_missing",
        id="en: another number",
    ),
    pytest.param(
        "en",
        "On Monday the counter opens at nine. The lift is open all day.",
        "When does the counter open on Monday?",
        "When does the counter open on Friday?",
        "other_kind",
        id="en: another day",
    ),
    pytest.param(
        "zh-Hans",
        "开通自动续费后，每月五日扣款。请保持余额充足。",
        "开通自动续费后哪天扣款？",
        "关闭自动续费后哪天扣款？",
        "opposite",
        id="zh-Hans: the opposite",
    ),
    pytest.param(
        "zh-Hans",
        "会员卡可以在前台换领，需要 2 张照片。",
        "哪里可以换领会员卡？",
        "哪些人不得换领会员卡？",
        "denied",
        id="zh-Hans: what is not so",
    ),
    pytest.param(
        "zh-Hant",
        "白天的課程由 Aini 老師負責，每堂 45 分鐘。",
        "Aini 老師的課程每堂多少分鐘？",
        "Farid 老師的課程每堂多少分鐘？",
        "name_missing",
        id="zh-Hant: another name",
    ),
    pytest.param(
        "zh-Hant",
        "大型置物櫃可放 4 件行李，押金 20 元。",
        "放 4 件行李的置物櫃押金多少？",
        "放 9 件行李的置物櫃押金多少？",
        "number_missing",
        id="zh-Hant: another number",
    ),
    pytest.param(
        "ms",
        "Kelas renang bermula pada hari Isnin di kolam utama. Bawa tuala sendiri.",
        "Di mana kelas renang pada hari Isnin?",
        "Di mana kelas renang pada hari Khamis?",
        "other_kind",
        id="ms: another day",
    ),
    pytest.param(
        "ms",
        "Pintu utara dibuka pukul 8 pagi. Pelawat perlu mendaftar.",
        "Pukul berapa pintu utara dibuka?",
        "Pukul berapa pintu selatan dibuka?",
        "opposite",
        id="ms: the opposite",
    ),
    pytest.param(
        "ms",
        "Kad ahli diterima di semua cawangan. Tunjukkan kad di kaunter.",
        "Kad ahli diterima di mana?",
        "Cawangan mana yang tidak menerima kad ahli?",
        "denied",
        id="ms: what is not so",
    ),
]


@pytest.mark.parametrize(("language", "passage", "answered", "unanswered", "signal"), PAIRS)
def test_a_question_about_what_the_passage_does_not_say_is_less_supported(
    language: str, passage: str, answered: str, unanswered: str, signal: str
) -> None:
    assert CHECK.signals(answered, passage, language)[signal] == 0
    assert CHECK.signals(unanswered, passage, language)[signal] > 0
    sure = CHECK.supported(answered, passage, language)
    assert sure > CHECK.supported(unanswered, passage, language) + 0.02


@pytest.mark.parametrize(
    ("language", "passage", "question", "kind"),
    [
        ("en", "Ask at the front desk.", "How many desks are there at the front?", "count"),
        ("en", "Ask at the front desk of Ipoh.", "How many desks are there, 3?", "count"),
        ("zh-Hans", "请到前台询问。", "前台有多少人？", "count"),
        ("zh-Hant", "請到櫃檯詢問。", "櫃檯何時開門？", "time"),
        ("ms", "Sila tanya di kaunter.", "Bila kaunter dibuka?", "time"),
    ],
)
def test_a_sentence_without_anything_of_the_kind_asked_for_is_marked(
    language: str, passage: str, question: str, kind: str
) -> None:
    assert asked.read(question, language).kind == kind
    assert signals(question, passage, language)["no_candidate"] == 1
    assert signals(question, passage + " 14:30", language)["no_candidate"] == 0


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Why can't I sign in?"),
        ("en", "I did not get the code"),
        ("zh-Hans", "为什么收不到验证码？"),
        ("zh-Hant", "能不能改地址？"),
        ("ms", "Boleh tukar alamat tak?"),
        ("ms", "kenapa tak boleh log masuk"),
    ],
)
def test_a_complaint_is_no_question_about_what_is_not_so(language: str, question: str) -> None:
    assert not asked.read(question, language).negated


def test_both_chinese_scripts_are_checked_alike() -> None:
    simplified = signals("订单取消后几天到账？", "订单取消后 5 天内退回原卡。", "zh-Hans")
    assert simplified["sentence_coverage"] > 0.5
    mixed = signals("訂單取消後幾天到賬？", "订单取消后 5 天内退回原卡。", "zh-Hant")
    assert mixed == pytest.approx(simplified)


def test_a_number_is_the_same_however_it_is_grouped() -> None:
    passage = "A transfer of 1,000 ringgit needs a second signature."
    assert signals("Who signs for 1000 ringgit?", passage, "en")["number_missing"] == 0
    assert signals("Who signs for 1500 ringgit?", passage, "en")["number_missing"] == 1


def test_words_in_one_sentence_tell_more_than_the_same_words_apart() -> None:
    question = "Can spare keys be collected on the ground floor?"
    together = "Spare keys are collected on the ground floor. The roof is closed. Mind the step."
    apart = (
        "Spare parts are sold by the mechanic. Keys hang in a box behind the door. "
        "Tickets are collected before boarding. The ground is dry in summer. A floor plan is free."
    )
    near, far = (signals(question, text, "en") for text in (together, apart))
    assert near["coverage"] == pytest.approx(far["coverage"])
    assert near["sentence_coverage"] > far["sentence_coverage"] + 0.3
    assert CHECK.supported(question, together, "en") > CHECK.supported(question, apart, "en")


def test_nothing_supports_nothing() -> None:
    for question, passage in (("", "Keys hang inside."), ("???", "Keys."), ("Which keys?", " \n")):
        assert CHECK.signals(question, passage, "en") == {}
        assert CHECK.supported(question, passage, "en", meaning=0.9) == 0


def test_a_passage_that_means_the_same_is_more_likely_the_answer() -> None:
    question, passage = "Which keys are spare?", "The second set hangs inside."
    low, high = (CHECK.supported(question, passage, "en", meaning=m) for m in (0.1, 0.8))
    assert 0 < low < high < 1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS, TEXTS, LANGUAGES)
def test_any_text_gives_signals_of_one_scale(question: str, passage: str, language: str) -> None:
    found = signals(question, passage, language)
    assert all(0 <= value <= 1 + 1e-9 for value in found.values()), found
    assert 0 <= CHECK.supported(question, passage, language) <= 1


def test_long_texts_stay_on_the_scale() -> None:
    question = " ".join(f"lorry{n} pier{n}" for n in range(40))
    passage = " ".join(f"Crane{n} lifts the box{n} beside the yellow fence" for n in range(80))
    assert max(signals(question, passage, "en").values()) == 1


def test_the_packaged_weights_belong_to_the_signals() -> None:
    stored = json.loads((Path(retrieval.__file__).parent / "checking.json").read_text("utf-8"))
    names = set(signals("Which keys are spare?", "The keys hang inside.", "en"))
    assert set(stored["models"]["words"]["weights"]) == names
    assert set(stored["models"]["words_and_meaning"]["weights"]) == names | {"meaning"}
