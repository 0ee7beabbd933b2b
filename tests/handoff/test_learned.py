"""The packaged models: what they read in a message, and what becomes of a damaged file."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from opencc import OpenCC

from handoff import signals
from handoff.errors import BadModel
from handoff.learned import decision, model, reading
from handoff.learned.grams import grams, places
from handoff.signals import Turn

NAMES = ("asking", "urgency", "displeasure", "anger", "anger_zh", "abuse")
CHINESE = (
    "我想找个懂业务的同事聊聊这张发票", "你们的软件又崩溃了，太让人失望", "请问退款要多久到账",
    "电池在冒烟，快来人", "帮我转接真人客服", "网络质量很差，气死我了", "谢谢，信息很清楚",
    "打印机驱动怎么安装", "我的账号正在被盗刷", "视频会议的默认设置在哪",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_model_is_small_and_holds_plain_arrays(name: str) -> None:
    path = model.FOLDER / f"{name}.npz"
    assert path.stat().st_size < 500_000
    with zipfile.ZipFile(path) as archive:
        assert {one.filename for one in archive.infolist()} == {
            "about.npy", "places.npy", "weights.npy", "vector.npy",
        }  # fmt: skip
    assert model.load(name).name == name


@pytest.mark.parametrize("text", CHINESE)
def test_both_scripts_are_read_alike(text: str) -> None:
    other = OpenCC("s2tw").convert(text)
    for read in (reading.asking, reading.urgency, reading.displeasure, reading.anger):
        assert read(other).probability == pytest.approx(read(text).probability, abs=0.01)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("could one of your people go through it with me", "could I go through it by myself"),
        ("麻烦安排一位同事跟我通话", "麻烦告诉我怎么改密码"),
        ("tolong panggilkan sesiapa yang faham kes saya", "tolong tunjuk cara tukar kata laluan"),
    ],
)
def test_a_wish_for_a_person_is_told_from_a_question(plain: str, other: str) -> None:
    assert reading.asking(plain).probability > 0.5 > reading.asking(other).probability


def test_the_wish_at_the_end_of_a_story_is_heard() -> None:
    story = "I bought two chairs in May and one has a scratch on the left arm. "
    story += "The shop says the carrier did it and the carrier says the shop did. "
    assert reading.asking(story).probability < 0.5
    assert reading.asking(f"{story} Can somebody in accounts help me?").probability > 0.5


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_model_gives_the_same_probabilities(name: str, tmp_path: Path) -> None:
    first = model.load(name)
    model.write(first, tmp_path / "again.npz", {})
    again = model.read(tmp_path / "again.npz")
    for text in (*CHINESE, "what a mess, get me a human"):
        assert again.score(text).probability == pytest.approx(
            first.score(text).probability, abs=1e-4
        )


def test_a_vector_counts_only_where_it_fits() -> None:
    asking = model.load("asking")
    text = "I wonder whether anybody could ring me"
    blind = asking.score(text)
    assert asking.score(text, np.ones(7, np.float32)) == blind
    assert "meaning" in asking.score(text, np.zeros(384, np.float32)).parts
    assert "meaning" not in blind.parts


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "format"])
def test_a_damaged_model_says_which_file_and_what_to_do(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "asking.npz"
    whole = (model.FOLDER / "asking.npz").read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        path.write_text("no model")
    elif damage == "format":
        with np.load(model.FOLDER / "asking.npz") as stored:
            kept = dict(stored)
        about = kept.pop("about").tobytes().replace(b'"format": 1', b'"format": 99')
        np.savez(path, about=np.frombuffer(about, np.uint8), **kept)
    with pytest.raises(BadModel, match=r"asking\.npz.*train"):
        model.read(path)


def test_the_most_telling_words_are_those_of_the_message() -> None:
    told = model.load("asking").telling("could one of your colleagues look into it")
    assert told
    assert all(word in "could one of your colleagues look into it" for word in told)


def test_every_run_has_a_place_and_a_long_text_no_more_than_a_few_thousand() -> None:
    assert places("").tolist() == places(" ").tolist()
    assert {"wagent", "cgen", "wlive agent"} <= set(grams("Live AGENT"))
    assert len(places("abc def " * 5000)) < 100
    assert len(grams("人" * 50_000)) < 5 * 410


def test_one_message_is_read_within_milliseconds() -> None:
    texts = [f"parcel {n} still has not come and nobody of you cares, call me" for n in range(20)]
    for read in (signals.asks_for_person, signals.urgency, signals.displeasure, signals.abuse):
        read("load the model")
    started = time.thread_time()  # what others do on this machine does not count
    for text in texts:
        for read in (reading.asking, reading.urgency, reading.displeasure, reading.abuse):
            read(text)
    assert (time.thread_time() - started) / len(texts) < 0.05


@pytest.mark.parametrize(
    ("said", "answer", "accepted"),
    [
        ("Shall I connect you with a colleague?", "yes please", True),
        ("Shall I connect you with a colleague?", "no thanks", False),
        ("Shall I connect you with a colleague?", "yes, but first tell me the price", False),
        ("Did that help?", "yes please", False),
        ("要不要帮您转接人工客服？", "好的，麻烦了", True),
        ("要不要幫您轉接真人客服？", "不用了", False),
        ("要不要幫您轉接真人客服？", "你好", False),
        ("要不要幫您轉接真人客服？", "謝謝您", False),
        ("要不要幫您轉接真人客服？", "好的，謝謝", True),
        ("Boleh saya sambungkan anda dengan pegawai kami?", "boleh", True),
        ("Boleh saya sambungkan anda dengan pegawai kami?", "tak payah", False),
    ],
)
def test_a_short_yes_accepts_only_what_was_offered(said: str, answer: str, accepted: bool) -> None:
    assert (signals.accepts_offer(answer, said).strength >= 0.5) is accepted


def test_a_question_in_all_new_words_is_the_same_where_its_meaning_is() -> None:
    same = np.array([3.0, 4.0], np.float32)
    other = np.array([4.0, -3.0], np.float32)
    first = Turn("where did my money go", vector=same)
    assert signals.repeats([first, Turn("has the refund been sent", vector=same)]).strength > 0
    assert signals.repeats([first, Turn("has the refund been sent", vector=other)]).strength == 0
    assert signals.repeats([first, Turn("has the refund been sent")]).strength == 0


def test_angry_words_about_the_weather_are_no_anger_at_us() -> None:
    weather = signals.frustration([Turn("stupid storm ruined our picnic, is the boat running?")])
    us = signals.frustration([Turn("stupid bot ruined our booking")])
    assert weather.strength < 0.4 < us.strength


def test_decision_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "decision.json"
    path.write_text('{"handoff": {"bias": 0, "signals": {"luck": 1}}}')
    with pytest.raises(BadModel, match=r"decision\.json"):
        decision.read(path)
