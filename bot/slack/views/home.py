"""The Home tab."""

from typing import Any

from bot.flows.home import HomePage
from bot.slack.views.fields import Block
from bot.slack.views.letters import part_blocks

MOST_BLOCKS = 100  # Slack's limit for a view


def home(page: HomePage) -> dict[str, Any]:
    """The view that views.publish takes; which page it shows travels along, and no word."""
    blocks: list[Block] = []
    for number, part in enumerate(page.parts):
        blocks += part_blocks(part, f"part_{number}")
    return {"type": "home", "private_metadata": page.shelf, "blocks": blocks[:MOST_BLOCKS]}
