"""What a button says is understood when it is typed: the label of each, and what it is taken for."""

from collections.abc import Iterator, Mapping

from bot.flows.acts import STILL_NO, Act
from bot.flows.ports import Wording
from bot.flows.replies import WHOLE, Meaning, plain

PLACES = ("letters.choices", "home.choices", "rehearsal.choices")
BUTTONS = "home.buttons"  # those of its own beside the offers; one of them counts
ALONE: Mapping[str, Meaning] = {
    "replies.again": Meaning.CHANGED_MIND,
    "replies.after_all": Meaning.CHANGED_MIND,
}
MEANT: Mapping[str, Meaning] = {
    Act.CALL_REACHED: Meaning.CALLED,
    Act.CALL_VOICEMAIL: Meaning.UNREACHED,
    Act.CALL_COUNTERED: Meaning.COUNTERED,
    Act.CALL_UPSET: Meaning.HURT,
    Act.CALL_ANOTHER_ROLE: Meaning.INVITED,
    Act.CALL_NOT_YET: Meaning.MOVED,
    Act.SCRIPT_SHOW: Meaning.SOON,
    Act.SCRIPT_EDIT: Meaning.MISTAKEN,
    Act.EMAIL_EDIT: Meaning.MISTAKEN,
    Act.REHEARSAL_OPEN: Meaning.SOON,
    "rehearsal_open_in_person": Meaning.SOON,
    Act.EMAIL_WRITE: Meaning.WRITE,
    STILL_NO: Meaning.WRITE,
    Act.EMAIL_SEND: Meaning.SENT,
    Act.NO_CONFIRM: Meaning.DECIDED,
    Act.CASE_HOLD: Meaning.UNSURE,
    Act.CASE_EDIT: Meaning.MISTAKEN,
    Act.REASONS_EDIT: Meaning.MISTAKEN,
    Act.STEP_UNDO: Meaning.MISTAKEN,
    Act.CASE_CLOSE: Meaning.PARTED,
    Act.CASE_ACCEPT: Meaning.ACCEPTED,
    Act.CASE_REOPEN: Meaning.KEEPING,
    Act.CASE_KEEP: Meaning.KEEPING,
    Act.CASE_OPEN: Meaning.LIST,
    Act.CASE_ERASE: Meaning.ERASE,
    Act.CALENDAR_OPEN: Meaning.CALENDAR,
    Act.CONTACT_LOG: Meaning.CALLED,
    Act.NOTE_PERSONALISE: Meaning.FRESH,
    Act.ANSWER_LOG: Meaning.ANSWERED,
    Act.NUDGE_SNOOZE: Meaning.MOVED,
    Act.NUDGE_SKIP: Meaning.MOVED,
    Act.RHYTHM_CHANGE: Meaning.PARTED,
    Act.NUDGE_STOP: Meaning.PARTED,
    Act.FACTOR_CHANGE: Meaning.CHANGED_MIND,
    Act.KNOCK_AGAIN: Meaning.CHANGED_MIND,
    Act.SILENCE_YEARLY: Meaning.PARTED,
    "silence_rest": Meaning.PARTED,
    Act.SILENCE_KEEP: Meaning.KEEPING,
    **dict.fromkeys(
        (
            "rehearsal_begin",
            "rehearsal_again",
            "rehearsal_others",
            "rehearsal_first",
            "rehearsal_second",
            "rehearsal_third",
            "rehearsal_type",
            "rehearsal_next",
            "rehearsal_last",
            "rehearsal_retry",
            "rehearsal_keep",
        ),
        Meaning.SOON,
    ),
    Act.REHEARSAL_END: Meaning.STOP,
}
AROUND: Mapping[str, Meaning] = {
    Act.DECLINE_START: Meaning.START,
    "go_on": Meaning.START,
    Act.SETTINGS_OPEN: Meaning.SETTINGS,
    Act.PAUSE_BEGIN: Meaning.PAUSE,
    Act.PAUSE_END: Meaning.RESUME,
    Act.HELP_OPEN: Meaning.HELP,
    Act.EXPORT_OPEN: Meaning.EXPORT,
    Act.IMPORT_OPEN: Meaning.IMPORT,
    Act.ERASE_OPEN: Meaning.ERASE,
    Act.CALENDAR_OPEN: Meaning.CALENDAR,
}


def labels_of(wording: Wording, locale: str) -> Mapping[str, str]:
    """The phrases that the buttons of a language add: each means it only as the whole text."""
    found: dict[str, list[str]] = {}
    for meaning, label in _labels(wording, locale):
        found.setdefault(meaning, []).append(f"{WHOLE}{plain(label)}")
    return {meaning: ", ".join(phrases) for meaning, phrases in found.items()}


def _labels(wording: Wording, locale: str) -> Iterator[tuple[Meaning, str]]:
    for place in PLACES:
        for name, label in wording.entries(place, locale).items():
            if name in MEANT:
                yield MEANT[name], label
    for name, meaning in AROUND.items():
        yield meaning, wording.text(f"{BUTTONS}.{name}", locale)
    for key, meaning in ALONE.items():
        yield meaning, wording.text(key, locale)
