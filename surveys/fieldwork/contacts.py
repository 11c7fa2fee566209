"""Contacts of a frame: one form for each address or number, sealed, and found again by keyed hash only."""

import re
import unicodedata

from surveys.core.sealing import keyed_hash
from surveys.fieldwork.enums import ContactKind
from surveys.ratings.wording import clean_telephone

PURPOSE = "frame"
HASH = "frame-contact"
EMAIL = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}$")


class ContactMalformedError(ValueError):
    """Neither a telephone number nor an e-mail address."""


def normal_contact(text: str) -> tuple[ContactKind, str]:
    """The kind and the one form of a contact; raises ContactMalformedError."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded:
        return ContactKind.NONE, ""
    if "@" in folded:
        if not EMAIL.match(folded) or ".." in folded:
            raise ContactMalformedError(text)
        return ContactKind.EMAIL, folded.lower()
    number = clean_telephone(folded)
    if not number:
        raise ContactMalformedError(text)
    return ContactKind.SMS, number


def contact_hash(contact: str) -> str:
    """What the database compares contacts by; empty for none."""
    return keyed_hash(HASH, contact) if contact else ""
