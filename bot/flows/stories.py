"""All stories, as the surface is given them."""

from dataclasses import dataclass

from bot.flows.calendar import Calendar
from bot.flows.call import Call
from bot.flows.corrections import Corrections
from bot.flows.decline import Decline
from bot.flows.desk import Desk
from bot.flows.dossier import Dossier
from bot.flows.doubts import Doubts
from bot.flows.email import Email
from bot.flows.hearing import Hearing
from bot.flows.home import Home
from bot.flows.installing import Installing
from bot.flows.letters import Letters
from bot.flows.moving import Moving
from bot.flows.onboarding import Onboarding
from bot.flows.preferences import Settings
from bot.flows.privacy import Privacy
from bot.flows.reconnect import Reconnect
from bot.flows.rehearsal import Rehearsal


@dataclass(frozen=True)
class Stories:
    """One of each."""

    desk: Desk
    decline: Decline
    call: Call
    corrections: Corrections
    email: Email
    reconnect: Reconnect
    rehearsal: Rehearsal
    home: Home
    settings: Settings
    letters: Letters
    privacy: Privacy
    installing: Installing
    calendar: Calendar
    dossier: Dossier
    doubts: Doubts
    hearing: Hearing
    onboarding: Onboarding
    moving: Moving
