"""A small help centre in four languages, written for the tests."""

# ruff: noqa: E501, ISC004 - texts are easier to read on their line

from datetime import date

from retrieval.articles import ArticleDraft

_TEXTS: dict[str, dict[str, tuple[str, tuple[str, ...], str]]] = {
    "refund-time": {
        "en": (
            "How long a refund takes",
            ("When will I get my money back?", "My refund has not arrived"),
            "A refund reaches your card in 5 to 10 business days.\n\n## E-wallets\n\n"
            "E-wallets take 1 to 3 days.\n\n## Closed cards\n\nIf the card is closed, the bank "
            "passes the money on to your new one.",
        ),
        "zh-Hans": (
            "退款多久到账",
            ("退款什么时候到账？", "为什么还没收到退款？"),
            "退款会在 5 到 10 个工作日内退回银行卡。\n\n## 电子钱包\n\n电子钱包需要 1 到 3 天。"
            "\n\n## 卡已注销\n\n卡已注销时，银行会把款项转到新卡。",
        ),
        "zh-Hant": (
            "退款要等多久",
            ("退款什麼時候入帳？", "為什麼還沒收到退款？"),
            "退款會在 5 到 10 個工作天內退回信用卡。\n\n## 電子錢包\n\n電子錢包需要 1 到 3 天。"
            "\n\n## 卡片已停用\n\n卡片停用時，銀行會把款項轉到新卡。",
        ),
        "ms": (
            "Tempoh bayaran balik",
            ("Bila saya akan terima wang balik?", "Bayaran balik belum sampai"),
            "Bayaran balik sampai ke kad anda dalam 5 hingga 10 hari bekerja.\n\n## E-dompet\n\n"
            "E-dompet mengambil 1 hingga 3 hari.\n\n## Kad ditutup\n\nJika kad sudah ditutup, "
            "bank akan menyerahkan wang itu.",
        ),
    },
    "charged-twice": {
        "en": (
            "I was charged twice",
            ("Why was my card charged two times?", "There are two charges for one order"),
            "Usually one of the two is a hold, which the bank releases in 3 days.\n\n"
            "## What to check\n\n1. Open **Orders**.\n2. Count the orders.\n\n"
            "| Orders | Meaning |\n|---|---|\n| One | The other is a hold |\n| Two | Both are real |",
        ),
        "zh-Hans": (
            "为什么扣款两次",
            ("银行卡为什么被扣了两次？", "一个订单有两笔扣款"),
            "通常其中一笔只是预授权，银行会在 3 天内释放。\n\n## 怎样核对\n\n1. 打开**订单**。\n"
            "2. 看有几个订单。",
        ),
        "zh-Hant": (
            "為什麼重複扣款",
            ("信用卡為什麼被刷了兩次？", "一筆訂單有兩筆請款"),
            "通常其中一筆只是預授權，銀行會在 3 天內釋放。\n\n## 怎麼確認\n\n1. 打開**訂單**。\n"
            "2. 看有幾筆訂單。",
        ),
        "ms": (
            "Dicaj dua kali",
            ("Kenapa kad saya dicaj dua kali?", "Ada dua caj untuk satu pesanan"),
            "Biasanya satu daripadanya pegangan, yang bank lepaskan dalam 3 hari.\n\n"
            "## Cara menyemak\n\n1. Buka **Pesanan**.\n2. Kira pesanan anda.",
        ),
    },
    "password-reset": {
        "en": (
            "Reset your password",
            ("I forgot my password", "The reset link has expired"),
            "Choose **Forgot password** on the sign-in page. The link is valid for 30 minutes.\n\n"
            "## Locked account\n\nAfter five wrong passwords the account is locked for 15 minutes.",
        ),
        "zh-Hans": (
            "重置密码",
            ("忘记密码怎么办？", "重置链接过期了"),
            "在登录页点**忘记密码**。链接 30 分钟内有效。\n\n## 账户被锁\n\n输错五次后账户锁定 15 分钟。",
        ),
        "zh-Hant": (
            "重設密碼",
            ("忘記密碼怎麼辦？", "重設連結過期了"),
            "在登入頁點選**忘記密碼**。連結 30 分鐘內有效。\n\n## 帳號被鎖\n\n輸錯五次後帳號鎖定 15 分鐘。",
        ),
        "ms": (
            "Tetapkan semula kata laluan",
            ("Saya terlupa kata laluan", "Pautan sudah tamat tempoh"),
            "Pilih **Lupa kata laluan** pada halaman log masuk. Pautan sah selama 30 minit.\n\n"
            "## Akaun dikunci\n\nSelepas lima kali salah, akaun dikunci 15 minit.",
        ),
    },
    "pets": {
        "en": (
            "Travelling with pets",
            ("Can I bring my dog?", "Are cats allowed on board?"),
            "Small pets travel in a carrier of up to 8 kg.\n\n## Guide dogs\n\nGuide dogs are free.",
        ),
        "zh-Hans": (
            "携带宠物",
            ("可以带狗吗？", "猫可以上船吗？"),
            "小型宠物须放在 8 公斤以内的笼子里。\n\n## 导盲犬\n\n导盲犬免费。",
        ),
        "zh-Hant": (
            "攜帶寵物",
            ("可以帶狗嗎？", "貓可以上船嗎？"),
            "小型寵物須放在 8 公斤以內的提籃。\n\n## 導盲犬\n\n導盲犬免費。",
        ),
        "ms": (
            "Membawa haiwan peliharaan",
            ("Boleh saya bawa anjing?", "Bolehkah kucing naik feri?"),
            "Haiwan kecil dibawa dalam sangkar sehingga 8 kg.\n\n## Anjing pemandu\n\nPercuma.",
        ),
    },
    "receipt": {
        "en": (
            "Receipts and invoices",
            ("Where is my receipt?", "I need an invoice with my company name"),
            "Download the receipt under **Orders**. Error RCP-204 means that it is not ready yet."
            "\n\n## Company name\n\nAsk for an invoice within 90 days.",
        ),
        "zh-Hans": (
            "收据和发票",
            ("收据在哪里？", "需要开公司抬头的发票"),
            "在**订单**里下载收据。错误 RCP-204 表示还没准备好。\n\n## 公司抬头\n\n请在 90 天内申请发票。",
        ),
        "zh-Hant": (
            "收據與發票",
            ("收據在哪裡？", "需要開公司抬頭的發票"),
            "在**訂單**裡下載收據。錯誤 RCP-204 表示還沒準備好。\n\n## 公司抬頭\n\n請在 90 天內申請發票。",
        ),
        "ms": (
            "Resit dan invois",
            ("Di mana resit saya?", "Saya perlukan invois atas nama syarikat"),
            "Muat turun resit di **Pesanan**. Ralat RCP-204 bermaksud resit belum sedia.\n\n"
            "## Nama syarikat\n\nMinta invois dalam 90 hari.",
        ),
    },
}


def drafts() -> list[ArticleDraft]:
    """Return every article of the test collection."""
    return [
        ArticleDraft(
            id=article,
            locale=locale,
            title=title,
            category="help",
            subcategory="",
            components=("payments",) if "refund" in article or "charged" in article else (),
            questions=questions,
            body=body,
            updated=date(2026, 10, 14),
        )
        for article, locales in _TEXTS.items()
        for locale, (title, questions, body) in locales.items()
    ]


def draft(article: str, locale: str = "en") -> ArticleDraft:
    """Return one article of the test collection."""
    return next(d for d in drafts() if d.id == article and d.locale == locale)
