"""A local Slack: workspace (state), webapi (methods), limits (what Slack refuses), delivery (requests to the
app), server (HTTP, sockets and the page), person (somebody at the keyboard). Imports nothing else of Ajar.
"""
