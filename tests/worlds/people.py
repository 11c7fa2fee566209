"""Standing people of the evaluation tests: an author, a second person, a department, an outsider."""

from surveys.core.models import User


def person(name: str) -> User:
    """The user of that name, made on first asking."""
    found, _created = User.objects.get_or_create(username=name)
    return found
