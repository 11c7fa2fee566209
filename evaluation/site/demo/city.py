"""The catalogue of the invented sample city: departments, services, halls and windows."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from surveys.catalogue.actions import (
    create_organisation,
    create_peer_group,
    create_point,
    create_region,
    create_service,
)
from surveys.catalogue.enums import PointKind
from surveys.catalogue.models import Organisation
from surveys.catalogue.shapes import Promise
from surveys.core.models import User

WORLD = Path(__file__).parent / "sample" / "world.json"
OPENED_ON = dt.date(2024, 1, 1)


def read_world() -> dict[str, Any]:
    """The names and the hidden qualities of the sample city."""
    world: dict[str, Any] = json.loads(WORLD.read_text(encoding="utf-8"))
    return world


def _window(index: int) -> dict[str, str]:
    return {"en": f"Window {index}", "zh-hans": f"{index}号窗口", "zh-hant": f"{index}號窗口"}


def build_city(
    world: dict[str, Any], *, actor: User | None, now: dt.datetime, prefix: str = ""
) -> list[Organisation]:
    """Create region, departments, services and points; returns the departments that take part in cycles.

    `prefix` goes before the codes of hall and windows, where several cities live in one installation.
    """
    who: dict[str, Any] = {"actor": actor, "now": now}
    region = create_region(
        code=world["region"]["code"], names=world["names"], level=world["region"]["level"], **who
    )
    groups = {
        group["key"]: create_peer_group(code=group["code"], names=group["names"], **who)
        for group in world["groups"]
    }
    root = create_organisation(code=world["root"]["code"], names=world["root"]["names"], region=region, **who)
    hall = create_point(
        code=f"{prefix}HALL",
        names={
            "en": "Sample City Service Hall",
            "zh-hans": "示例市政务服务中心",
            "zh-hant": "示例市政務服務中心",
        },
        organisation=root,
        kind=PointKind.HALL,
        allowed_networks=["10.9.0.0/24"],
        **who,
    )
    departments = {}
    for index, row in enumerate(world["organisations"], 1):
        department = create_organisation(
            code=row["code"],
            names=row["names"],
            parent=root,
            region=region,
            peer_group=groups[row["group"]],
            telephone="12345",
            **who,
        )
        departments[row["code"]] = department
        create_point(
            code=f"{prefix}W{index:02d}",
            names=_window(index),
            organisation=department,
            kind=PointKind.WINDOW,
            parent=hall,
            **who,
        )
    _services(world, departments, who)
    return list(departments.values())


def _services(world: dict[str, Any], departments: dict[str, Organisation], who: dict[str, Any]) -> None:
    for row in world["services"]:
        create_service(
            code=row["code"],
            names=row["names"],
            organisation=departments[row["organisation"]],
            valid_from=OPENED_ON,
            promise=Promise(
                statutory_days=row["statutory_days"],
                promised_days=row["promised_days"],
                n_trips=row["trips"],
                n_papers=row["papers"],
                is_online=row["online"],
            ),
            **who,
        )
