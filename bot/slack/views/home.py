"""The Home tab."""

from typing import Any

from bot.flows.home import HomeCase, HomePage
from bot.slack.views.fields import Block, plain
from bot.slack.views.letters import choice_blocks


def home(page: HomePage) -> dict[str, Any]:
    """The view that views.publish takes."""
    start: Block = choice_blocks((page.start, page.settings))[0] | {"block_id": "start"}
    blocks: list[Block] = [
        {"type": "header", "text": plain(page.heading, 150)},
        {"type": "section", "text": plain(page.intro)},
        start,
    ]
    blocks += [_aside(text) for text in page.doubts]
    for number, case in enumerate(page.cases):
        blocks += _case(case, number)
    blocks += [_aside(text) for text in (page.more, page.privacy) if text]
    return {"type": "home", "blocks": blocks}


def _case(case: HomeCase, number: int) -> list[Block]:
    text = "\n".join(line for line in (case.stage, case.next) if line)
    buttons: Block = choice_blocks(case.choices)[0] | {"block_id": f"case_{number}"}
    return [
        {"type": "divider"},
        {"type": "header", "text": plain(case.title, 150)},
        {"type": "section", "text": plain(text)},
        buttons,
    ]


def _aside(text: str) -> Block:
    return {"type": "context", "elements": [plain(text, 2000)]}
