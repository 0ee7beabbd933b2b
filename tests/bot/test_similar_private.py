"""What agents wrote to one customer is shown to others only without what is that customer's."""

import pytest

from bot.similar_private import GAP, known_of, without_personal

KEPT = "The refund goes back to the card you paid with, within five working days."


@pytest.mark.parametrize(
    ("customer", "answer", "gone"),
    [
        ("my booking is SP-7K2M4Q", "I moved SP-7K2M4Q to Friday.", ["7K2M4Q"]),
        ("mail me at tan.wm@example.com", "Sent to Tan.WM@example.com now", ["example"]),
        ("", "Call us back on +60 12-345 6789 please", ["345", "6789"]),
        ("", "Your card 4111 1111 1111 1111 was charged", ["4111"]),
        ("my name is Nurul Huda", "Thanks Nurul, it is done.", ["Nurul"]),
        ("", "Hi Wei Ming,\nit is done.", ["Wei", "Ming"]),
        ("", "Salam Puan Rohana, sudah selesai.", ["Rohana"]),
        ("", "王小明先生，您好：已经退款。", ["王小明"]),
        ("", "Order 88213407 is on its way", ["88213407"]),
        ("", "Your reference RES774410 is open", ["RES774410"]),
        ("", "See https://example.org/t?token=s3cr3t", ["token", "s3cr3t"]),
        ("我的订单号是 60028811", "订单60028811已经取消", ["60028811"]),
        ("", "Regards, Aina", ["Aina"]),
    ],
)
def test_what_is_one_customers_is_taken_out(customer: str, answer: str, gone: list[str]) -> None:
    shown = without_personal(f"{answer} {KEPT}", known_of([customer], None), ["Aina"])
    assert not [one for one in gone if one in shown]
    assert GAP in shown or "?" in answer
    assert KEPT in shown


@pytest.mark.parametrize(
    "answer",
    [
        "Hello there, please update the app to version 4.2.1 and sign in again.",
        "Error PAY-402 means that the bank said no; try another card.",
        "Read https://example.org/help/en/12345-refunds first.",
        "Turn on 2FA under Settings.",
        "请先更新应用，再登录一次。",
        "Sila kemas kini aplikasi dan log masuk semula.",
    ],
)
def test_what_helps_everybody_stays(answer: str) -> None:
    assert without_personal(answer, known_of(["my phone is an iPhone 12"], None)) == answer


@pytest.mark.parametrize(
    ("name", "answer", "shown"),
    [
        ("Will Ong", "WILL ONG, it will be there. Will?", f"{GAP}, it will be there. {GAP}?"),
        ("陈伟强", "伟强，您好，已经退款。", f"{GAP}，您好，已经退款。"),
        (" ", "It is done.", "It is done."),
    ],
)
def test_parts_of_a_name_go_as_they_are_written(name: str, answer: str, shown: str) -> None:
    assert without_personal(answer, (), [name]) == shown


def test_the_same_twice_changes_nothing_more() -> None:
    once = without_personal("Hi Mei, SP-7K2M4Q and a@b.co, 0123456789", ())
    assert without_personal(once, ()) == once
