"""Every id of the surface that is not an act or a question, once."""

from enum import StrEnum

COMMAND = "/decline"


class ViewId(StrEnum):
    """callback_id of a modal."""

    STEP = "interview_submit"
    RESUME = "interview_resume"
    SETTINGS = "settings_submit"
    EMAIL = "email_submit"
    SCRIPT = "script_submit"
    RHYTHM = "rhythm_submit"
    DETAILS = "details_submit"
    REASONS = "reasons_submit"
    PERSONAL = "personal_submit"
    REHEARSAL = "rehearsal_submit"
    REHEARSAL_LINES = "rehearsal_lines_submit"
    IMPORT = "import_submit"
    ERASE = "erase_submit"
    NOTICE = "notice_read"
    CASE = "case_read"
    ERASE_CASE = "case_erase_submit"


class ShortcutId(StrEnum):
    """callback_id of a shortcut."""

    GLOBAL = "decline_begin"
    MESSAGE = "decline_begin_from_message"


METADATA_TYPE = "ajar_post"  # event_type of the metadata by which a message is found again
FIELD_ACTION = "answer"  # action_id of every input; its block_id is the question's id
CHOICES_BLOCK = "choices"
TOLD_BLOCK = "told"  # what was done
