"""Forms of cases: what each move asks for, requests for time, notes, call-backs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.cases.clocks import MAX_EXTENSION, MAX_PAUSE
from surveys.cases.enums import Answer, Complexity, Move, RequestKind
from surveys.cases.models import Case
from surveys.cases.people import people_for, people_in_scope
from surveys.cases.shapes import Details
from surveys.cases.transitions import TRANSITIONS
from surveys.catalogue.models import Organisation
from surveys.core.models import User
from surveys.core.widgets import choice_input, file_input, long_input, number_input, text_input

TEXT_LABELS = {
    Move.FINISH: _("What was done, for the resident to read"),
    Move.FIND_EXPLAIN: _("Why it can only be explained"),
    Move.APPEAL: _("Grounds of the appeal"),
    Move.CALL_BACK: _("What the resident said"),
}
WITH_TEXT = {Move.CALL_BACK, Move.SOLVED, Move.REPLIED, Move.NOT_SOLVED, Move.REOPEN}
REQUESTS = {Move.ASK_EXTENSION: RequestKind.EXTENSION, Move.ASK_PAUSE: RequestKind.PAUSE}
ANSWERS = (Answer.SOLVED, Answer.REPLIED, Answer.NOT_SOLVED)
OWN_FORMS = {*REQUESTS, Move.GRANT, Move.REFUSE, Move.RESUME}
"""Moves that are part of a request and have their own form on the page."""


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by name."""

    def label_from_instance(self, obj: User) -> str:
        return str(obj)


class MoveForm(forms.Form):
    """One move: the version that was looked at, and what the move needs."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, move: Move, text: str = "", **kwargs: Any) -> None:
        initial = {"seen": case.version, "text": text}
        kwargs |= {"auto_id": f"{move}_%s", "initial": initial}
        super().__init__(*args, **kwargs)
        self.move = move
        if move in {Move.ASSIGN, Move.REASSIGN}:
            self.fields["handler"] = PersonChoice(
                label=_("Who handles it"), queryset=people_for(case.organisation), widget=choice_input()
            )
        if move == Move.REDIRECT:
            self.fields["organisation"] = forms.ModelChoiceField(
                label=_("To which organisation"), widget=choice_input(),
                queryset=Organisation.objects.current().exclude(pk=case.organisation_id).order_by("code"),
            )  # fmt: skip
        if move == Move.FIND_VALID:
            self.fields["complexity"] = forms.ChoiceField(
                label=_("How hard is the fix"), choices=Complexity.choices, widget=choice_input()
            )
        if TRANSITIONS[move].needs_text or move in WITH_TEXT:
            self.fields["text"] = forms.CharField(
                label=TEXT_LABELS.get(move, _("Reason")),
                required=TRANSITIONS[move].needs_text,
                max_length=2000,
                widget=long_input(),
            )

    @property
    def is_plain(self) -> bool:
        """Nothing to fill in: a button is enough."""
        return set(self.fields) == {"seen"}

    def details(self) -> Details:
        data = self.cleaned_data
        return Details(
            text=data.get("text", ""),
            handler=data.get("handler"),
            organisation=data.get("organisation"),
            complexity=data.get("complexity", ""),
        )


class RequestForm(forms.Form):
    """More time or a pause."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What for"), choices=RequestKind.choices, widget=choice_input())
    n_days = forms.IntegerField(
        label=_("Working days"), min_value=1, max_value=max(MAX_EXTENSION, MAX_PAUSE), widget=number_input()
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=long_input())


class DecisionForm(forms.Form):
    """Grant or refuse a request."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    grant = forms.BooleanField(required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000, widget=long_input())


class NoteForm(forms.Form):
    """A note: inside, or for the resident."""

    text = forms.CharField(label=_("Note"), max_length=2000, widget=long_input())
    for_resident = forms.BooleanField(label=_("The resident may read it"), required=False)


class FileForm(forms.Form):
    file = forms.FileField(label=_("PDF or picture"), widget=file_input(".pdf,.png,.jpg,.jpeg"))


class ContactForm(forms.Form):
    """Why the telephone number is needed; the reason is logged."""

    reason = forms.CharField(label=_("Why you need the number"), max_length=200, widget=long_input())


class CallForm(forms.Form):
    """The outcome of a call-back in one click; an empty answer means nobody was reached."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        choices=[("", _("Nobody reached")), *((answer.value, answer.label) for answer in ANSWERS)],
        required=False,
    )
    text = forms.CharField(label=_("What was said"), required=False, max_length=1000, widget=long_input())


class TriageForm(forms.Form):
    """To whom the ticked cases go."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"] = PersonChoice(
            label=_("Give the ticked cases to"), queryset=people_in_scope(user), widget=choice_input()
        )


class ReplyTemplateForm(forms.Form):
    """Words to start a reply from, in three languages."""

    title = forms.CharField(label=_("Title"), max_length=80, widget=text_input())
    text_zh_hans = forms.CharField(
        label=_("Text in Simplified Chinese"), max_length=2000, widget=long_input(lang="zh-Hans")
    )
    text_zh_hant = forms.CharField(
        label=_("Text in Traditional Chinese"), required=False, max_length=2000,
        widget=long_input(lang="zh-Hant"),
    )  # fmt: skip
    text_en = forms.CharField(
        label=_("Text in English"), required=False, max_length=2000, widget=long_input(lang="en")
    )

    def texts(self) -> dict[str, str]:
        data = self.cleaned_data
        keys = {"zh-hans": "text_zh_hans", "zh-hant": "text_zh_hant", "en": "text_en"}
        return {language: data[key].strip() for language, key in keys.items() if data[key].strip()}
