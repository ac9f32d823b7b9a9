"""A draft with all that the rubric judges it by."""

import re
from dataclasses import dataclass

from bot.coaching.case import Case
from bot.coaching.drafts import EVENT_NAME, OWN_LINE, Draft, DraftKind, addressee
from bot.coaching.patterns import Patterns


@dataclass(frozen=True)
class Text:
    """A draft with all that it is judged by."""

    draft: Draft
    kind: DraftKind
    case: Case
    patterns: Patterns

    @property
    def own(self) -> str:
        """The text without the names that the person typed, which are theirs whatever they hold."""
        offer, plan = self.case.offer, self.case.plan
        typed = (
            offer.company, offer.role, offer.contact_name, offer.contact_name.partition(" ")[0],
            offer.referrer_name, offer.referrer_name.partition(" ")[0], plan.own_name, plan.own_phone,
        )  # fmt: skip
        text = f"{self.draft.subject}\n{self.draft.body}"
        for name in sorted((name for name in typed if name), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "·", text)
        return text

    @property
    def body(self) -> str:
        """The same without the subject."""
        return self.own.partition("\n")[2]

    @property
    def bare(self) -> str:
        """The body without the reasons, which are the person's own words."""
        text = self.body
        for reason in self.case.shared_reasons:
            text = re.sub(re.escape(reason.wording), "·", text, flags=re.I)
        return text

    @property
    def ours(self) -> str:
        """The text without any words of the person: names, reasons, what they thank for, a line of theirs."""
        text = self.bare
        for words in (self.case.plan.thanks_for, self.case.text_of(OWN_LINE), self.case.text_of(EVENT_NAME)):
            text = re.sub(re.escape(words), "·", text, flags=re.I) if words else text
        return text

    @property
    def is_own(self) -> bool:
        """Whether the person wrote this version; then its claims are theirs."""
        return bool(self.case.edit_of(self.kind))

    @property
    def is_to_a_title(self) -> bool:
        """Whether the language speaks formally to whoever it goes to, whatever the tone."""
        offer = self.case.offer
        name = addressee(self.kind, offer.contact_name, offer.referrer_name).split()
        return bool(name) and name[0].casefold().strip(".") in self.patterns.naming.formal_titles

    def has(self, name: str) -> bool:
        """Whether the body says this."""
        return bool(self.patterns[name].search(self.body))

    def place(self, name: str, *, last: bool = False) -> int:
        """Where the body says it; -1 when it does not."""
        found = [match.start() for match in self.patterns[name].finditer(self.bare)]
        return (found[-1] if last else found[0]) if found else -1

    def counted(self, name: str) -> int:
        """How often the body says it, the reasons left out."""
        return len(self.patterns[name].findall(self.bare))
