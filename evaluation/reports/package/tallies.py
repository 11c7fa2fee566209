"""Every count behind an edition's figures about residents, small ones too: a table for auditors alone."""

from evaluation.cycles.models import Cycle
from evaluation.rankings.resident_cells import unit_of_organisations
from evaluation.reports.package.contents import csv_of
from surveys.catalogue.models import Organisation, Service
from surveys.tallies.queries import OVERALL, counts

COLUMNS = (
    "unit", "organisation", "service", "channel", "scale", "option", "n", "starts_on", "ends_on", "sources",
)  # fmt: skip


def tallies_csv(cycle: Cycle) -> bytes:
    """One row for each unit, organisation, service, channel, scale and option, in the order of their codes."""
    unit_of = unit_of_organisations(list(cycle.units.all()))
    organisations = dict(Organisation.objects.order_by("pk").values_list("pk", "code"))
    services = dict(Service.objects.order_by("pk").values_list("pk", "code"))
    rows = [
        (
            unit_of[row.organisation_id], organisations[row.organisation_id],
            services.get(row.service_id or 0, ""), row.channel, row.scale, option, n,
            row.starts_on.isoformat(), row.ends_on.isoformat(), " ".join(row.sources),
        )
        for row in counts(
            starts_on=cycle.starts_on, ends_on=cycle.ends_on, question=OVERALL,
            by=("organisation", "service", "channel"), with_posted=True, with_default=True, with_held=True,
        )
        if row.organisation_id in unit_of
        for option, n in row.counts.items()
    ]  # fmt: skip
    return csv_of(COLUMNS, sorted(rows))
