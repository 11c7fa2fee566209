"""Forms of improvement: a measure and its steps, a public reply, an objection, a contest, a commission."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import audit_names
from evaluation.evidence.models import KpiDefinition, KpiValue
from evaluation.improvement.enums import Metric, Opened, ReplyStage
from evaluation.improvement.models import Measure
from surveys.catalogue.models import Organisation, Service
from surveys.core import widgets
from surveys.core.enums import Role
from surveys.core.models import User
from surveys.core.text import localized


def colleagues(organisation: Organisation) -> Any:
    """People with a current department seat at the organisation, or at one above or below it."""
    line = [organisation.code, *Organisation.objects.path_of(organisation.code)]
    below = Organisation.objects.codes_below([organisation.code])
    return (
        User.objects.filter(
            is_active=True,
            seats__revoked_at=None,
            seats__role__in=(Role.HANDLER, Role.LEAD),
            seats__organisation_code__in={*line, *below},
        )
        .distinct()
        .order_by("username")
    )


class MeasureForm(forms.Form):
    """What is done, for whom, how it is measured, by when."""

    title = forms.CharField(label=_("Measure"), max_length=120, widget=widgets.text_input())
    problem = forms.CharField(
        label=_("What is to get better, and for whom"), max_length=2000, widget=widgets.long_input()
    )
    opened_from = forms.ChoiceField(
        label=_("What made you act"), choices=Opened.choices, widget=widgets.choice_input()
    )
    reference = forms.CharField(
        label=_("Which indicator, finding or theme"),
        required=False,
        max_length=120,
        widget=widgets.text_input(),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), widget=widgets.choice_input()
    )
    service = forms.ModelChoiceField(
        label=_("Service"), required=False, queryset=Service.objects.none(), widget=widgets.choice_input()
    )
    metric = forms.ChoiceField(
        label=_("How the effect is measured"), choices=Metric.choices, widget=widgets.choice_input(),
        help_text=_("Residents’ ratings are counted by the system; a KPI or an indicator is read from evidence."),
    )  # fmt: skip
    metric_code = forms.ChoiceField(
        label=_("Which KPI or indicator"), required=False, widget=widgets.choice_input(),
        help_text=_("Only where the effect is measured by one."),
    )  # fmt: skip
    baseline = forms.DecimalField(
        label=_("Value today"), required=False, widget=widgets.number_input(),
        help_text=_("Left out, the system writes what it knows."),
    )  # fmt: skip
    target = forms.DecimalField(label=_("Value to be reached"), widget=widgets.number_input())
    noticed_from = forms.DateField(
        label=_("First day of the figures that led to it"), required=False, widget=widgets.day_input(),
        help_text=_("So that a rise that would come by itself is not taken for an effect; left out: half a year."),
    )  # fmt: skip
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, widget=widgets.number_input())
    n_reached = forms.IntegerField(
        label=_("People reached in a year"), required=False, min_value=0, widget=widgets.number_input()
    )
    due_on = forms.DateField(label=_("Due"), widget=widgets.day_input())
    assisting: "forms.ModelMultipleChoiceField[Organisation]" = forms.ModelMultipleChoiceField(
        label=_("Assisting departments"), required=False, widget=widgets.many_input(),
        queryset=Organisation.objects.none(),
    )  # fmt: skip

    FIRST = ("title", "problem", "opened_from", "reference", "owner", "due_on")
    MEASURED = ("metric", "metric_code", "baseline", "target")

    def first(self) -> list[forms.BoundField]:
        """What is done, why, by whom and until when."""
        return [self[name] for name in self.FIRST]

    def measured(self) -> list[forms.BoundField]:
        """How it will be known whether it helped."""
        return [self[name] for name in self.MEASURED]

    def more(self) -> list[forms.BoundField]:
        """What may be left out."""
        return [field for field in self if field.name not in {*self.FIRST, *self.MEASURED}]

    def __init__(
        self, *args: Any, organisation: Organisation, parts: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        below = Organisation.objects.codes_below([organisation.code])
        kpis = KpiDefinition.objects.filter(retired_on=None).only("code", "names").order_by("code")
        measured = KpiValue.objects.filter(organisation__code__in=below).order_by().values("definition")
        kpis = kpis.filter(pk__in=measured) or kpis  # those with values here; all where there are none yet
        self.fields["metric_code"].choices = [  # type: ignore[attr-defined]
            ("", "—"), (_("Parts of the result"), list(parts)), (_("KPIs"), [(row.code, row.name) for row in kpis]),
        ]  # fmt: skip
        others = Organisation.objects.current().without_tree_fields().exclude(pk=organisation.pk)
        self.fields["assisting"].queryset = others.order_by("code")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = colleagues(organisation)  # type: ignore[attr-defined]
        self.fields["service"].queryset = (  # type: ignore[attr-defined]
            Service.objects.current().filter(organisation__code__in=below).order_by("code")
        )


class StepForm(forms.Form):
    text = forms.CharField(label=_("Step"), max_length=200, widget=widgets.text_input())
    due_on = forms.DateField(label=_("Due"), widget=widgets.day_input())


class FinishForm(forms.Form):
    """What shows that a step is done."""

    evidence = forms.CharField(
        label=_("What shows that it is done"), required=False, max_length=2000, widget=widgets.long_input()
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=widgets.file_input(".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.csv,.txt"),
    )


class DoneForm(forms.Form):
    in_force_on = forms.DateField(
        label=_("In force since"), widget=widgets.day_input(),
        help_text=_("The day since when residents can feel it; the effect is counted from then."),
    )  # fmt: skip


class VerifyForm(forms.Form):
    how = forms.CharField(label=_("How did you verify it"), max_length=2000, widget=widgets.long_input())


class OwnerForm(forms.Form):
    """To whom a measure is handed over, and why."""

    owner = forms.ModelChoiceField(
        label=_("New owner"), queryset=User.objects.none(), widget=widgets.choice_input()
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000, widget=widgets.text_input())

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues(organisation)  # type: ignore[attr-defined]


class CarryForm(forms.Form):
    """Into which cycle a measure is carried, and by when it is to be done there."""

    cycle = forms.ModelChoiceField(
        label=_("Cycle"), queryset=Cycle.objects.order_by("-starts_on", "code"), widget=widgets.choice_input()
    )
    due_on = forms.DateField(label=_("Due"), widget=widgets.day_input())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=widgets.long_input())


class ReplyForm(forms.Form):
    """You said, we did."""

    said = forms.CharField(
        label=_("What residents said, in few words"), max_length=200, widget=widgets.text_input()
    )
    n_said = forms.IntegerField(
        label=_("How many said it"), required=False, min_value=0, widget=widgets.number_input(),
        help_text=_("Leave it out if fewer than 10."),
    )  # fmt: skip
    stage = forms.ChoiceField(label=_("Answer"), choices=ReplyStage.choices, widget=widgets.choice_input())
    did = forms.CharField(
        label=_("What was or will be done, or why not"), max_length=2000, widget=widgets.long_input()
    )
    on_day = forms.DateField(label=_("Since or by"), required=False, widget=widgets.day_input())
    measure = forms.ModelChoiceField(
        label=_("Measure"), required=False, queryset=Measure.objects.none(), widget=widgets.choice_input()
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = (  # type: ignore[attr-defined]
            Measure.objects.filter(
                organisation__code__in=Organisation.objects.codes_below([organisation.code])
            ).order_by("due_on", "pk")
        )


class ObjectionForm(forms.Form):
    node = forms.ChoiceField(label=_("Which part"), required=False, widget=widgets.choice_input())
    text = forms.CharField(
        label=_("What is wrong, and how it can be checked"), max_length=4000, widget=widgets.long_input()
    )
    file = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=widgets.file_input(".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.csv"),
    )

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [("", _("The whole result")), *parts]  # type: ignore[attr-defined]


class ContestForm(forms.Form):
    text = forms.CharField(label=_("What is wrong with it"), max_length=2000, widget=widgets.long_input())


class DeclarationForm(forms.Form):
    text = forms.CharField(
        label=_("Declaration of independence"), max_length=2000, widget=widgets.long_input(),
        help_text=_("Say that nothing ties you to the organisations you audit, or what does."),
    )  # fmt: skip


class CommissionForm(forms.Form):
    """Charge an auditor."""

    auditor = forms.ModelChoiceField(
        label=_("Auditor"), widget=widgets.choice_input(),
        queryset=User.objects.filter(is_active=True, seats__role=Role.AUDITOR, seats__revoked_at=None)
        .distinct()
        .order_by("username"),
    )  # fmt: skip
    cycle = forms.ModelChoiceField(
        label=_("Cycle"), queryset=Cycle.objects.order_by("-starts_on", "code"), widget=widgets.choice_input()
    )
    audit = forms.ChoiceField(
        label=_("Audit"), widget=widgets.choice_input(),
        help_text=_("One of the audits that the cycle’s scheme takes points from."),
    )  # fmt: skip
    contract = forms.CharField(label=_("Contract"), max_length=120, widget=widgets.text_input())
    expires_on = forms.DateField(label=_("Until"), widget=widgets.day_input())
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisations"), widget=widgets.many_input(),
        queryset=Organisation.objects.current().without_tree_fields().order_by("code"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cycles = Cycle.objects.exclude(state=CycleState.ARCHIVED).select_related("scheme")
        known = {
            audit: localized(names)
            for cycle in cycles.order_by("starts_on", "code")
            for audit, names in audit_names(cycle).items()
        }
        self.fields["audit"].choices = list(known.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An audit of one scheme is no audit of a cycle with another."""
        data = super().clean() or {}
        cycle = data.get("cycle")
        if cycle is not None and data.get("audit") and data["audit"] not in audit_names(cycle):
            self.add_error("audit", _("The scheme of this cycle takes no points from this audit."))
        return data
