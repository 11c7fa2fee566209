"""Regions, organisations with peer groups, services with versions, and service points."""

from collections.abc import Collection
from datetime import date

from django.core.validators import RegexValidator
from django.db import connections, models
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from surveys.catalogue.enums import PointKind, RegionLevel
from surveys.core.text import localized

SERVICE_CODE = RegexValidator(r"^[0-9A-Z][0-9A-Z._-]{0,30}\Z", _("Use up to 31 capital letters and digits."))
PLAIN_CODE = RegexValidator(
    r"^(?!new$)[\w.-]{1,40}\Z", _("Use up to 40 letters, digits, dots, hyphens and underscores.")
)
REGION_CODE = RegexValidator(r"^[0-9]{12}\Z", _("A region code has 12 digits."))


class Named(models.Model):
    """A row with a name in three languages."""

    names = models.JSONField(_("name"), default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def name(self) -> str:
        return localized(self.names)


class Region(TreeNode, Named):  # type: ignore[misc,django-manager-missing]
    """An administrative region, coded as in GB/T 2260 and 2260-based 12-digit statistics codes."""

    code = models.CharField(_("code"), max_length=12, unique=True, validators=[REGION_CODE])
    level = models.PositiveSmallIntegerField(_("level"), choices=RegionLevel.choices)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]


class PeerGroup(Named):  # type: ignore[django-manager-missing]
    """Organisations that are fairly compared with each other."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[PLAIN_CODE])
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]


BELOW = """
WITH RECURSIVE reached(id, code) AS (
  SELECT id, code FROM catalogue_organisation WHERE code IN ({marks})
  UNION
  SELECT child.id, child.code FROM catalogue_organisation child JOIN reached ON child.parent_id = reached.id
) SELECT code FROM reached
"""
ABOVE = """
WITH RECURSIVE reached(parent_id, code, step) AS (
  SELECT parent_id, code, 0 FROM catalogue_organisation WHERE code = %s
  UNION
  SELECT above.parent_id, above.code, reached.step + 1
  FROM catalogue_organisation above JOIN reached ON above.id = reached.parent_id
  WHERE reached.step < 50
) SELECT code FROM reached ORDER BY step
"""


class OrganisationQuerySet(TreeQuerySet):  # type: ignore[misc]
    def current(self) -> "OrganisationQuerySet":
        return self.filter(retired_on=None)  # type: ignore[no-any-return]

    def codes_below(self, codes: Collection[str]) -> frozenset[str]:
        """These organisations' codes and those of all below them, in one query."""
        if not codes:
            return frozenset()
        marks = ", ".join(["%s"] * len(codes))
        with connections[self.db].cursor() as cursor:
            cursor.execute(BELOW.format(marks=marks), list(codes))
            return frozenset(row[0] for row in cursor.fetchall())

    def path_of(self, code: str) -> tuple[str, ...]:
        """An organisation's code and those above it up to the root, in one query."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(ABOVE, [code])
            return tuple(row[0] for row in cursor.fetchall())


class Organisation(TreeNode, Named):  # type: ignore[misc,django-manager-missing]
    """A department or office that answers for services; retired, never deleted."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[PLAIN_CODE])
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    peer_group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, null=True, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        ordering = ["code"]


class ServiceQuerySet(models.QuerySet["Service"]):
    def current(self) -> "ServiceQuerySet":
        return self.filter(retired_on=None)


class Service(Named):
    """What a resident rates: an item of the catalogue, identified by its code for good."""

    code = models.CharField(_("code"), max_length=31, unique=True, validators=[SERVICE_CODE])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]


class ServiceVersion(models.Model):
    """What the guide promised during a span of days."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    handling_code = models.CharField(_("handling item"), max_length=33, blank=True)
    statutory_days = models.PositiveSmallIntegerField(_("statutory days"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("promised days"), null=True, blank=True)
    n_trips = models.PositiveSmallIntegerField(_("trips"), null=True, blank=True)
    n_papers = models.PositiveSmallIntegerField(_("papers"), null=True, blank=True)
    is_online = models.BooleanField(_("can be done online"), default=False)

    class Meta:
        ordering = ["service", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="service_version_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.code} v{self.number}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def on(self, day: date) -> "DutyQuerySet":
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day), starts_on__lte=day)


class Duty(models.Model):
    """Who answers for a service from a day on, in one region or everywhere; the rows are the hand-over log."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="duties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["service", "-starts_on", "-pk"]
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "region", "starts_on"],
                condition=models.Q(region__isnull=False),
                name="duty_once_per_region_and_day",
            ),
            models.UniqueConstraint(
                fields=["service", "starts_on"],
                condition=models.Q(region__isnull=True),
                name="duty_once_per_day",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="duty_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.code} {self.organisation.code} {self.starts_on}"


class ServicePoint(Named):
    """A hall, window, kiosk or posted code where residents rate."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[PLAIN_CODE])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(_("kind"), max_length=10, choices=PointKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True)
    allowed_networks = models.JSONField(_("allowed networks"), default=list, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
