"""What systems number: bookings, orders, parcels, errors, flights, versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.facts.reading import EDGE, END, Found, Reading

_CODE_LIKE = r"(?=[A-Z0-9-]*\d)[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){3,29}"

_BOOKING = re.compile(
    rf"{EDGE}SP[ -]?(?P<code>(?=[A-Z0-9]*\d)[A-Z0-9]{{6}}){END}|"
    rf"{EDGE}SP-(?P<letters>[A-Z]{{6}}){END}",
    re.IGNORECASE,
)
_NUMBERED = (
    r"(?:\b(?:booking|order|reservation|confirmation|reference|ref|tracking|ticket|transaction|"
    r"case|invoice|itinerary|pnr|parcel|receipt|"
    r"tempahan|pesanan|rujukan|pengesahan|transaksi|tiket|kes|invois|resit|bungkusan)\b"
    r"|订单|单号|编号|序号|预订|订座|订位|订房|确认|参考|票号|工单|案件|交易|快递|物流|流水|代号|发票|订票|号码)"
)
_WEAK = re.compile(
    r"ticket|tiket|parcel|receipt|resit|case|kes|bungkusan|发票|确认|参考", re.IGNORECASE
)
_REFERENCE = re.compile(
    rf"(?P<what>{_NUMBERED})"
    r"(?P<marked>(?:[ ]?(?:number|numbers|no|num|nr|nombor|code|kod|id|ref|reference"
    r"|号码?|编号|代[号码]|单号|序号|码)\.?|\s?[:#])*)"
    r"(?:\s?(?:is|it's|are|ialah|adalah|was|是|为|不是|not|bukan))?"
    rf"\s?[:.#]?\s?#?(?P<code>{_CODE_LIKE}){END}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<!promo )(?<!discount )(?<!voucher )(?:\bcode|\bkod)\s?(?:is|ialah)?\s?[:]?\s?"
    rf"(?P<code>(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{{5,12}}){END}",
    re.IGNORECASE,
)
_HASHED = re.compile(rf"#\s?(?P<code>{_CODE_LIKE}){END}", re.IGNORECASE)
_CODED = re.compile(
    rf"{EDGE}(?P<code>[A-Z]{{2,6}}-\d[A-Z0-9]{{3,}}(?:-[A-Z0-9]+)*|[A-Z]{{2,6}}\d{{5,}}[A-Z0-9]*"
    rf"|\d{{4,}}-(?=\d*[A-Z])[A-Z0-9]{{2,}}){END}"
)
_BARE = re.compile(
    rf"{EDGE}(?P<code>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{{3,19}}){END}", re.IGNORECASE
)
_ASKED = re.compile(
    r"(?:booking|order|reservation|reference|confirmation|ticket|tracking)[ -]"
    r"(?:number|no|code|id)\b|"
    r"\breference\b|订单号|单号|编号|预订号|确认号|订位代号|"
    r"(?:nombor|no\.?|kod) (?:tempahan|pesanan|rujukan)"
)
_SWAPPED = re.compile(
    rf"(?:不是|bukan|\bnot)\s?#?(?P<wrong>{_CODE_LIKE})\s?,?\s?"
    rf"(?:而是|是|tapi|tetapi|it's|it is|but|is)\s?#?(?P<code>{_CODE_LIKE}){END}",
    re.IGNORECASE,
)
_ERROR_CUE = re.compile(
    r"error|\berr\b|fail|code|kod\b|ralat|gagal|错误|报错|代码|返回|回传|跳|显示|http|response|status",
    re.IGNORECASE,
)
_NAMED_ERROR = re.compile(rf"{EDGE}[A-Z]{{2,12}}_[A-Z0-9_]{{2,40}}")
_SHORT_CODE = re.compile(
    rf"{EDGE}(?!SP-)(?P<code>[A-Z]{{1,6}}-\d[A-Z0-9]{{1,4}}){END}", re.IGNORECASE
)
_ERROR_NUMBER = re.compile(
    r"(?:errors?(?: code| no\.?| number)?|\bhttp(?: status| error)?|(?:kod )?ralat(?: kod)?"
    r"|错误(?:代?码|代号)?|报错(?:代?码)?|故障码)"
    r"\s?(?:is|was|ialah|是|为)?\s?[:#]?\s?"
    rf"(?P<code>0x[0-9A-F]{{2,8}}|[A-Z]{{0,6}}-?\d{{2,6}}[A-Z]?){END}",
    re.IGNORECASE,
)
_ERROR_WORDS = ("error", "http", "ralat", "错误", "报错", "故障")

_FLIGHT_CUE = re.compile(
    r"(?:\bflights?(?: (?:number|no\.?|is))*|航班号?码?|班机号?码?|班次|飞机|penerbangan)"
    r"(?:\s?(?:is|ialah|是))?\s?[:]?\s?"
    rf"(?P<line>[A-Z]{{2}}|[A-Z]\d|\d[A-Z])[ -]?(?P<number>\d{{1,4}}){END}",
    re.IGNORECASE,
)
_AIRLINES = (
    "3K 3U 5J 7C 9C AA AC AF AI AK AY B6 BA BI BR BX CA CI CX CZ D7 DL DD EK EY FD FM FY GA GK HO "
    "HU HX IT JL JQ JT JX KA KE KL LH LJ LX MF MH MI MM MU NH NZ OD OS OZ PG PR QF QR QZ SC SK SL "
    "SQ SV TG TK TR TW TZ UA UL UO VA VJ VN VS VZ XJ XT Z2 ZG ZH ZE"
)
_FLIGHT = re.compile(rf"{EDGE}(?P<line>{_AIRLINES.replace(' ', '|')}) ?(?P<number>\d{{3,4}}){END}")

_PARTS = r"\d{1,3}(?:\.\d{1,4}){1,3}"
_VERSION = re.compile(
    r"(?:\bversions?|\bver\b\.?|\bversi|版本号?)(?: (?:app|apl|aplikasi))?"
    rf"\s?(?:is|ialah|now|是|为)?\s?[:]?\s?v?(?P<number>{_PARTS}){END}"
    rf"|{EDGE}v(?P<v>{_PARTS}){END}|(?<![\d.])(?P<ban>{_PARTS})版",
    re.IGNORECASE,
)
_VERSION_TALK = re.compile(r"version|versi\b|版本", re.IGNORECASE)
_THREE_PARTS = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,3}(?![\d.])")


def find_booking(rest: str, _: Reading) -> Iterator[Found]:
    """Booking references of the form `SP-7K2M4Q`."""
    for match in _BOOKING.finditer(rest):
        code = (match["code"] or match["letters"]).upper()
        yield Found("booking", f"SP-{code}", *match.span())


def find_reference(rest: str, reading: Reading) -> Iterator[Found]:
    """Numbers that the words before them or the bot's question tell to be references."""
    for match in _REFERENCE.finditer(rest):
        if match["marked"] or _numbers_one(match["what"], match["code"]):
            yield _code("reference", match)
    for pattern in (_SWAPPED, _CODE, _HASHED):
        for match in pattern.finditer(rest):
            yield _code("reference", match)
    if _ASKED.search(reading.after):
        for match in _BARE.finditer(rest):
            yield _code("reference", match)


