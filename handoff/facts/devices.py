"""The device and the operating system a customer has the trouble on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.facts.reading import EDGE, END, Found, Reading

_MAKERS = {
    "华为": "Huawei", "小米": "Xiaomi", "红米": "Redmi", "荣耀": "Honor", "三星": "Samsung",
    "苹果": "iPhone", "联想": "Lenovo", "华硕": "ASUS", "一加": "OnePlus", "魅族": "Meizu",
    "安卓": "Android", "鸿蒙": "HarmonyOS", "windows": "Windows", "harmonyos": "HarmonyOS",
    "android": "Android", "ios": "iOS", "ipados": "iPadOS", "macos": "macOS", "win": "Windows",
    "iphone": "iPhone", "ipad": "iPad", "macbook": "MacBook", "imac": "iMac", "oppo": "OPPO",
    "oneplus": "OnePlus", "asus": "ASUS", "vivo": "vivo", "realme": "realme", "rog": "ROG",
    "htc": "HTC", "se": "SE", "xr": "XR", "xs": "XS", "fe": "FE", "thinkpad": "ThinkPad",
    "chromebook": "Chromebook", "zenfone": "Zenfone", "mini": "mini", "poco": "POCO",
    "iwatch": "Apple Watch",
}  # fmt: skip
_SIZE = r"(?: ?(?:Pro Max|Pro Plus|Pro|Plus|Ultra|Max|mini|FE|Lite|Air|5G))?"
_DEVICE = re.compile(
    rf"{EDGE}(?P<all>"
    rf"(?:iPhone|苹果) ?(?:\d{{1,2}}|SE|XS|XR|X)e?{_SIZE}"
    r"|iPad(?: ?(?:Air|Pro|mini))?(?: \d{1,2}(?!\.))?"
    r"|MacBook(?: (?:Air|Pro))?(?: M\d)?|iMac|Mac mini|Chromebook|Apple Watch(?: \d+)?"
    rf"|(?:Samsung |三星)?(?:Galaxy )(?:Note |Tab |Z )?(?:Fold|Flip|[A-Z])? ?\d{{1,3}}[a-z]?{_SIZE}"
    rf"|(?:Samsung|三星) ?(?:Note |Tab )?[A-Z]\d{{1,3}}[a-z]?{_SIZE}"
    rf"|Pixel \d{{1,2}}a?{_SIZE}"
    rf"|(?:Redmi|红米) ?(?:Note |K)?\d{{1,2}}[A-Z]?{_SIZE}"
    rf"|(?:Xiaomi|小米|Poco) ?(?:Mi |Mix |[A-Z])?\d{{1,2}}[A-Z]?{_SIZE}"
    r"|(?:Huawei|华为|Honor|荣耀) ?(?:(?:Mate|Nova|Magic|Pura|P|X|Y) ?)?"
    rf"\d{{1,3}}[a-z]?{_SIZE}"
    r"|(?:OPPO|vivo|realme|OnePlus|一加) ?(?:Reno|Find|Nord|[A-Z])? ?"
    rf"[A-Z]?\d{{1,3}}[a-z]?{_SIZE}"
    rf"|(?:Lenovo|联想) ?(?:Tab|Yoga|IdeaPad) ?[A-Z]?\d{{1,3}}{_SIZE}"
    r"|(?:ThinkPad|Surface(?: Pro| Go| Laptop)?|Zenfone|Xperia|Nokia|Moto) ?"
    r"[A-Z]?\d{1,3}(?: [IVX]+)?"
    rf"){END}",
    re.IGNORECASE,
)
_OS = re.compile(
    rf"{EDGE}(?P<name>iPadOS|iOS|Android|安卓|macOS|Windows|Win|HarmonyOS|鸿蒙(?:系统)?|Ubuntu|"
    r"ColorOS|watchOS)"
    rf" ?(?P<number>\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}|XP){END}",
    re.IGNORECASE,
)
_DEVICE_WORDS = (
    "iphone", "ipad", "mac", "chromebook", "watch", "galaxy", "samsung", "pixel", "redmi", "xiaomi",
    "poco", "huawei", "honor", "oppo", "vivo", "realme", "oneplus", "lenovo", "thinkpad", "surface",
    "zenfone", "xperia", "nokia", "moto",
    "苹果", "三星", "红米", "小米", "华为", "荣耀", "一加", "联想",
)  # fmt: skip
_OS_WORDS = ("os", "android", "安卓", "win", "鸿蒙", "ubuntu")


def find(rest: str, reading: Reading) -> Iterator[Found]:
    """Devices (`Redmi Note 8`) and systems (`Android 9`), each spelled in one way."""
    for match in _OS.finditer(rest) if reading.has(_OS_WORDS) else ():
        name = match["name"].lower().removesuffix("系统")
        yield Found("os", f"{_MAKERS.get(name, match['name'])} {match['number']}", *match.span())
    for match in _DEVICE.finditer(rest) if reading.has(_DEVICE_WORDS) else ():
        yield Found("device", _spelled(match.group()), *match.span())


def _spelled(plain: str) -> str:
    plain = re.sub(r"(?i)(iphone|ipad)(?=\d)", r"\1 ", plain)
    for name in (one for one in _MAKERS if not one.isascii()):
        plain = plain.replace(name, f"{_MAKERS[name]} ")
    return " ".join(_word(one) for one in plain.split())


def _word(word: str) -> str:
    known = _MAKERS.get(word.lower())
    if known is not None:
        return known
    if word[:1].islower():  # redmi note 8, galaxy s23
        return word[:1].upper() + word[1:]
    return word
