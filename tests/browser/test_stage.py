"""The eye on faults sees them: without this, every other test here could look away."""

from tests.browser.stage import Stage
from tests.product import Product, until

ALL = """async () => {
    console.error("said aloud");
    setTimeout(() => { throw new Error("thrown"); });
    alert("hello");
    new Image().src = "https://evil.example/x.png";
    await fetch("https://evil.example/").catch(() => 0);
    await new Promise((done) => setTimeout(done, 200));
}"""


async def test_what_goes_wrong_in_a_page_is_seen(product: Product, stage: Stage) -> None:
    page = await stage.visit(f"{product.url}/sign-in")
    assert stage.wrong == []
    await page.evaluate(ALL)
    # "Content Security Policy": the policy of our pages stops both requests, and reports it.
    for words in ("said aloud", "thrown", "Content Security Policy"):
        await until(lambda words=words: any(words in fault for fault in stage.wrong))
    for act in ("dialog alert: hello", "asked https://evil.example/x.png"):
        await until(lambda act=act: act in stage.executed)
    stage.faults.clear()
    stage.executed.clear()
