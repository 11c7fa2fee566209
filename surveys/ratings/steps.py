"""Large print asks one question a page: which pages there are, and which one comes next."""

from dataclasses import dataclass, replace

from surveys.ratings.forms import FormPage, Group

LEVEL, REASONS, WORDS = "level", "reasons", "words"
CSS_OF_LEVEL = {
    "5": "when-good",
    "4": "when-good",
    "3": "when-mid",
    "2": "when-bad",
    "1": "when-bad",
}


@dataclass(frozen=True)
class Step:
    """One page of the large-print form."""

    name: str
    number: int
    of: int
    group: Group | None
    previous: str


def names_of(form: FormPage) -> tuple[str, ...]:
    """The pages in order: the level, each further question, the reasons, the words."""
    items = tuple(item.name for item in form.items)
    return (LEVEL, *items, *((REASONS,) if form.tags else ()), WORDS)


def step_of(form: FormPage, name: str) -> Step:
    """The page of that name; the first page when there is none."""
    names = names_of(form)
    place = names.index(name) if name in names else 0
    return Step(
        name=names[place],
        number=place + 1,
        of=len(names),
        group=_group(form, names[place]),
        previous=names[place - 1] if place else "",
    )


def after(form: FormPage, name: str) -> str:
    """The page after this one; empty when this is the last."""
    names = names_of(form)
    place = names.index(name) if name in names else -1
    return names[place + 1] if place + 1 < len(names) else ""


def _group(form: FormPage, name: str) -> Group | None:
    if name == LEVEL:
        return form.level
    if name == REASONS:
        css = CSS_OF_LEVEL.get(form.sent.level, "")
        return next((group for group in form.tags if group.css == css), None)
    for item in form.items:
        if item.name == name:
            return replace(item, kind="levels" if item.kind == "one" else item.kind)
    return None
