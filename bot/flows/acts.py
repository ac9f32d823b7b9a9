"""What a person can choose under a message or in the Home tab; each name is also its id on every surface."""

from enum import StrEnum

STILL_NO = "email_still_no"  # the words of *Write the email* after they came back with something


class Act(StrEnum):
    """The thing, then the verb."""

    DECLINE_START = "decline_start"
    INTERVIEW_BACK = "interview_back"
    INTERVIEW_GO_ON = "interview_go_on"
    INTERVIEW_START_ANEW = "interview_start_anew"
    SETTINGS_OPEN = "settings_open"
    LINK_OPEN = "link_open"
    HELP_OPEN = "help_open"
    PAUSE_BEGIN = "pause_begin"
    PAUSE_END = "pause_end"
    HOME_FORTH = "home_forth"
    HOME_BACK = "home_back"
    HOME_AWAY = "home_away"  # show what was put away
    EXPORT_OPEN = "export_open"
    IMPORT_OPEN = "import_open"
    ERASE_OPEN = "erase_open"
    CALENDAR_OPEN = "calendar_open"
    CALENDAR_RENEW = "calendar_renew"
    CALENDAR_STOP = "calendar_stop"
    DOUBT_SHOW = "doubt_show"  # of a message that may or may not have arrived
    DOUBT_SETTLE = "doubt_settle"
    DOUBT_REPEAT = "doubt_repeat"

    CALL_REACHED = "call_reached"
    CALL_VOICEMAIL = "call_voicemail"
    CALL_COUNTERED = "call_countered"
    CALL_UPSET = "call_upset"
    CALL_ANOTHER_ROLE = "call_another_role"
    CALL_NOT_YET = "call_not_yet"

    SCRIPT_SHOW = "script_show"
    SCRIPT_EDIT = "script_edit"
    REHEARSAL_OPEN = "rehearsal_open"
    REHEARSAL_BEGIN = "rehearsal_begin"
    REHEARSAL_FIRST = "rehearsal_first"  # of the answers that are offered
    REHEARSAL_SECOND = "rehearsal_second"
    REHEARSAL_THIRD = "rehearsal_third"
    REHEARSAL_TYPE = "rehearsal_type"
    REHEARSAL_NEXT = "rehearsal_next"
    REHEARSAL_RETRY = "rehearsal_retry"
    REHEARSAL_END = "rehearsal_end"
    REHEARSAL_KEEP = "rehearsal_keep"

    EMAIL_WRITE = "email_write"
    EMAIL_EDIT = "email_edit"
    EMAIL_SEND = "email_send"  # the person sent it; Ajar never sends anything to anybody else

    NO_CONFIRM = "no_confirm"
    CASE_OPEN = "case_open"
    CASE_ERASE = "case_erase"
    CASE_EDIT = "case_edit"  # names, dates, how it is told: what was typed wrong
    REASONS_EDIT = "reasons_edit"
    STEP_UNDO = "step_undo"  # what was said to have happened has not
    CASE_HOLD = "case_hold"
    CASE_CLOSE = "case_close"
    CASE_ACCEPT = "case_accept"  # the answer is yes after all: put away
    CASE_REOPEN = "case_reopen"
    CASE_KEEP = "case_keep"  # put away as it is, but not erased yet

    CONTACT_LOG = "contact_log"
    ANSWER_LOG = "answer_log"
    NOTE_PERSONALISE = "note_personalise"  # a line of one's own, or an event
    NUDGE_SNOOZE = "nudge_snooze"
    NUDGE_SKIP = "nudge_skip"
    RHYTHM_CHANGE = "rhythm_change"
    NUDGE_STOP = "nudge_stop"
    FACTOR_CHANGE = "factor_change"
    KNOCK_AGAIN = "knock_again"  # nothing was said to have changed
    SILENCE_YEARLY = "silence_yearly"
    SILENCE_KEEP = "silence_keep"


AROUND = frozenset(  # what is chosen beside the letters: its words are home.yml's and calendar.yml's
    {
        Act.SETTINGS_OPEN,
        Act.HELP_OPEN,
        Act.PAUSE_BEGIN,
        Act.PAUSE_END,
        Act.HOME_FORTH,
        Act.HOME_BACK,
        Act.HOME_AWAY,
        Act.EXPORT_OPEN,
        Act.IMPORT_OPEN,
        Act.ERASE_OPEN,
        Act.CALENDAR_OPEN,
        Act.CALENDAR_RENEW,
        Act.CALENDAR_STOP,
        Act.DOUBT_SHOW,
        Act.DOUBT_SETTLE,
        Act.DOUBT_REPEAT,
        Act.CASE_OPEN,
        Act.CASE_ERASE,
    }
)
