"""A small town: one office, two services, three points, a frozen questionnaire."""

import datetime as dt
from dataclasses import dataclass

from surveys.catalogue.enums import Channel, Identity, PointKind
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.instruments.actions import install_presets
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version
from surveys.ratings.actions import finish_matter
from surveys.ratings.shapes import Invited

NOW = dt.datetime(2026, 11, 23, 2, 30, tzinfo=dt.UTC)


def names(english: str, hans: str) -> dict[str, str]:
    return {"en": english, "zh-hans": hans, "zh-hant": hans}


@dataclass(frozen=True)
class Town:
    office: Organisation
    other: Organisation
    title: Service
    permit: Service
    window: ServicePoint
    posted: ServicePoint
    kiosk: ServicePoint
    form: QuestionnaireVersion


def build_town() -> Town:
    """Organisations, services, points and the presets."""
    install_presets(NOW)
    office = Organisation.objects.create(code="BDC", names=names("Property Registration", "不动产登记中心"))
    other = Organisation.objects.create(code="GAJ", names=names("Public Security", "公安局"))
    title = Service.objects.create(
        code="1100000001",
        names=names("Transfer of property title (home)", "不动产转移登记（住宅）"),
        organisation=office,
    )
    permit = Service.objects.create(
        code="1100000002", names=names("Mortgage registration", "抵押登记"), organisation=office
    )
    hall = ServicePoint.objects.create(
        code="hall-1", names=names("Sample City Service Centre", "示例市政务服务中心"), organisation=office,
        kind=PointKind.HALL,
    )  # fmt: skip
    window = ServicePoint.objects.create(
        code="w-03",
        names=names("Window 3", "3号窗口"),
        organisation=office,
        kind=PointKind.WINDOW,
        parent=hall,
    )
    posted = ServicePoint.objects.create(
        code="qr-01", names=names("Poster at the door", "门口二维码"), organisation=office, kind=PointKind.QR,
        service=title,
    )  # fmt: skip
    kiosk = ServicePoint.objects.create(
        code="ki-01", names=names("Kiosk 1", "1号自助机"), organisation=office, kind=PointKind.KIOSK
    )
    return Town(office, other, title, permit, window, posted, kiosk, current_version())


def known_town() -> Town:
    """The town as it was built before."""
    points = {point.code: point for point in ServicePoint.objects.order_by("pk")}
    services = {service.code: service for service in Service.objects.order_by("pk")}
    units = {unit.code: unit for unit in Organisation.objects.order_by("pk")}
    return Town(
        units["BDC"], units["GAJ"], services["1100000001"], services["1100000002"], points["w-03"],
        points["qr-01"], points["ki-01"], current_version(),
    )  # fmt: skip


def invited(
    town: Town,
    case_no: str = "BDC-1",
    *,
    now: dt.datetime = NOW,
    identity: str = Identity.ANONYMOUS,
    **more: object,
) -> Invited:
    """A case finished ten minutes ago at the window, and its invitation."""
    values: dict[str, object] = {
        "case_no": case_no, "stage": "completion", "service_no": 1, "service": town.title,
        "finished_at": now - dt.timedelta(minutes=10), "point": town.window, "channel": Channel.QR_CASE,
        "identity": identity, "actor": None, "now": now,
    }  # fmt: skip
    return finish_matter(**(values | more))  # type: ignore[arg-type]
