"""A letter → a message; everything that came from a person goes in as text that Slack does not parse."""

from typing import Any

from bot.flows.ports import Choice, Letter, Part, Passage
from bot.slack.ids import CHOICES_BLOCK, TOLD_BLOCK
from bot.slack.views.fields import Block, plain, shortened

LONGEST_SUMMARY = 3000
FLOWING = {"words", "draft", "link"}


def escaped(text: str) -> str:
    """Text for a field that Slack parses as mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(letter: Letter) -> dict[str, Any]:
    """`text` for notifications and screen readers, and the blocks."""
    return {
        "text": escaped(shortened(letter.summary, LONGEST_SUMMARY)),
        "blocks": [*_passages(letter.passages), *choice_blocks(letter.choices)],
    }


def choice_blocks(choices: tuple[Choice, ...]) -> list[Block]:
    """The rows of buttons; an action stands once in a row, so the same one again begins another."""
    rows: list[list[Choice]] = []
    for choice in choices:
        if not rows or any(item.action == choice.action for item in rows[-1]):
            rows.append([])
        rows[-1].append(choice)
    return [
        {
            "type": "actions",
            "block_id": f"{CHOICES_BLOCK}_{number}" if number else CHOICES_BLOCK,
            "elements": [_button(item) for item in row],
        }
        for number, row in enumerate(rows)
    ]


def part_blocks(part: Part, name: str) -> list[Block]:
    """A part of the Home tab or of a window; the name keeps its buttons apart from others'."""
    made: list[Block] = _passages(part.passages)
    rows = enumerate(choice_blocks(part.choices))
    return [*made, *(block | {"block_id": f"{name}_{number}" if number else name} for number, block in rows)]


def after_choice(blocks: list[Block], told: str, *, keeps_choices: bool = False) -> list[Block]:
    """The same message with what was done in place of its buttons, or above them when they stay."""
    kept = [
        block for block in blocks if block.get("type") != "actions" and block.get("block_id") != TOLD_BLOCK
    ]
    choices = [block for block in blocks if block.get("type") == "actions" and keeps_choices]
    line: Block = {"type": "context", "block_id": TOLD_BLOCK, "elements": [plain(f"✓ {told}", 2000)]}
    return [*kept, line, *choices]


def _passages(passages: tuple[Passage, ...]) -> list[Block]:
    """Neighbours that flow go into one rich text, so that a long message stays below 50 blocks."""
    blocks: list[Block] = []
    for place, passage in enumerate(passages):
        if passage.form not in FLOWING:
            blocks.append(_standing(passage))
            continue
        if not blocks or blocks[-1]["type"] != "rich_text":
            blocks.append({"type": "rich_text", "elements": []})
        follows_link = place > 0 and passages[place - 1].form == "link"
        _flow(blocks[-1]["elements"], passage, follows_link)
    return blocks


def _standing(passage: Passage) -> Block:
    if passage.form == "heading":
        return {"type": "header", "text": plain(passage.text, 150)}
    if passage.form == "divider":
        return {"type": "divider"}
    return {"type": "context", "elements": [plain(passage.text, 2000)]}


def _flow(elements: list[Block], passage: Passage, follows_link: bool) -> None:
    if passage.form == "link":
        link = {"type": "link", "url": passage.url, "text": passage.text}
        if follows_link:
            elements[-1]["elements"] += [{"type": "text", "text": "  ·  "}, link]
        else:
            elements.append({"type": "rich_text_section", "elements": [link]})
        return
    kind = "rich_text_quote" if passage.form == "draft" else "rich_text_section"
    text = passage.text if passage.form == "draft" or not elements else f"\n{passage.text}"
    elements.append({"type": kind, "elements": [{"type": "text", "text": text}]})


def _button(choice: Choice) -> Block:
    button: Block = {
        "type": "button",
        "action_id": choice.action,
        "text": plain(choice.label, 75),
    }
    if choice.value:
        button["value"] = choice.value
    if choice.url:
        button["url"] = choice.url
    if choice.style:
        button["style"] = choice.style
    return button
