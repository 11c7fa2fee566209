"""Why something in the field cannot be done, in the sentence the reader sees."""


class FieldworkRefusedError(ValueError):
    """A step of a survey that cannot be taken; carries the sentence why."""
