"""The rules of declining well: pure, without Slack, SQL, templates or a clock of their own."""
