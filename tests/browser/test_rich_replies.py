"""Does the chat show what a reply holds besides words, and say first that a machine writes?"""

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_turns import DRAWING, NOTICE, PICTURE

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'


async def shows_pictures(page: Page) -> None:
    """The company's site, which only pictures are fetched from."""
    await page.route(PICTURE, lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))


async def test_the_first_reply_says_that_it_is_automated_also_after_a_reload(page: Page, url: str) -> None:
    await shows_pictures(page)
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Show me where it stands")
    await expect(chat.log.locator(".automated:visible")).to_have_text([NOTICE])
    await chat.say("Hi again")
    await expect(chat.messages("agent")).to_have_count(2)
    await expect(chat.log.locator(".automated:visible")).to_have_text([NOTICE])
    await page.reload()
    await expect(chat.log.locator(".automated:visible")).to_have_text([NOTICE])


async def test_a_picture_has_its_words_and_a_form_opens_beside_the_chat(page: Page, url: str) -> None:
    await shows_pictures(page)
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Show me where it stands")
    shown = chat.log.locator(".shown:visible")
    await expect(shown.locator("figcaption")).to_have_text("A bag tag")
    picture = shown.get_by_role("img", name="The number stands on the sticker.")
    await expect(picture).to_have_js_property("naturalWidth", 40)
    await picture.dispatch_event("error")
    await expect(shown.locator("figure")).to_contain_text("The number stands on the sticker.")
    await expect(picture).to_have_count(0)
    form = shown.get_by_role("link", name="Report a bag (opens in a new tab)")
    await expect(form).to_have_attribute("href", "https://media.invalid/report")
    await expect(form).to_have_attribute("rel", "noopener noreferrer")


async def test_a_drawing_of_the_pack_comes_from_the_gateway(page: Page, url: str) -> None:
    await page.route(f"{url}{DRAWING}", lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Draw it")
    picture = chat.log.get_by_role("img", name="The number stands on the sticker.")
    await expect(picture).to_have_js_property("naturalWidth", 40)


@pytest.mark.parametrize("base", ["/shop/handrail/", "/shop/handrail", "handrail/", "http://{host}/shop/handrail/"])
async def test_a_drawing_comes_from_where_the_gateway_is_also_beneath_a_path(page: Page, url: str, base: str) -> None:
    beneath = f"{url}/handrail" if base.startswith("handrail") else f"{url}/shop/handrail"

    async def pass_on(route: Route) -> None:
        await route.continue_(url=route.request.url.replace(beneath, url))

    await page.route(f"{beneath}/**", pass_on)
    await page.route(f"{beneath}{DRAWING}", lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))
    chat = Chat(page, url)
    await chat.open("C101")
    given = base.format(host=url.removeprefix("http://"))
    await page.locator("handrail-chat").evaluate("(chat, given) => chat.setAttribute('base-url', given)", given)
    await chat.say("Draw it")
    picture = chat.log.get_by_role("img", name="The number stands on the sticker.")
    await expect(picture).to_have_js_property("naturalWidth", 40)


async def test_a_choice_is_sent_as_a_message_and_then_offered_no_more(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    await shows_pictures(page)
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Show me where it stands")
    offered = chat.log.get_by_role("group", name="You can answer").get_by_role("button")
    await expect(offered).to_have_text(["Hi, I have it", "I lost it"])
    await offered.first.click()
    await expect(chat.messages("customer").last).to_have_text("Hi, I have it")
    await expect(chat.messages("agent").last).to_have_text("Hello, and welcome to Northwind Air. How can I help?")
    await expect(offered.first).to_be_disabled()
    assert [line["text"] for line in gateway.only.transcript if line["who"] == "customer"][-1] == "Hi, I have it"
