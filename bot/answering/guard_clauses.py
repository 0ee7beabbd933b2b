"""A text cut into plain clauses, and what a clause says about trouble: over, not over, asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from retrieval.analysis import fold

_ADVERBS = {
    "en": r"(?:\s*(?:now|all|already|just|fully|completely|finally|successfully|entirely|totally|"
    r"indeed|both|also|since|actually|pretty much|more or less|mostly|largely|partly|partially|"
    r"practically|basically|nearly|almost|officially|very|been|quite|since been|once again|again|"
    r"long|quickly|happily|safely|permanently|definitely|certainly|clearly|truly|really|safe(?:ly)?"
    r"|well and truly|well|nicely|apparently|so far)\s+)",
    "ms": r"(?:(?:pun|berjaya|sepenuhnya|semuanya|semua|betul-betul|pun dah|memang|dapat|juga|"
    r"hampir|kini|sekarang|sudah|telah|dah|semakin|kembali|habis|mula|secara keseluruhan|total|"
    r"full|fully|all|kira|agak|cukup|pasti|rasmi|secara rasmi|ada yang)\s+)",
    "zh": "",
}
_STOPS = (
    r"(?!(?:not|never|to|until|when|once|if|hard|belum|blm|tidak|tak|supaya|untuk|agar|jika|bila"
    r"|apabila)\b)"
)
_WORDS = (
    ("{w}", rf"(?:{_STOPS}\w+\s+)"),
    ("{_w}", rf"(?:\s+{_STOPS}\w+)"),
    ("{z}", "[^\\s没未不无难等才否待]"),
)
"""Words that may stand between the parts of an expression: none that turns it round."""
_SENTENCE = re.compile(
    r"(?<=[。！？!?\n])|(?<=[.;；])(?=\s|$)|\s(?=[-*•]\s)|(?<=[a-z]\.)(?=[\"'”’)]*\s+[A-Z])"
)
_CLAUSE = re.compile(
    r"[,，;；。！!\n—–…]|\.(?=\s|$)|[:：](?=\s|$|[^\x00-\x7f])|\s-+\s|(?<=\?)|[()（）]"
    r"|\s(?=(?:but|so|however|though|although|yet we|tapi|tetapi|namun|jadi)\s)"
    r"|\s(?=and (?:it|the|everything|you|we|all|your|payments?|services?|now|things|is|are)\s)"
    r"|\s(?=dan (?:ia|semua|semuanya|anda|kami|kini|sekarang|dah|sudah)\s)"
    r"|(?=但|不过|可是|所以|因此|而且|并且|现在)"
)
_MARKUP = re.compile(r"[*_`#>|~]+|\[(\d+)\]|\]\([^)\s]*\)|https?://\S+|[\[\]]")
_CHINESE, _LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[a-z]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u180e]")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "「": '"', "」": '"'}
)
_SHORT = (
    (re.compile(r"\b(ca|wo|sha)n't\b"), r"\1n not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bcann not\b|\bcan not\b|\bcant\b"), "cannot"),
    (re.compile(r"\bwon not\b|\bwont\b"), "will not"),
    (re.compile(r"\b(is|are|was|were|has|have|does|do|did)nt\b"), r"\1 not"),
    (re.compile(r"'s been\b"), " has been"),
    (re.compile(r"'s\b"), " is"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'d\b"), " would"),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A few words that say one thing, in plain form; `whole` is the sentence they stand in."""

    text: str
    whole: str
    conditional: bool
    """It goes on with a clause that only supposes: `if the problem is over and cards work`."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends in the text as it is."""
    start = 0
    for cut in [found.start() for found in _SENTENCE.finditer(text)] + [len(text)]:
        if text[start:cut].strip():
            yield start, cut
            start = cut


def plain(text: str) -> str:
    """The words alone: no markup, one script, lower case, nothing invisible, written out."""
    bare = fold(_MARKUP.sub("", _UNSEEN.sub("", text)).translate(_QUOTES)).translate(_QUOTES)
    for short, whole in _SHORT:
        bare = short.sub(whole, bare)
    for calm in _fitting("calm", bare):
        bare = calm.sub(" ", bare)
    return re.sub(r"[ \t]+", " ", bare).strip()


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence that `plain` has made plain."""
    found: list[Clause] = []
    supposed = past = False
    for part in _CLAUSE.split(sentence):
        if not part or not part.strip():
            continue
        carried = (supposed and _any("carried", part)) or (past and not _any("already", part))
        found.append(Clause(part.strip(), sentence, carried))
        past = past or _any("elsewhere", part)
        supposed = carried or _any("conditional", part)
    return found


def says(kind: str, clause: Clause) -> bool:
    """Whether the clause says outright what the expressions of this kind stand for."""
    return next(subjects(kind, clause), None) is not None


def subjects(kind: str, clause: Clause) -> Iterator[str]:
    """What the clause says it of, for each expression of this kind that it says outright."""
    if clause.conditional or _any("asks", clause.text) or _any("elsewhere", clause.text):
        return
    text = clause.text if kind == "deployed" else less("deployed", clause.text)
    for expression in _fitting(kind, text):
        for found in expression.finditer(text):
            if not _neutral(kind, text, found.start(), found.end()):
                yield text[: found.start()]


def has(kind: str, text: str) -> bool:
    """Whether any expression of this kind stands in a plain text."""
    return _any(kind, text)


def less(kind: str, text: str) -> str:
    """A plain text without the expressions of this kind."""
    for expression in _fitting(kind, text):
        text = expression.sub(" ", text)
    return text


def _neutral(kind: str, text: str, start: int, end: int) -> bool:
    before, after = text[:start], text[end:]
    if _any("neutral", before) or _any("conditional", before):
        return True
    if kind != "call" and (_any("future", before) or _any("after", after)):
        return True  # of a call the future is what matters
    return _any("modal", before) and not _any("already", text)


def _any(kind: str, text: str) -> bool:
    return any(expression.search(text) for expression in _fitting(kind, text))


def _fitting(kind: str, text: str) -> tuple[re.Pattern[str], ...]:
    """The expressions that can stand in such a text: none of a script that it has not."""
    chinese = _CHINESE.search(text) is not None
    if not chinese:
        return _expressions(kind, "latin")
    return _expressions(kind, "both" if _LATIN.search(text) else "chinese")


@cache
def _expressions(kind: str, script: str) -> tuple[re.Pattern[str], ...]:
    if script == "both":
        return (*_expressions(kind, "latin"), *_expressions(kind, "chinese"))
    return tuple(
        re.compile(_spelled(line, language))
        for language, kinds in _read().items()
        if (language == "zh") == (script == "chinese")
        for line in kinds.get(kind, ())
    )


def compile_all() -> None:
    """Compile every expression; the first text would else wait for it."""
    for kind in {kind for kinds in _read().values() for kind in kinds}:
        _expressions(kind, "both")


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = yaml.load(
        Path(__file__).with_name("guard.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    return read


def _spelled(line: str, language: str) -> str:
    for name, meant in (("{adv}", _ADVERBS[language]), *_WORDS):
        line = line.replace(name, meant)
    return line
