"""No file, however broken or malicious, does more than be refused with its reason."""

import re

import pytest

from retrieval.errors import ImportRefused
from retrieval.importers.files import parse_file, read_upload
from tests.retrieval.importers import broken_archives, broken_pages, broken_pdfs, broken_words
from tests.retrieval.importers.broken_pages import Build

REFUSED = {
    f"{kind}: {what}": case
    for kind, cases in (
        ("page", broken_pages.REFUSED),
        ("pdf", broken_pdfs.REFUSED),
        ("word", broken_words.REFUSED),
    )
    for what, case in cases.items()
}
HARMLESS = {
    f"{kind}: {what}": case
    for kind, cases in (
        ("page", broken_pages.HARMLESS),
        ("pdf", broken_pdfs.HARMLESS),
        ("word", broken_words.HARMLESS),
    )
    for what, case in cases.items()
}


def test_there_are_enough_of_them() -> None:
    archives = len(broken_archives.WHOLE) + len(broken_archives.ENTRIES)
    assert len(REFUSED) + len(HARMLESS) + archives >= 100


@pytest.mark.parametrize(("name", "build", "says"), REFUSED.values(), ids=list(REFUSED))
def test_a_file_that_is_no_article_is_refused_with_its_reason(
    name: str, build: Build, says: str
) -> None:
    with pytest.raises(ImportRefused) as told:
        parse_file(build(), name)
    assert re.search(says, told.value.message)
    assert told.value.name == name
    assert re.search(r"[.?:] [A-Za-z]", told.value.message)  # what it is, then what to do


@pytest.mark.parametrize(("name", "build", "kept", "gone"), HARMLESS.values(), ids=list(HARMLESS))
def test_of_a_strange_file_the_words_are_kept_and_the_harm_is_not(
    name: str, build: Build, kept: str, gone: str
) -> None:
    read = parse_file(build(), name)
    assert kept in f"{read.title}\n{read.body}"
    assert gone not in f"{read.title}\n{read.body}"


@pytest.mark.parametrize(
    ("build", "says"), broken_archives.WHOLE.values(), ids=list(broken_archives.WHOLE)
)
def test_an_archive_that_promises_harm_is_refused_as_a_whole(build: Build, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        list(read_upload(build(), "a.zip"))


@pytest.mark.parametrize(
    ("build", "name", "says"), broken_archives.ENTRIES.values(), ids=list(broken_archives.ENTRIES)
)
def test_a_bad_entry_is_refused_and_the_others_are_read(build: Build, name: str, says: str) -> None:
    read = dict(read_upload(build(), "a.zip"))
    refused = [item for item in read.values() if isinstance(item, ImportRefused)]
    assert name in read
    assert any(re.search(says, item.message) for item in refused)
