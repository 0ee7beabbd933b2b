"""Web pages and text files that are broken, empty, or made to do harm."""

from collections.abc import Callable

Build = Callable[[], bytes]
_TEXT = "<p>Refunds take three working days from the day you ask.</p>"


def page(inside: str) -> bytes:
    """A web page with some text in it, so that only what is added can be its fault."""
    return f"<!doctype html><html><body><main>{inside}</main></body></html>".encode()


REFUSED: dict[str, tuple[str, Build, str]] = {
    "no bytes": ("a.html", lambda: b"", "empty"),
    "only white space": ("a.html", lambda: b" \n\t \r\n", "empty"),
    "only a byte order mark": ("a.html", lambda: b"\xef\xbb\xbf", "empty"),
    "only NULs": ("a.html", lambda: b"\0" * 5000, "empty"),
    "only a comment": ("a.html", lambda: b"<!-- nothing to see -->", "has no text"),
    "only navigation": (
        "a.html",
        lambda: page("<nav><a href=a>Home</a></nav>" + "<a href=b>Prices</a> " * 20),
        "nothing but navigation and links",
    ),
    "only images": ("a.html", lambda: page("<img src=a.png><img src=b.png>"), "only images"),
    "a script's page": (
        "a.html",
        lambda: b"<html><body><div id=root></div><script src=app.js></script></body></html>",
        "a script writes it",
    ),
    "frames": (
        "a.html",
        lambda: b"<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>",
        "has no text",
    ),
    "elements 300 deep": (
        "a.html",
        lambda: page("<div>" * 300 + _TEXT + "</div>" * 300),
        "more than 200 deep",
    ),
    "lists 150 deep": ("a.html", lambda: page("<ul><li>x" * 150), "more than 200 deep"),
    "a table of 100,000 rows": (
        "a.html",
        lambda: page("<table>" + "<tr><td>1<td>2<td>3" * 100_000 + "</table>"),
        "more than 300,000 elements",
    ),
    "a PDF called a page": ("a.html", lambda: b"%PDF-1.7\n%\xe2\xe3", "but is a PDF"),
    "a picture called a page": ("a.html", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 99, "an image"),
    "a program called a page": ("a.htm", lambda: b"\x7fELF" + b"\0" * 99, "a program"),
    "21 million bytes": ("a.html", lambda: b"x" * 20_000_001, "larger than 20,000,000"),
    "no encoding": ("a.html", lambda: page(_TEXT) + b"\x81\x8d\xff\xfe\x90" * 400, "encoding"),
    "UTF-16 of half a letter": ("a.html", lambda: b"\xff\xfeh\0i", "utf-16"),
    "a picture called Markdown": ("a.md", lambda: b"GIF89a" + b"x" * 99, "an image"),
    "a ZIP called Markdown": ("a.md", lambda: b"PK\x03\x04" + b"x" * 99, "a ZIP archive"),
    "Markdown with NULs": ("a.md", lambda: b"# T\n\nx\0y", "NUL bytes"),
    "Markdown in GBK": ("a.md", lambda: "# 退款\n\n三天内。".encode("gbk"), "not UTF-8"),
    "only a title": ("a.md", lambda: b"# Refunds\n", "no text but its title"),
    "endless front matter": ("a.md", lambda: b"---\ntitle: x\n", "does not end"),
    "laughing YAML": (
        "a.md",
        lambda: b"---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\ntext",
        "unknown key",
    ),
    "YAML that builds objects": (
        "a.md",
        lambda: b"---\ntitle: !!python/object/apply:os.system ['true']\n---\ntext",
        "not YAML",
    ),
    "YAML 2,000 deep": ("a.md", lambda: b"---\ntitle: " + b"[" * 2000 + b"\n---\nx", "not YAML"),
    "a misspelt audience": ("a.md", lambda: b"---\naudiance: staff\n---\nx", "unknown key"),
    "an unknown kind": ("a.exe", lambda: b"MZ" + b"x" * 99, "`.exe` files are not read here"),
    "no kind": ("README", lambda: b"text", "files without a suffix"),
    "an archive": ("a.zip", lambda: b"PK\x05\x06" + b"\0" * 18, "archive inside an archive"),
}
"""What each is → its name, its bytes, and the reason that must be given."""

HARMLESS: dict[str, tuple[str, Build, str, str]] = {
    "a huge attribute": (
        "a.html",
        lambda: page(f"<p title='{'x' * 5_000_000}'>Refunds take three working days.</p>"),
        "Refunds take three working days.",
        "xxx",
    ),
    "20,000 attributes": (
        "a.html",
        lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(5000))}>Refunds take three days.</p>"),
        "Refunds take three days.",
        "a4999",
    ),
    "NULs between letters": (
        "a.html",
        lambda: page(_TEXT.replace("three", "th\0ree")),
        "three working days",
        "\0",
    ),
    "zero-width letters and direction overrides": (
        "a.html",
        lambda: page(_TEXT.replace("three", "th\u200bree\u202e \u2066wo\u00adrk\u2069").replace(
            "working", "")),
        "three work days",
        "\u202e",
    ),
    "text from right to left": (
        "a.html",
        lambda: page("<p dir=rtl>يستغرق رد المبلغ ثلاثة أيام عمل.</p>"),
        "يستغرق رد المبلغ ثلاثة أيام عمل.",
        "<",
    ),
    "an absurd column and list number": (
        "a.html",
        lambda: page(
            _TEXT + "<table><tr><td colspan=999999999>a<td rowspan=99999999>b<tr><td>c</table>"
            "<ol start=999999999999999999><li value=-5>one</ol>"
        ),
        "1. one",
        "99999",
    ),
    "an external entity": (
        "a.html",
        lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + page(_TEXT + "&x;"),
        "three working days",
        "root:",
    ),
    "scripts of every kind": (
        "a.html",
        lambda: page(
            "<script>steal()</script><style>p{}</style><svg onload=steal()><text>steal</text></svg>"
            "<p onclick=steal()>Refunds take three working days. "
            "<a href='javascript:steal()'>one</a> <a href=' JaVa\nScript:steal()'>two</a> "
            "<a href='data:text/html,steal'>three</a> <a href='vbscript:steal()'>four</a></p>"
            "<iframe srcdoc='steal'></iframe><template>steal</template><img src=x onerror=steal()>"
        ),
        "one two three four",
        "steal",
    ),
    "HTML as text": (
        "a.html",
        lambda: page("<p>Write &lt;img src=x onerror=steal()&gt; into the page, it is shown.</p>"),
        "\\<img src=x",
        " <img",
    ),
    "tags that never end": (
        "a.html",
        lambda: b"<html><main><p>Refunds <b>take <i>three <a href=x>working days from now",
        "working days from now",
        "<",
    ),
    "a wrong charset": (
        "a.html",
        lambda: b"<meta charset=big5>" + page("<p>退款将在三个工作日内到账。</p>"),
        "退款将在三个工作日内到账。",
        "\ufffd",
    ),
    "an unknown charset": (
        "a.html",
        lambda: b"<meta charset=klingon-8>" + page("<p>退款將在三天內。請稍候。</p>"),
        "退款將在三天內。",
        "\ufffd",
    ),
    "one broken letter": (
        "a.html",
        lambda: b"<meta charset=utf-8>" + page(_TEXT * 40).replace(b"three", b"thr\xffee", 1),
        "three working days",
        "\udcff",
    ),
}  # fmt: skip
"""What each is → its name, its bytes, what is kept of it, and what must not be."""
