"""Verbs of ratings: report a finished case, rate it, invite again, open a contact, erase, close a day."""

from surveys.ratings.actions.batches import BatchEntry, take_batch
from surveys.ratings.actions.contacts import ContactRefusedError, erase_by_receipt, open_contact
from surveys.ratings.actions.days import close_day, destroy_traces, mix_rows
from surveys.ratings.actions.matters import (
    MatterRefusedError,
    finish_matter,
    invite_again,
    revoke_invitation,
)
from surveys.ratings.actions.reaching import send_invitations
from surveys.ratings.actions.retention import forget_contacts, forget_old
from surveys.ratings.actions.submitting import (
    AlreadyRatedError,
    MatterUnknownError,
    TokenUnknownError,
    rate_at_point,
    rate_invited,
    rate_matter,
    submit_rating,
)
from surveys.ratings.checking import RatingRefusedError

__all__ = [
    "AlreadyRatedError",
    "BatchEntry",
    "ContactRefusedError",
    "MatterRefusedError",
    "MatterUnknownError",
    "RatingRefusedError",
    "TokenUnknownError",
    "close_day",
    "destroy_traces",
    "erase_by_receipt",
    "finish_matter",
    "forget_contacts",
    "forget_old",
    "invite_again",
    "mix_rows",
    "open_contact",
    "rate_at_point",
    "rate_invited",
    "rate_matter",
    "revoke_invitation",
    "send_invitations",
    "submit_rating",
    "take_batch",
]
