"""The eye on faults sees them: without this, every other test here could look away."""

from tests.browser.stage import Stage
from tests.product import Product

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
    seen = "\n".join(stage.wrong)
    assert "said aloud" in seen
    assert "thrown" in seen
    assert "Content Security Policy" in seen, "the policy of our pages stops and reports both"
    assert "dialog alert: hello" in stage.executed
    assert "asked https://evil.example/x.png" in stage.executed
    stage.faults.clear()
    stage.executed.clear()
