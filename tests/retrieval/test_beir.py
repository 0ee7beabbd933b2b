"""Collections in BEIR's format: what is read, and what a broken line is told."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.beir import Document, Question, read_corpus, read_grades, read_questions
from retrieval.errors import ImportRefused


def lines(path: Path, *items: Any) -> Path:
    """Write JSON lines; a text is written as it is."""
    rows = [item if isinstance(item, str) else json.dumps(item) for item in items]
    path.write_bytes(("\n".join(rows) + "\n").encode())
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_plain_and_gzipped_files_are_the_same(tmp_path: Path, pack: Any) -> None:
    name = tmp_path / "corpus"  # not the name says what it is
    text = '{"_id": "a/b 甲.md", "title": "Ferry", "text": "At nine."}\n\n{"_id": 7, "text": "x"}\n'
    name.write_bytes(pack(text.encode()))
    assert read_corpus(name) == [Document("a/b 甲.md", "Ferry", "At nine."), Document("7", "", "x")]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"_id": "q", "text": "When?"}\r\n')
    assert read_questions(path) == [Question("q", "When?")]
    grades = tmp_path / "qrels.tsv"
    grades.write_bytes(b"\xef\xbb\xbfquery-id\tcorpus-id\tscore\r\nq\td 1\t2\r\n")
    assert read_grades(grades) == {"q": {"d 1": 2}}


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"_id": "a", "text": "one\u2028two\u0085three"}\n', "utf-8")
    assert read_corpus(path)[0].text == "one\u2028two\u0085three"


def test_grades_need_no_header(tmp_path: Path) -> None:
    path = lines(tmp_path / "qrels.tsv", "q1\td1\t1", "q1\td2\t0", "q2\td1\t-1", "q1\td1\t1")
    assert read_grades(path) == {"q1": {"d1": 1, "d2": 0}, "q2": {"d1": -1}}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ('{"_id": "b", "text": "x"', "no JSON"),
        ('["b", "x"]', "one JSON object"),
        ({"text": "x"}, "`_id` is missing"),
        ({"_id": True, "text": "x"}, "`_id` is missing"),
        ({"_id": " ", "text": "x"}, "`_id` is missing"),
        ({"_id": "b"}, "`text` must be a text"),
        ({"_id": "b", "text": 5}, "`text` must be a text"),
        ({"_id": "b", "title": ["x"], "text": "x"}, "`title` must be a text"),
        ({"_id": "b", "text": "x\ud83d"}, "half of a character"),
        ({"_id": "a", "text": "x"}, "stands in line 1 already"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_broken_document_is_named_with_its_line(tmp_path: Path, bad: Any, says: str) -> None:
    path = lines(tmp_path / "corpus.jsonl", {"_id": "a", "text": "x"}, "", bad)
    with pytest.raises(ImportRefused, match=says) as refused:
        read_corpus(path)
    assert refused.value.line == 3
    assert "corpus.jsonl" in str(refused.value)


@pytest.mark.parametrize("bad", ["q1 d1 1", "q1\t0\td1\t1", "q1\td1", "q1\td1\thigh", "\td1\t1"])
def test_a_broken_judgement_is_named_with_its_line(tmp_path: Path, bad: str) -> None:
    path = lines(tmp_path / "qrels.tsv", "query-id\tcorpus-id\tscore", "q\td\t1", bad)
    with pytest.raises(ImportRefused, match="separated by tabs") as refused:
        read_grades(path)
    assert refused.value.line == 3


def test_two_different_judgements_of_one_pair_are_refused(tmp_path: Path) -> None:
    path = lines(tmp_path / "qrels.tsv", "q\td\t1", "q\td\t0")
    with pytest.raises(ImportRefused, match="was judged 1"):
        read_grades(path)


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"_id": "a", "text": "x"}\n' * 1000)
    cut, spoilt = tmp_path / "cut.gz", tmp_path / "spoilt.gz"
    cut.write_bytes(whole[:-20])
    spoilt.write_bytes(whole[:12] + b"\xff" * 30 + whole[42:])
    for path in (cut, spoilt):
        with pytest.raises(ImportRefused, match=r"damaged|no JSON|already"):
            read_corpus(path)
    with pytest.raises(ImportRefused, match="damaged"):
        read_corpus(spoilt)


def test_text_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_bytes(b'{"_id": "a", "text": "x"}\n{"_id": "b", "text": "caf\xe9"}\n')
    with pytest.raises(ImportRefused, match="line 2: this line is not UTF-8"):
        read_questions(path)


def test_a_missing_or_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        read_corpus(tmp_path / "nothing.jsonl")
    (tmp_path / "empty").write_bytes(b"\n\n")
    with pytest.raises(ImportRefused, match="no document"):
        read_corpus(tmp_path / "empty")
    with pytest.raises(ImportRefused, match="no judgement"):
        read_grades(tmp_path / "empty")
