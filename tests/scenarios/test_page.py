"""The page of the local Slack in a real browser, by mouse and by keyboard.

With AJAR_SCREENSHOTS=folder each step leaves a picture there.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from bot.local import Local
from bot.sandbox.person import Person
from tests.browser import ARGUMENTS, browser
from tests.conftest import PATIENCE_SECONDS
from tests.scenarios.telling import decline, expect_said

pytestmark = pytest.mark.skipif(not browser(), reason="no Chromium here")
expect.set_options(timeout=1000 * PATIENCE_SECONDS)
RAW = "the pay is a joke and my wife won't move to Denver"


@pytest.fixture
async def page(over_http: Local) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=browser(), args=ARGUMENTS)
        context = await opened.new_context(viewport={"width": 1200, "height": 860})
        shown = await context.new_page()
        troubles: list[str] = []
        shown.on("pageerror", lambda error: troubles.append(str(error)))
        await shown.goto(over_http.sandbox.url)
        await expect(shown.get_by_text("Type /decline")).to_be_visible()
        yield shown
        assert not troubles
        await opened.close()


async def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("AJAR_SCREENSHOTS")
    if folder:
        await page.wait_for_timeout(250)
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).last.click()


async def test_the_whole_story_by_mouse(page: Page) -> None:
    await page.get_by_label("Message", exact=True).fill("/decline Acme")
    await _press(page, "Send")
    await page.get_by_label("Role").fill("Product Designer")
    await page.get_by_label("Who will you tell?").fill("Dana Okafor")
    await page.get_by_label("Their email").fill("dana@acme.example")
    await _picture(page, "1-offer")
    await _press(page, "Next")
    await page.get_by_label("In your own words").fill(RAW)
    await _picture(page, "2-reasons")
    await _press(page, "Next")
    await expect(page.get_by_role("heading", name="Better left unsaid")).to_be_visible()
    await expect(page.get_by_text("“a joke”: A judgement")).to_be_visible()
    await _picture(page, "3-wording")
    await _press(page, "Next")
    await expect(page.get_by_label("Their email")).to_have_count(0)
    await _picture(page, "4-plan")
    await _press(page, "Finish")
    await expect(page.get_by_text("How did it go?")).to_be_visible()
    await page.get_by_text("What to say", exact=True).last.evaluate("found => found.scrollIntoView()")
    await _picture(page, "5-script")
    await _press(page, "I reached them")
    await expect(page.get_by_role("link", name="Open in Gmail")).to_have_attribute(
        "href", re.compile("mail.google.com.*dana%40acme.example")
    )
    await _picture(page, "6-email")
    await _press(page, "I've sent it")
    await expect(page.get_by_text("Well handled")).to_be_visible()
    await _picture(page, "7-plan-of-dates")
    await _press(page, "Jump to the next message due")
    await expect(page.get_by_text("Something you could send")).to_be_visible()
    await _picture(page, "8-note")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Acme · Product Designer")).to_be_visible()
    await _picture(page, "9-home")
    await page.get_by_role("button", name="Light or dark").click()
    await _picture(page, "10-dark")
    await page.get_by_label("You are").select_option(label="Marta")
    await expect(page.get_by_text("Acme · Product Designer")).to_have_count(0)


async def test_the_page_speaks_the_language_of_whoever_looks_at_it(page: Page) -> None:
    await page.get_by_label("You are").select_option(label="Lucía")
    await page.get_by_label("Message", exact=True).fill("/decline Acme")
    await _press(page, "Send")
    await expect(page.get_by_text("(opcional)").first).to_be_visible()
    await expect(page.get_by_text("(optional)")).to_have_count(0)


async def test_what_is_typed_right_after_choosing_somebody_is_theirs(page: Page) -> None:
    answer = asyncio.Event()

    async def late(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await page.route("**/_/state**", late)
    await page.get_by_label("You are").select_option(label="Lucía")
    await page.get_by_label("Message", exact=True).fill("/decline Acme")
    await _press(page, "Send")
    answer.set()
    await expect(page.get_by_text("(opcional)").first).to_be_visible()


async def test_the_call_can_be_practised(page: Page, over_http: Local) -> None:
    robin = Person(over_http.sandbox)
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await _press(page, "Practise the call")
    await _press(page, "Begin")
    await expect(page.get_by_text("Question 1 of")).to_be_visible()
    await _picture(page, "11-practice")
    await _press(page, "In my own words")
    await (
        page.get_by_role("dialog")
        .get_by_role("textbox")
        .fill("Thank you, I'm really flattered. Could you do 95k?")
    )
    await _press(page, "Say it")
    await expect(page.get_by_text("There's a figure in it")).to_be_visible()
    await _picture(page, "12-coach")
    await _press(page, "That's enough")
    await expect(page.get_by_role("heading", name="How it went")).to_be_visible()


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of this name has the focus, then Enter."""
    for _ in range(80):
        focused = await page.evaluate("document.activeElement?.textContent?.trim() ?? ''")
        if focused == name:
            await page.keyboard.press("Enter")
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}")


async def test_the_whole_story_by_keyboard(page: Page) -> None:
    keys = page.keyboard
    await page.get_by_label("Message", exact=True).focus()
    await keys.type("/decline Acme")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.get_by_label("Company, or a codename")).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    await expect(page.get_by_label("Role")).to_be_focused()
    await keys.type("Nurse")
    await keys.press("Enter")
    await expect(page.get_by_label("In your own words")).to_be_focused()
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_label("Message", exact=True).focus()
    await keys.type("/decline")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Go on where I left off")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_label("In your own words")).to_be_focused()
    await keys.type(RAW)
    await _tab_to(page, "Next")
    await expect(page.get_by_text("Which will you share?")).to_be_visible()
    await _tab_to(page, "Next")
    await expect(page.get_by_text("How will you tell them?")).to_be_visible()
    await _tab_to(page, "Finish")
    await expect(page.get_by_text("How did it go?")).to_be_visible()
    await _tab_to(page, "I reached them")
    await expect(page.get_by_text("tell it when you've sent it")).to_be_visible()
    await _tab_to(page, "I've sent it")
    await expect(page.get_by_text("Well handled")).to_be_visible()
    await _tab_to(page, "Jump to the next message due")
    await expect(page.get_by_text("Something you could send")).to_be_visible()


async def test_a_message_that_the_app_deletes_goes_from_the_page(page: Page, over_http: Local) -> None:
    robin = Person(over_http.sandbox)
    await decline(robin, company="Umbrella")
    await expect(page.get_by_role("log").get_by_text("Umbrella").first).to_be_visible()
    await page.get_by_label("Message", exact=True).fill("/decline erase")
    await _press(page, "Send")
    await page.get_by_label("Yes, erase all of it").check()
    await expect(page.get_by_label("Also delete what Ajar wrote")).to_be_checked()
    await _picture(page, "13-erase")
    await _press(page, "Erase")
    await expect(page.get_by_role("log").get_by_text("Umbrella")).to_have_count(0)
    await expect(page.get_by_role("log").get_by_text("Everything Ajar kept")).to_be_visible()


async def test_what_a_person_types_is_never_markup(page: Page) -> None:
    await page.get_by_label("Message", exact=True).fill("<img src=x onerror=alert(1)> *bold* <!channel>")
    await _press(page, "Send")
    await expect(page.get_by_role("log").locator("img")).to_have_count(0)
    await expect(page.get_by_text("Here's what you can do")).to_be_visible()
