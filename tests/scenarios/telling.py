"""Steps that several stories share."""

import re
from typing import Any

from bot.sandbox.person import Person, text_of

RAW = "The pay is a joke and the commute is awful"


async def submit(person: Person) -> None:
    """Submit the modal, which must be taken."""
    errors = await person.submit()
    assert not errors, errors


async def decline(
    person: Person, *, raw: str = RAW, plan: dict[str, Any] | None = None, **offer: Any
) -> None:
    """The whole interview with an offer of these answers."""
    answer = await person.command("/decline")
    assert answer["ok"], answer
    for name, value in {"company": "Acme", "role": "Product Designer", **offer}.items():
        person.fill(name, value)
    await submit(person)
    if offer.get("commitment") == "signed":
        return
    if raw:
        person.fill("raw_words", raw)
    await submit(person)
    await submit(person)
    for name, value in (plan or {}).items():
        person.fill(name, value)
    await submit(person)


def said(person: Person) -> str:
    """Everything in the DM."""
    return "\n".join(text_of(message) for message in person.dm)


def own(person: Person) -> list[dict[str, Any]]:
    """Ajar's messages in the DM."""
    return [message for message in person.dm if message.get("bot_id")]


async def open_offer(person: Person) -> None:
    """The window of the only offer."""
    await person.close(is_all=True)
    await person.open_home()
    await person.click_home("case_open")


def window_of(person: Person) -> str:
    """What the window says."""
    return text_of(person.modal or {})


def newest(person: Person, words: str) -> str:
    """The newest message that holds these words."""
    return next(text for text in map(text_of, reversed(own(person))) if words in text)


async def expect_said(person: Person, text: str) -> None:
    """Wait until a message holds this text."""
    await person.until(lambda: text in said(person), text)


def case_id_of(person: Person) -> str:
    """As the newest button carries it."""
    for message in reversed(person.dm):
        for block in message["blocks"]:
            for element in block.get("elements") or ():
                if element.get("value"):
                    return str(element["value"])
    raise LookupError("no button carries a case")


async def calendar_address(person: Person) -> str:
    """A fresh address of their calendar, as the window shows it."""
    await person.open_home()
    await person.click_home("calendar_open")
    await person.click("calendar_renew")
    found = re.search(r"http://127\.0\.0\.1:\d+/calendar/[\w-]+\.ics", str(person.modal))
    assert found, person.modal
    await person.close(is_all=True)
    return found.group()


def buttons(message: dict) -> list[str]:
    return [item["action_id"] for block in message["blocks"] for item in block.get("elements") or ()
            if item.get("type") == "button"]  # fmt: skip


async def answered(person: Person, typed: str) -> dict:
    """The answer to a typed message."""
    before = len(own(person))
    await person.say(typed)
    await person.until(lambda: len(own(person)) > before, typed)
    return own(person)[-1]


async def standing(person: Person) -> str:
    await person.open_home()
    return text_of(person.home or {})
