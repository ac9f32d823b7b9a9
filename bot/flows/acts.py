"""What a person can choose under a message or in the Home tab; each name is also its id on every surface."""

from enum import StrEnum


class Act(StrEnum):
    """The thing, then the verb."""

    DECLINE_START = "decline_start"
    INTERVIEW_BACK = "interview_back"
    INTERVIEW_GO_ON = "interview_go_on"
    INTERVIEW_START_ANEW = "interview_start_anew"
    SETTINGS_OPEN = "settings_open"
    LINK_OPEN = "link_open"

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
    CASE_HOLD = "case_hold"
    CASE_CLOSE = "case_close"
    CASE_REOPEN = "case_reopen"
    CASE_KEEP = "case_keep"  # put away as it is, but not erased yet

    CONTACT_LOG = "contact_log"
    ANSWER_LOG = "answer_log"
    NUDGE_SNOOZE = "nudge_snooze"
    NUDGE_SKIP = "nudge_skip"
    RHYTHM_CHANGE = "rhythm_change"
    NUDGE_STOP = "nudge_stop"
    FACTOR_CHANGE = "factor_change"
    SILENCE_YEARLY = "silence_yearly"
    SILENCE_KEEP = "silence_keep"
