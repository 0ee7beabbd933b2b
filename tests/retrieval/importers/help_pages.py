"""Help pages in four languages and several layouts, with what of them is the article."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one page, in one language."""

    lang: str
    title: str
    intro: str
    steps: tuple[str, str, str]
    inner: tuple[str, str]
    heading: str
    fees: tuple[tuple[str, str], ...]
    note: str
    question: str
    answer: str
    link: str
    around: tuple[str, ...]
    """Menu, breadcrumb, cookie notice, related article, vote, footer."""


WORDS = (
    Words(
        "en",
        "Cancel a parcel pick-up",
        "You can cancel a pick-up until the driver has set out.",
        ("Open Pick-ups.", "Choose the parcel you no longer want to send.", "Tap Cancel."),
        ("Paid by card: back in 3 days", "Paid by wallet: back at once"),
        "What it costs",
        (("When", "Fee"), ("Before 9 am", "free"), ("After 9 am", "RM 4.50")),
        "Error PU-4031 means that the driver is on the way.",
        "Can I change the address instead?",
        "Yes, until the evening before.",
        "opening hours",
        ("Our products", "Home of help", "We use cookies to improve", "Lost parcels and claims",
         "Was this page useful to you?", "All rights reserved by Parcelly"),
    ),
    Words(
        "zh-CN",
        "取消上门取件",
        "司机出发之前，您都可以取消取件。",
        ("打开“取件”。", "选择不再寄送的包裹。", "点击“取消”。"),
        ("银行卡付款：三天内退回", "钱包付款：立即退回"),
        "费用说明",
        (("时间", "费用"), ("上午九点前", "免费"), ("上午九点后", "4.50 令吉")),
        "错误 PU-4031 表示司机已在路上。",
        "可以只改地址吗？",
        "可以，最迟在前一天晚上。",
        "营业时间",
        ("我们的产品", "帮助首页", "我们使用曲奇改善体验", "包裹遗失与理赔", "这篇文章对您有用吗",
         "版权所有 派速"),
    ),
    Words(
        "zh-TW",
        "取消到府收件",
        "司機出發之前，您都可以取消收件。",
        ("開啟「收件」。", "選擇不再寄送的包裹。", "點一下「取消」。"),
        ("信用卡付款：三天內退回", "錢包付款：立即退回"),
        "費用說明",
        (("時間", "費用"), ("上午九點前", "免費"), ("上午九點後", "4.50 令吉")),
        "錯誤 PU-4031 表示司機已在路上。",
        "可以只改地址嗎？",
        "可以，最遲在前一天晚上。",
        "營業時間",
        ("我們的產品", "說明首頁", "我們使用曲奇改善體驗", "包裹遺失與理賠", "這篇文章對您有用嗎",
         "版權所有 派速"),
    ),
    Words(
        "ms",
        "Batalkan kutipan bungkusan",
        "Anda boleh membatalkan kutipan sebelum pemandu bertolak.",
        ("Buka Kutipan.", "Pilih bungkusan yang tidak jadi dihantar.", "Tekan Batal."),
        ("Bayaran kad: dipulangkan dalam 3 hari", "Bayaran dompet: dipulangkan serta-merta"),
        "Berapa kosnya",
        (("Bila", "Caj"), ("Sebelum 9 pagi", "percuma"), ("Selepas 9 pagi", "RM 4.50")),
        "Ralat PU-4031 bermaksud pemandu sedang dalam perjalanan.",
        "Bolehkah saya tukar alamat sahaja?",
        "Boleh, sehingga malam sebelumnya.",
        "waktu operasi",
        ("Produk kami", "Laman bantuan", "Kami menggunakan kuki untuk",
         "Bungkusan hilang dan tuntutan", "Adakah halaman ini berguna?",
         "Hak cipta terpelihara Parcelly"),
    ),
)  # fmt: skip

LAYOUTS = ("semantic", "divs", "helpcentre", "tables")


