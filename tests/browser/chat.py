"""How does a test use the chat? As a customer does: by what is written on it."""

from playwright.async_api import Locator, Page, expect


class Chat:
    """The chat on an open page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.log = page.get_by_role("log")
        self.input = page.get_by_label("Your message")
        self.status = page.locator(".now")
        self.plan = page.locator(".plan")
        self.card = page.locator(".card")
        self.alert = page.locator(".alert")

    async def open(self, person: str = "") -> None:
        """Open the page as this person, or as a visitor."""
        await self.page.goto(f"{self.url}/chat?as={person}")
        await expect(self.page.locator("handrail-chat[model-note]")).to_be_visible()
        if person:
            await expect(self.page.locator(f'[data-person="{person}"]')).to_have_attribute("aria-pressed", "true")

    async def say(self, text: str, *, settle: bool = True) -> None:
        """Type a message, send it with Enter, and wait until the gateway has it, unless it cannot."""
        await self.input.fill(text)
        await self.input.press("Enter")
        await expect(self.messages("customer").last).to_have_text(text)
        if settle:
            await self.settle()

    async def settle(self) -> None:
        """Wait until the gateway has answered for everything that was typed."""
        await expect(self.log.locator('.customer[data-delivery="sending"]')).to_have_count(0)

    def messages(self, who: str) -> Locator:
        """The texts of what somebody said: customer, agent, person or runtime."""
        return self.log.locator(f".message.{who} .text")

    async def lines(self) -> list[str]:
        """Everything in the log, in order."""
        return [text.strip() for text in await self.log.locator(".text, .card-title, .note").all_inner_texts()]
