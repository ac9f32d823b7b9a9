"""Templates → text: the only room that knows Jinja2.

`words` says everything, `pages` reads the files, `guarding` is the sandbox, `shapes` what is made of names.
"""

from bot.wording.pages import MissingWordsError
from bot.wording.words import DEFAULT_LOCALE, Words

__all__ = ["DEFAULT_LOCALE", "MissingWordsError", "Words"]
