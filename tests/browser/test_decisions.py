"""Does the customer decide on exactly what is shown, once, and see what came of it?"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.console.fake_gateway import FakeGateway
from tests.console.fake_request import FakeRequest
from tests.console.fake_turns import open_card


async def _open(page: Page, url: str, gateway: FakeGateway, **card: float) -> tuple[Chat, FakeRequest]:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("prepare it")
    open_card(gateway.only, **card)  # pyright: ignore[reportArgumentType]  # only `minutes` is given
    gateway.only.emit("status", state="waiting_for_confirmation", text="")
    await expect(chat.card).to_be_visible()
    return chat, gateway.only


async def test_the_card_shows_lines_total_and_the_time_left(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, _ = await _open(page, url, gateway)
    await expect(chat.card.get_by_role("heading")).to_have_text("Change your flight")
    await expect(chat.card.locator("dd")).to_contain_text(["K7Q2LM", "NW210 FRA to LIS", "45.00 EUR to Visa"])
    await expect(chat.card.locator(".card-total strong")).to_have_text("45.00 EUR")
    await expect(chat.card.get_by_role("timer")).to_contain_text("Expires in 14:")
    await expect(chat.status).to_have_text("Waiting for your confirmation")


async def test_confirming_sends_the_shown_digest_and_labels_the_card(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat, _ = await _open(page, url, gateway)
    await chat.card.get_by_role("button", name="Confirm").click()
    await expect(chat.card.locator(".card-state")).to_have_text("You confirmed this.")
    await expect(chat.card.get_by_role("button")).to_have_count(0)
    await expect(chat.messages("agent").last).to_contain_text("Done: you now fly on NW210")
    decisions = [post["confirm"] for post in gateway.posts if "confirm" in post]
    assert decisions == [{"set_id": "set-1", "digest": "digest-set-1", "decision": "confirm"}]


async def test_declining_changes_nothing(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, _ = await _open(page, url, gateway)
    await chat.card.get_by_role("button", name="Decline").click()
    await expect(chat.card.locator(".card-state")).to_have_text("You declined this. Nothing was changed.")
    await expect(chat.messages("agent").last).to_have_text("All right, I have changed nothing.")


async def test_only_the_latest_card_can_be_decided(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _open(page, url, gateway)
    open_card(request, "set-2", total="52.00 EUR")
    await expect(chat.card).to_have_count(2)
    await expect(chat.log.get_by_role("button", name="Confirm")).to_have_count(1)
    await expect(chat.card.first.locator(".card-state")).to_contain_text("No longer valid")
    await chat.card.last.get_by_role("button", name="Confirm").click()
    await expect(chat.card.last.locator(".card-state")).to_have_text("You confirmed this.")
    assert gateway.posts[-1]["confirm"]["digest"] == "digest-set-2"


async def test_a_void_card_says_so(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _open(page, url, gateway)
    request.emit("confirm", set_id="set-1", state="void")
    await expect(chat.card.locator(".card-state")).to_contain_text("No longer valid")
    await expect(chat.card.get_by_role("button")).to_have_count(0)


async def test_a_card_expires_by_itself(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, _ = await _open(page, url, gateway, minutes=0.03)
    await expect(chat.card.locator(".card-state")).to_have_text("Expired. Nothing was changed.")
    await expect(chat.card.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("wrong", [timedelta(hours=3), timedelta(hours=-3)])
async def test_a_wrong_clock_of_the_customer_does_not_expire_the_card(
    page: Page, url: str, gateway: FakeGateway, wrong: timedelta
) -> None:
    await page.clock.set_fixed_time(datetime.now(UTC) + wrong)
    chat, _ = await _open(page, url, gateway)
    await expect(chat.card.get_by_role("timer")).to_contain_text("Expires in 1")
    await expect(chat.card.get_by_role("button", name="Confirm")).to_be_enabled()


async def test_a_refused_decision_is_explained_on_the_card(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _open(page, url, gateway)
    request.card = None
    await chat.card.get_by_role("button", name="Confirm").click()
    await expect(chat.card.get_by_role("alert")).to_have_text("There is no such open confirmation.")
    await expect(chat.card.get_by_role("button", name="Confirm")).to_be_enabled()


async def _awaits_approval(page: Page, url: str) -> Chat:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Cancel my trip")
    await chat.card.get_by_role("button", name="Confirm").click()
    await expect(chat.status).to_have_text("Waiting for approval by a supervisor")
    return chat


async def test_an_awaited_approval_names_the_role(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = await _awaits_approval(page, url)
    await expect(chat.card.locator(".card-state")).to_contain_text("A colleague has to approve it")
    gateway.only.emit("approval", set_id="set-1", state="denied", role="supervisor")
    gateway.only.emit("status", state="idle", text="")
    await expect(chat.card.locator(".card-state")).to_have_text("Not approved. Nothing was changed.")


async def test_a_card_stands_below_the_code_that_was_typed_for_it(page: Page, url: str, gateway: FakeGateway) -> None:
    chat, request = await _open(page, url, gateway)
    request.emit("confirm", set_id="set-1", state="code")
    await expect(chat.card.get_by_role("button", name="Submit the code")).to_be_visible()
    await chat.say("542326")
    request.emit("confirm", set_id="set-1", state="open")
    request.say("Please check the details below.", by="runtime")
    await expect(chat.messages("runtime").last).to_have_text("Please check the details below.")
    assert (await chat.lines())[-3:] == ["542326", "Please check the details below.", "Change your flight"]


async def test_a_card_that_is_shown_again_stands_below_the_words_behind_it(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat, request = await _open(page, url, gateway)
    await chat.say("make it the evening")
    await chat.say("yes")
    request.emit("confirm", set_id="set-1", state="open")
    request.say("Please check once more.", by="runtime")
    await expect(chat.messages("runtime").last).to_have_text("Please check once more.")
    assert (await chat.lines())[-3:] == ["yes", "Please check once more.", "Change your flight"]
    await expect(chat.card.get_by_role("button", name="Confirm")).to_be_enabled()


async def test_what_awaits_an_approval_is_taken_back(page: Page, url: str, gateway: FakeGateway) -> None:
    chat = await _awaits_approval(page, url)
    await chat.card.get_by_role("button", name="Take it back").click()
    await expect(chat.card.locator(".card-state")).to_have_text("You took this back. What had begun is undone.")
    await expect(chat.card.get_by_role("button")).to_have_count(0)
    assert gateway.posts[-1]["confirm"] == {"set_id": "set-1", "digest": "digest-set-1", "decision": "decline"}


async def test_what_is_being_carried_out_is_taken_back_and_what_is_done_is_not(
    page: Page, url: str, gateway: FakeGateway
) -> None:
    chat, request = await _open(page, url, gateway)
    request.emit("confirm", set_id="set-1", state="confirmed")
    request.emit("tool", call="c1", tool="charge_payment", text="Taking the payment…", state="started")
    back = chat.card.get_by_role("button", name="Take it back")
    await expect(back).to_be_visible()
    request.card = None
    await back.click()
    await expect(chat.card.get_by_role("alert")).to_have_text("There is no such open confirmation.")
    request.emit("confirm", set_id="set-1", state="declined")
    await expect(chat.card.locator(".card-state")).to_have_text("You took this back. What had begun is undone.")
    request.emit("confirm", set_id="set-1", state="confirmed")
    await expect(back).to_be_visible()
    request.emit("status", state="idle", text="")
    await expect(back).to_be_hidden()


async def test_the_request_to_look_at_the_card_stands_above_it(page: Page, url: str) -> None:
    chat = Chat(page, url)
    await chat.open("C101")
    await chat.say("Move me to tomorrow's morning flight")
    await expect(chat.messages("runtime")).to_be_visible()
    lines = await chat.lines()
    assert lines[-2:] == ["Please check the details below. Nothing happens until you confirm.", "Change your flight"]
