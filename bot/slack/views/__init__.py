"""Pure functions from what a story says to Block Kit."""
