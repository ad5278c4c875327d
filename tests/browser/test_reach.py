"""Is the chat safe against what is written in it, and usable by everybody, anywhere?"""

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import PEOPLE, FakeGateway

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


async def test_markup_is_shown_and_never_run(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say(HOSTILE)
    request = gateway.only
    request.say(HOSTILE, sources=[HOSTILE], temporal_url="javascript:window.hacked=1")
    request.emit("plan", goal=HOSTILE, steps=[{"id": "s1", "title": HOSTILE, "state": "open"}])
    line = {"label": HOSTILE, "value": HOSTILE}
    card = {"set_id": "s", "digest": "d", "title": HOSTILE, "lines": [line], "total": HOSTILE}
    request.emit("confirm", state="open", expires_at="2099-01-01T00:00:00+00:00", code="", **card)
    await expect(chat.card.locator("dd")).to_have_text(HOSTILE)
    await expect(chat.messages("agent")).to_have_text([HOSTILE])
    await expect(chat.log.get_by_role("link")).to_have_count(0)
    assert await page.evaluate("[window.hacked, document.querySelectorAll('handrail-chat img').length]") == [None, 0]


async def test_the_page_runs_no_other_script(url: str, gateway: FakeGateway) -> None:
    del gateway
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
        answer = await http.get("/chat")
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
        assert (await http.get("/")).headers["location"] == "/chat"
        script = await http.get("/chat/handrail-chat.js")
        assert script.headers["content-type"].startswith("text/javascript")
        again = await http.get("/chat/handrail-chat.js", headers={"If-None-Match": script.headers["etag"]})
        assert again.status_code == 304
        for path in ("/chat/no.js", "/chat/..%2f..%2fpyproject.toml", "/chat/..", "/chat/%2e%2e%2f__init__.py"):
            assert (await http.get(path)).status_code in (307, 404), path


async def test_the_keyboard_is_enough(page: Page, url: str) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.input.focus()
    await page.keyboard.type("Move me")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("please")
    await page.keyboard.press("Enter")
    await expect(chat.messages("customer")).to_have_text(["Move me\nplease"])
    confirm = chat.card.get_by_role("button", name="Confirm")
    await expect(confirm).to_be_visible()
    await expect(chat.input).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(chat.card.get_by_role("button", name="Decline")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(confirm).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.card.locator(".card-state")).to_have_text("You confirmed this.")


async def test_screen_readers_are_told_politely(page: Page, url: str) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Hi there")
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    await expect(chat.log.locator(".message.agent .speaker")).to_have_text("Assistant")
    await expect(page.locator(".now")).to_have_attribute("role", "status")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_enough_contrast(browser: Browser, url: str, gateway: FakeGateway, scheme: str) -> None:
    async with await browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        page = await context.new_page()
        chat = Chat(page, url)
        await chat.open("C101")
        await chat.say("Move me to tomorrow's morning flight")
        await page.get_by_role("button", name="Confirm").click()
        await expect(chat.messages("agent").last).to_contain_text("Done")
        await chat.say("I want a person")
        gateway.only.emit("reply.done", turn=1, text="Hello", by="person", sources=["x"], cost_usd=0.0)
        await expect(chat.messages("person")).to_be_visible()
        ratios = await page.evaluate(_CONTRAST)
        assert len(ratios) > 20
        assert [one for one in ratios if one["ratio"] < 4.5] == []


async def test_nothing_is_cut_off_at_320_pixels(browser: Browser, url: str, gateway: FakeGateway) -> None:
    async with await browser.new_context(viewport={"width": 320, "height": 640}) as context:
        page = await context.new_page()
        chat = Chat(page, url)
        await chat.open("C101")
        await chat.say("W" * 200)
        gateway.only.say("A very long word: " + "x" * 300)
        await chat.say("Move me to tomorrow's morning flight")
        await expect(chat.card).to_be_visible()
        wide = "[...document.querySelector('handrail-chat').shadowRoot.querySelectorAll('*')]"
        cut = await page.evaluate(
            f"{wide}.filter(e => !e.matches('.unseen') && e.getBoundingClientRect().right > 320.5).length"
        )
        assert cut == 0
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        await expect(page.get_by_role("button", name="Send")).to_be_in_viewport()


async def test_on_a_phone_the_people_stay_open_once_a_company_is_chosen(
    browser: Browser, url: str, gateway: FakeGateway
) -> None:
    one, other = {"pack": "airline", "company": "Northwind Air"}, {"pack": "bank", "company": "Aldermere Bank"}
    companies = [{**one, "people": PEOPLE[:1]}, {**other, "people": PEOPLE[1:]}]
    async with await browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = await context.new_page()
        model = {"label": "a language model", "stand_in": False, "note": ""}
        await page.route("**/demo/people", lambda route: route.fulfill(json={"companies": companies, "model": model}))
        await page.goto(f"{url}/chat")
        await page.locator("#switch summary").click()
        await page.get_by_role("button", name="Aldermere Bank").click()
        await page.locator("#people").get_by_role("button", name="Maria Santos").click(timeout=5_000)
        await expect(page.locator("#who")).to_have_text("Maria Santos")
        await expect(page.locator("#people")).to_be_hidden()


async def test_reduced_motion_is_respected(browser: Browser, url: str, gateway: FakeGateway) -> None:
    async with await browser.new_context(reduced_motion="reduce") as context:
        page = await context.new_page()
        chat = Chat(page, url)
        await chat.open("C101")
        await chat.say("look")
        gateway.only.emit("tool", call="1", tool="x", text="Looking…", state="started")
        await expect(chat.status).to_be_visible()
        running = "document.querySelector('handrail-chat').shadowRoot.getAnimations({subtree: true}).length"
        assert await page.evaluate(running) == 0


_CONTRAST = """() => {
  const rgb = (text) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, back) => top.slice(0, 3).map((part, at) => part * (top[3] / 255) + back[at] * (1 - top[3] / 255));
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const backOf = (element) => {
    if (!element) return [255, 255, 255];
    const own = rgb(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own.slice(0, 3) : over(own, backOf(parent(element)));
  };
  const light = (color) => {
    const [r, g, b] = color.map((part) => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const roots = [document, document.querySelector("handrail-chat").shadowRoot];
  return roots.flatMap((root) => [...root.querySelectorAll("*")])
    .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
      const back = backOf(element);
      const text = over(rgb(getComputedStyle(element).color), back);
      const [low, high] = [light(text), light(back)].sort((a, b) => a - b);
      return { text: element.textContent.slice(0, 40), ratio: (high + .05) / (low + .05) };
    });
}"""