def article(words: Words) -> str:
    """The article as HTML, with everything that must be kept."""
    one, two, three = words.steps
    rows = "".join(
        "<tr>" + "".join(f"<{'th' if n == 0 else 'td'}>{cell}" for cell in row) + "</tr>"
        for n, row in enumerate(words.fees)
    )
    return f"""<p>{words.intro}</p>
<ol><li>{one}</li><li>{two}<ul><li>{words.inner[0]}</li><li>{words.inner[1]}</li></ul></li>
<li>{three} <img src="/i/x.png" alt="[X]" onerror="steal()"></li></ol>
<h2>{words.heading}</h2><table>{rows}</table>
<p onclick="steal()"><strong>{words.note}</strong> <a href="/hours?a=1">{words.link}</a></p>
<pre><code class="language-sh">parcelly cancel --id 7
  --force</code></pre>
<details><summary>{words.question}</summary><p>{words.answer}</p></details>"""


def markdown(words: Words) -> str:
    """The same as Markdown."""
    one, two, three = words.steps
    head, *rows = (f"| {left} | {right} |" for left, right in words.fees)
    table = "\n".join([head, "| --- | --- |", *rows])
    note, mark = words.note[:-1], words.note[-1]
    return f"""{words.intro}

1. {one}
2. {two}
   - {words.inner[0]}
   - {words.inner[1]}
3. {three} ![[X]](https://help.example/i/x.png)

## {words.heading}

{table}

**{note}**{mark} [{words.link}](https://help.example/hours?a=1)

```sh
parcelly cancel --id 7
  --force
```

### {words.question}

{words.answer}"""


def page(words: Words, layout: str) -> str:
    """The article in a whole page, with menus, notices and links around it."""
    menu, crumb, cookie, related, vote, foot = words.around
    title = f"<h1>{words.title}</h1>"
    links = "".join(f'<li><a href="/{n}">{menu} {n}</a></li>' for n in range(6))
    more = f'<li><a href="/r">{related}</a></li><li><a href="/s">{related} 2</a></li>'
    core = article(words)
    body = {
        "semantic": f"""<header><nav><ul>{links}</ul></nav></header>
<div id="cookie-consent" role="dialog"><p>{cookie}</p><button>OK</button></div>
<main><nav aria-label="breadcrumb"><a href="/">{crumb}</a></nav><article>{title}{core}
<footer>{vote}<button>+</button><button>-</button></footer></article>
<aside><ul>{more}</ul></aside></main><footer>{foot}</footer>""",
        "divs": f"""<div class="topMenu"><ul>{links}</ul></div><div class="wrap">
<div class="col-left"><ul>{links}</ul></div><div class="col-main">
<div class="breadcrumbs"><a href="/">{crumb}</a></div>{title}<div class="txt">{core}</div>
<div class="vote-box">{vote} <a href="#y">+</a></div><div class="related"><ul>{more}</ul></div>
</div></div><div class="cookieBar">{cookie}</div><div class="page-footer">{foot}</div>""",
        "helpcentre": f"""<div role="banner"><a href="/">{crumb}</a><ul>{links}</ul></div>
<div class="container"><section class="article-sidebar"><ul>{more}</ul></section>
<article class="article"><header class="article-header">{title}</header>
<div class="article-body">{core}</div><div class="article-votes"><span>{vote}</span></div></article>
</div><div class="alert cookie-banner">{cookie}</div><footer class="footer">{foot}</footer>""",
        "tables": f"""<table width="100%"><tr><td colspan="2"><a href="/">{crumb}</a> {menu}</td>
</tr>
<tr><td class="nav"><ul>{links}</ul></td><td>{title}{core}<div class="related-articles"><ul>{more}
</ul></div><p class="feedback"><a href="#f">{vote}</a></p></td></tr></table>
<div class="footer">{foot}</div><div class="cookie">{cookie}</div>""",
    }[layout]
    return f"""<!doctype html><html lang="{words.lang}"><head><meta charset="utf-8">
<title>{words.title} | Parcelly</title><meta property="article:modified_time" content="2026-02-03">
<link rel="canonical" href="/pick-up"><style>p{{}}</style></head><body>{body}
<script>track("secret")</script></body></html>"""
