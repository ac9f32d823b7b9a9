"""One case on the desk: with the moment, the words of its person and its drafts."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.coaching.case import Case, Channel, Commitment, OfferForm, Reason, Source
from bot.coaching.drafts import DraftKind
from bot.coaching.own_words import listed
from bot.coaching.reasons import Catalogue
from bot.flows.acts import Act
from bot.flows.drafting import Draft, Drafting, condition_of
from bot.flows.ports import Choice, Passage
from bot.flows.visitor import Saying


@dataclass(frozen=True)
class Sheet:
    """What a letter is written from."""

    case: Case
    saying: Saying
    now: datetime
    drafting: Drafting
    catalogue: Catalogue
    note: str = field(default="")

    def say(self, key: str, /, **facts: object) -> str:
        """A text of letters.yml with the facts of the offer at hand."""
        offer = self.case.offer
        named = {
            "company": offer.company,
            "role": offer.role,
            "contact": offer.contact_name,
            "phone": offer.contact_phone,
            "referrer": offer.referrer_name,
            "no_offer_yet": offer.form is OfferForm.NONE_YET,
            "had_accepted": offer.is_accepted,
            "has_signed": offer.commitment is Commitment.SIGNED,
            "is_internal": offer.source is Source.INTERNAL,
            "by_email": self.case.plan.channel is Channel.EMAIL,
            "is_told": self.case.is_told,
            "came_back": self.case.came_back or "",
        }
        return self.saying.say(f"letters.{key}", **(named | facts))

    def words(self, key: str, /, **facts: object) -> Passage:
        """A paragraph."""
        return Passage(self.say(key, **facts))

    def heading(self, key: str, /, **facts: object) -> Passage:
        """A heading."""
        return Passage(self.say(key, **facts), "heading")

    def aside(self, key: str, /, **facts: object) -> Passage:
        """Small print."""
        return Passage(self.say(key, **facts), "aside")

    def choice(self, act: Act, *, words: str = "", style: str = "") -> Choice:
        """A button about this case."""
        return Choice(act, self.say(f"choices.{words or act}"), self.case.id, style=style)

    def draft(self, kind: DraftKind) -> Draft:
        """The draft of this kind, or the person's own version of it."""
        return self.drafting.draft(self.case, kind, self.saying, self.now)

    def draft_passages(self, kind: DraftKind) -> tuple[Passage, ...]:
        """The draft with its subject, ready to copy."""
        draft = self.draft(kind)
        subject = (self.aside("email.subject", subject=draft.subject),) if draft.subject else ()
        return (*subject, Passage(draft.body, "draft"))

    def wordings(self, reasons: tuple[Reason, ...]) -> str:
        """Reasons as a list in running text."""
        return listed(reason.wording for reason in reasons)

    @property
    def condition(self) -> str:
        """What would reopen the door, from the first reason shared; empty without one."""
        return condition_of(self.case, self.catalogue)

    @property
    def question(self) -> str:
        """What to ask the person when checking in, if their first reason can change."""
        categories = (self.catalogue[item.category_id] for item in self.case.shared_reasons)
        return next((item.ask_later for item in categories if item.changeable), "")
