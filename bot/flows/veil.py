"""Codename mode: what Ajar shows of a case to a person who asked for code names."""

from bot.coaching.case import Case
from bot.coaching.codenames import code_name, veiled
from bot.flows.visitor import Saying


def shown(case: Case, saying: Saying) -> Case:
    """The case as this person wants to see it in messages, in the Home tab and in calendars."""
    return veiled(case, name_of(case, saying)) if saying.visitor.preferences.has_code_names else case


def name_of(case: Case, saying: Saying) -> str:
    """The code name of a case."""
    return code_name_of(case.id, saying)


def code_name_of(case_id: str, saying: Saying) -> str:
    """The code name of a case, or of the interview that will become one."""
    words = saying.entries("privacy.codenames")
    return code_name(case_id, words["first"].split(), words["second"].split())
