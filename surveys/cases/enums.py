"""The closed lists of cases: states, moves, seats at the table, clocks, answers, findings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a case stands; in the order in which a case passes them."""

    RECEIVED = "received", _("Received")
    PRE_REVIEWED = "pre_reviewed", _("Pre-reviewed")
    ASSIGNED = "assigned", _("Assigned")
    VERIFYING = "verifying", _("Being verified")
    APPEALED = "appealed", _("Under appeal")
    VALID = "valid", _("Found valid")
    EXPLAIN_ONLY = "explain_only", _("To be explained")
    INVALID = "invalid", _("Found invalid")
    FIXING = "fixing", _("Being fixed")
    FIXED = "fixed", _("Fixed or explained")
    CALLED_BACK = "called_back", _("Resident asked")
    CONFIRMED = "confirmed", _("Closed, confirmed by the resident")
    UNCONFIRMED = "unconfirmed", _("Closed, unconfirmed")
    REOPENED = "reopened", _("Reopened")


OPEN_STATES = frozenset(State) - {State.INVALID, State.CONFIRMED, State.UNCONFIRMED}
CLOSED_STATES = frozenset({State.INVALID, State.CONFIRMED, State.UNCONFIRMED})


class Move(models.TextChoices):
    """What can be done with a case."""

    OPEN = "open", _("Open")
    PRE_REVIEW = "pre_review", _("Pre-review")
    REDIRECT = "redirect", _("Send to another organisation")
    ASSIGN = "assign", _("Assign")
    REASSIGN = "reassign", _("Hand to another person")
    START = "start", _("Take up")
    APPEAL = "appeal", _("Appeal")
    UPHOLD = "uphold", _("Uphold the appeal")
    REJECT = "reject", _("Reject the appeal")
    FIND_VALID = "find_valid", _("Find valid")
    FIND_EXPLAIN = "find_explain", _("Explain only")
    FIND_INVALID = "find_invalid", _("Find invalid")
    START_FIX = "start_fix", _("Start the fix")
    FINISH = "finish", _("Record the fix")
    CALL_BACK = "call_back", _("Record the call-back")
    SOLVED = "solved", _("Solved")
    REPLIED = "replied", _("Replied but not solved")
    NOT_SOLVED = "not_solved", _("Not solved")
    SILENCE = "silence", _("Close after silence")
    REOPEN = "reopen", _("Reopen")
    ASK_EXTENSION = "ask_extension", _("Ask for more time")
    ASK_PAUSE = "ask_pause", _("Ask for a pause")
    GRANT = "grant", _("Grant")
    REFUSE = "refuse", _("Refuse")
    RESUME = "resume", _("End the pause")
    ESCALATE = "escalate", _("Escalate")
    ARCHIVE = "archive", _("Archive")


class Seat(models.TextChoices):
    """In what capacity somebody moves a case."""

    HANDLER = "handler", _("Department handler")
    LEAD = "lead", _("Department lead")
    OFFICE = "office", _("Evaluation office")
    OPERATOR = "operator", _("Telephone and paper entry")
    RESIDENT = "resident", _("Resident")
    SYSTEM = "system", _("The system")


class Clock(models.TextChoices):
    """What is being waited for; the length of each stands in clocks.py."""

    NONE = "", _("No deadline")
    ACKNOWLEDGE = "acknowledge", _("Take up")
    VERIFY = "verify", _("Verify")
    DECIDE = "decide", _("Decide the appeal")
    FIX_SIMPLE = "fix_simple", _("Fix")
    FIX_COMPLEX = "fix_complex", _("Fix, complex")
    CALL_BACK = "call_back", _("Ask the resident")
    SILENCE = "silence", _("Wait for the resident")


class Complexity(models.TextChoices):
    SIMPLE = "simple", _("Simple")
    COMPLEX = "complex", _("Complex")


class Answer(models.TextChoices):
    """What the resident said in the end; silence is never taken for satisfaction."""

    NONE = "", _("Not asked yet")
    SOLVED = "solved", _("Solved")
    REPLIED = "replied", _("Replied but not solved")
    NOT_SOLVED = "not_solved", _("Not solved")
    SILENT = "silent", _("No answer within seven days")


class RequestKind(models.TextChoices):
    EXTENSION = "extension", _("More time")
    PAUSE = "pause", _("Pause")


class RequestState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")