def find_error(rest: str, reading: Reading) -> Iterator[Found]:
    """Error codes: named as such, or short codes such as `PAY-402`."""
    for match in _NAMED_ERROR.finditer(rest):
        yield Found("error", match.group(), *match.span())
    for match in _ERROR_NUMBER.finditer(rest) if reading.has(_ERROR_WORDS) else ():
        yield _code("error", match)
    for match in _SHORT_CODE.finditer(rest):
        code = match["code"]
        short = len(code.partition("-")[2]) <= 3 and code.isupper() and code != "COVID-19"
        if short or _ERROR_CUE.search(reading.before(match.start())):
            yield _code("error", match)


def find_coded(rest: str, _: Reading) -> Iterator[Found]:
    """What is left and looks like a reference: `HR-60028`, `RES774410`."""
    for match in _CODED.finditer(rest):
        yield _code("reference", match)


def find_flight(rest: str, reading: Reading) -> Iterator[Found]:
    """Flight numbers as `MH603`: after a word for flight, or of an airline we know."""
    named = reading.has(("flight", "penerbangan", "航班", "班机", "班次", "飞机"))
    for pattern in (_FLIGHT_CUE, _FLIGHT) if named else (_FLIGHT,):
        for match in pattern.finditer(rest):
            start = match.start("line")
            yield Found("flight", f"{match['line']}{match['number']}".upper(), start, match.end())


def find_version(rest: str, reading: Reading) -> Iterator[Found]:
    """Versions of the app, without a leading v."""
    for match in _VERSION.finditer(rest):
        yield Found("version", match["number"] or match["v"] or match["ban"], *match.span())
    for match in _THREE_PARTS.finditer(rest):
        # "It says my version is too old. 4.0.2": the word may stand in the sentence before.
        if _VERSION_TALK.search(reading.plain[max(0, match.start() - 60) : match.start()]):
            yield Found("version", match.group(), *match.span())


def _numbers_one(what: str, code: str) -> bool:
    """Whether digits right after such a word number it: `order 1000` and `tiket 20000` do not."""
    if not code.isdigit():
        return True
    if _WEAK.match(what) or code.endswith("00"):
        return False
    return len(code) > 4 or not code.startswith(("19", "20"))


def _code(kind: str, match: re.Match[str]) -> Found:
    code = match["code"].upper().replace("0X", "0x")
    return Found("error" if kind == "error" else "reference", code, *match.span("code"))
