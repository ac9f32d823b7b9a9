"""The surface: Slack's payloads in, Block Kit out; what happens in between is `bot.flows`."""
