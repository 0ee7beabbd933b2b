"""Who writes, and for how many people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.facts.numbers import WORDS, number
from handoff.facts.reading import Found, Reading

_LATIN_NAME = (
    r"[A-Z][\w'’.-]*[\w]"
    r"(?:[ ](?:(?:bin|binti|bt|a/l|a/p|de|van|von|al|der|la) )?[A-Z][\w'’-]*\w){0,4}"
)
_SURE = re.compile(
    r"(?i:\bmy (?:\w+ )?name(?: is|'s| was)|\bmine is|\b(?:sur|last |first |full )?name(?: is|:)"
    r"|\bguest is me,?|\bi am called|\bnama penuh(?: ialah|:)?|\bnama:?"
    r"|\bnama (?:penuh |tetamu )?(?:saya|sy|aku)(?: sendiri,?| ialah| adalah| is)?)"
    rf"\s?:?\s(?P<name>{_LATIN_NAME})"
)
_IN_SMALL_LETTERS = re.compile(
    r"(?i:\bmy name(?: is|'s)|\bnama saya|\bname:)\s(?P<name>[a-z]{2,}(?: [a-z]{2,}){0,2})"
    r"(?=[,.!;\n]|$)"
)
_LIKELY = re.compile(
    r"(?i:\bthis is|\bi'?m|\bi am|\bit'?s|\bsaya|\bni|\bini|\bsy)"
    rf"\s(?P<name>{_LATIN_NAME})"
    r"(?=\s*(?:[,.!?;\n]|$|\b(?:again|here|from|speaking|and|lagi|yang|dari|sini)\b))"
)
_NOT_NAMES = frozenset(
    """
    a ahad american an android april august australian boleh booking british changed chinese cina
    dah dalam december dieja different dr eja english february fine friday galaxy grabpay hilang
    huawei in incorrect india indian indonesian ipad iphone isnin january japanese july jumaat
    june khamis korean macbook mahu malaysian march mastercard may melayu missing misspelled
    monday mr mrs ms muslim my nak no not november october ok okay on paypal pixel rabu rasa
    ridiculous rm sabtu salah samsung saturday selasa september sgd silap singaporean sorry
    spelled spelt sudah sunday sure taiwanese tak telah tempahan terrible thai the thursday tiada
    ticket tiket tuesday unacceptable urgent usd vegan vegetarian visa wednesday windows wrong
    xiaomi yes your
    """.split()  # noqa: SIM905 - a list of this length is read as words
)
_OTHERS = re.compile(
    r"(?i:\b(?:his|her|their|its|wife's|husband's|son's|daughter's|passenger's|passenger|hotel|company|"
    r"card|file|account|bank|agent's|your|nama (?:dia|isteri|suami|anak))\s*)$"
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛"
    "温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐梅庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫屈鲍位"
    "覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房简连巫卓池古纽涂饶利蓝丘"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|慕容|端木|夏侯|东方|皇甫|尉迟|张简|范姜"
_GIVEN = r"(?![的了在们人员着过吗呢吧很都也])[\u4e00-\u9fff]"
_CHINESE_NAME = rf"(?:(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{1,2}})"
_CLOSE = r"(?=[,。.!?;、\s\0了]|$|电话|手机)"
_ZH_SURE = re.compile(
    r"(?:我叫|我的名字(?:是|叫)|我名叫|本人(?:是|叫)?|(?<![的同个上])(?:姓名|名字)(?:是|叫|:)?"
    r"|就是我本人|入住的人就是我|联系人(?:是|:)?)\s?:?\s?"
    rf"(?P<name>{_CHINESE_NAME}|[小阿]\S|[A-Z][a-z]+(?: [A-Z][a-z]+)*){_CLOSE}"
)
_ZH_IS = re.compile(
    r"(?:我是|这里是)(?:[^,。!?;我]{0,12}的(?P<nick>[小阿老][\u4e00-\u9fff])"
    rf"|(?P<name>{_CHINESE_NAME})){_CLOSE}"
)
_ZH_SURNAME = re.compile(rf"(?:我姓|敝姓|本人姓|免贵姓)(?P<name>{_DOUBLE}|[{_SURNAMES}]){_CLOSE}")
_ZH_NOT_NAMES = frozenset(
    (
        "高中生",
        "何时",
        "高级",
        "于是",
        "向导",
        "位置",
        "常客",
        "成年人",
        "单亲",
        "安全",
        "文员",
        "向日葵",
        "金卡",
        "安卓",
        "车主",
        "房东",
        "房客",
        "卫生",
    )
)

_COUNT = rf"(?:\d{{1,2}}|{WORDS})"
_AND = r"(?: and|,| \+| &| dan)? ?"
_ENGLISH = re.compile(
    rf"(?<![A-Za-z\d.,#-])(?P<adults>{_COUNT}) adults\b"
    rf"(?:{_AND}(?P<more>{_COUNT}) (?:child|children|kids?|infants?|bab(?:y|ies))\b)?"
    rf"|(?<![A-Za-z\d.,#-])(?P<n>{_COUNT}) "
    r"(?:people|persons|pax|guests|passengers|travell?ers|of us)\b"
    rf"|\b(?:family|party|group|table) (?:of|for) (?P<of>{_COUNT})\b",
    re.IGNORECASE,
)
_MALAY = re.compile(
    rf"(?<![A-Za-z\d.,#-])(?P<adults>{_COUNT}) (?:orang )?dewasa\b"
    rf"(?:{_AND}(?P<more>{_COUNT}) (?:orang )?(?:kanak-kanak|budak|bayi|anak)\b)?"
    rf"|(?<![A-Za-z\d.,#-])(?P<n>{_COUNT}) (?:orang|pax)\b(?! (?:ke atas|pertama))"
    r"|\bber(?P<together>dua|tiga|empat|lima|enam)\b(?! (?:kali|hari))",
    re.IGNORECASE,
)
_ZH_COUNT = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_CHINESE = re.compile(
    rf"(?<![\d第后末尾.一二三四五六七八九十])(?:(?P<adults>{_ZH_COUNT})(?:[个位名]?(?:大人|成人)|大)"
    rf"(?:[,、和]?(?P<more>{_ZH_COUNT})(?:[个位名]?(?:小孩|孩子|儿童|小朋友)|小)(?!时))?"
    rf"|(?P<n>{_ZH_COUNT})(?:个人|人|位|口)(?![数码次以民工员币客经老司]))"
)


def find_name(rest: str, reading: Reading) -> Iterator[Found]:
    """The customer's own name as it was typed; names of others are left out."""
    for match in _SURE.finditer(reading.text):
        if not _OTHERS.search(reading.text[: match.start()]):
            yield from _latin(match)
    for match in _IN_SMALL_LETTERS.finditer(reading.text):
        if not _NOT_NAMES.intersection(match["name"].split()):
            yield from _latin(match)
    for match in _LIKELY.finditer(reading.text):
        if not match["name"].isupper():  # its PIN
            yield from _latin(match)
    for pattern in (_ZH_SURE, _ZH_IS, _ZH_SURNAME):
        for match in pattern.finditer(rest):
            group = "nick" if match.groupdict().get("nick") else "name"
            start, end = match.span(group)
            if rest[start:end] not in _ZH_NOT_NAMES:
                yield Found("name", reading.text[start:end], start, end)


def _latin(match: re.Match[str]) -> Iterator[Found]:
    name = match["name"].rstrip(".")
    words = name.lower().split()
    if words[0] not in _NOT_NAMES and not any(one.isdigit() for one in name):
        yield Found("name", name, match.start("name"), match.start("name") + len(name))


_COUNTED: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("people", "person", "pax", "adults", "guests", "passenger", "travel", "of us", "family",
      "party", "group", "table"), _ENGLISH),
    (("orang", "dewasa", "pax", "berdua", "bertiga", "berempat", "berlima", "berenam"), _MALAY),
    (("人", "大", "位", "口"), _CHINESE),
)  # fmt: skip


def find_count(rest: str, reading: Reading) -> Iterator[Found]:
    """How many people it is for, children included; one person says nothing and is left out."""
    for words, pattern in _COUNTED:
        for match in pattern.finditer(rest) if reading.has(words) else ():
            parts = match.groupdict()
            said = [parts.get(one) for one in ("adults", "more", "n", "of", "together")]
            count = sum(int(number(one) or 0) for one in said if one)
            if 2 <= count <= 99:
                yield Found("people", str(count), *match.span())
