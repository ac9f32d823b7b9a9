"""Ajar, room by room.

cli → serving → wiring | sandbox → slack | web | courier | store | wording → flows → coaching | settings.
coaching: the rules · flows: the stories and their ports · wording: templates to text · store: SQL ·
courier: the one door out · slack: the surface · web: HTTP · sandbox: a local Slack that knows nothing of us.
"""

VERSION = "0.1.0"
