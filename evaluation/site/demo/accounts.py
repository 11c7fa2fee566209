"""Demonstration sign-ins: random passwords, printed and kept in the state folder, only in demo mode."""

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from surveys.core.enums import Role
from surveys.core.models import Seat, User

WORDS = [
    "amber",
    "anchor",
    "apple",
    "arrow",
    "autumn",
    "bamboo",
    "basket",
    "beacon",
    "bridge",
    "candle",
    "canyon",
    "cedar",
    "cherry",
    "circle",
    "cloud",
    "clover",
    "copper",
    "coral",
    "cotton",
    "crane",
    "crystal",
    "daisy",
    "delta",
    "drum",
    "eagle",
    "early",
    "earth",
    "ember",
    "falcon",
    "feather",
    "fern",
    "field",
    "flint",
    "forest",
    "garden",
    "ginger",
    "glass",
    "globe",
    "granite",
    "grape",
    "harbor",
    "hazel",
    "heron",
    "hill",
    "honey",
    "island",
    "ivory",
    "ivy",
    "jade",
    "jasmine",
    "juniper",
    "kite",
    "lake",
    "lantern",
    "laurel",
    "lemon",
    "lily",
    "linen",
    "lotus",
    "maple",
    "marble",
    "meadow",
    "melon",
    "mint",
    "moon",
    "mosaic",
    "oak",
    "oasis",
    "ocean",
    "olive",
    "onyx",
    "orange",
    "orchid",
    "otter",
    "paper",
    "pearl",
    "pebble",
    "pepper",
    "pine",
    "planet",
    "plum",
    "pond",
    "poplar",
    "prairie",
    "quartz",
    "quiet",
    "rain",
    "raven",
    "reed",
    "ridge",
    "river",
    "robin",
    "rose",
    "saffron",
    "sage",
    "sail",
    "sand",
    "silver",
    "sky",
    "snow",
    "sparrow",
    "spring",
    "stone",
    "summer",
    "sun",
    "swan",
    "thunder",
    "tide",
    "timber",
    "topaz",
    "tulip",
    "valley",
    "velvet",
    "violet",
    "walnut",
    "water",
    "willow",
    "wind",
    "winter",
    "wren",
]


@dataclass(frozen=True)
class Account:
    """One demonstration person."""

    username: str
    name: str
    role: Role
    organisation: str = ""


ACCOUNTS = (
    Account("office", "林静 Lin Jing", Role.OFFICE),
    Account("office2", "何川 He Chuan", Role.OFFICE),
    Account("leader", "周明 Zhou Ming", Role.LEADER),
    Account("auditor", "顾岚 Gu Lan", Role.AUDITOR),
    Account("hotline", "苏敏 Su Min", Role.OPERATOR),
    Account("bdc", "陈晓 Chen Xiao", Role.HANDLER, "BDC"),
    Account("bdc-lead", "吴桐 Wu Tong", Role.LEAD, "BDC"),
    Account("zjj", "沈一 Shen Yi", Role.HANDLER, "ZJJ"),
    Account("zjj-lead", "罗青 Luo Qing", Role.LEAD, "ZJJ"),
    Account("system", "唐宁 Tang Ning", Role.SYSTEM_ADMIN),
    Account("security", "方正 Fang Zheng", Role.SECURITY_ADMIN),
    Account("audit", "许清 Xu Qing", Role.AUDIT_ADMIN),
)


def password() -> str:
    """Five words of a list of 128: 35 bits, with a number more; typed easily, guessed hardly."""
    return "-".join(secrets.choice(WORDS) for _word in range(5)) + f"-{secrets.randbelow(90) + 10}"


@transaction.atomic
def make_accounts(*, now: dt.datetime, state_dir: Path) -> Path:
    """Create the demonstration people who are missing and write their passwords down; returns the file."""
    place = state_dir / "demo-accounts.txt"
    lines = ["Demonstration sign-ins (only in demo mode)", ""]
    if User.objects.filter(is_demo=True).exists() and place.exists():
        return place
    for account in ACCOUNTS:
        user, _created = User.objects.get_or_create(
            username=account.username, defaults={"display_name": account.name, "is_demo": True}
        )
        word = password()
        user.set_password(word)
        user.save()
        Seat.objects.get_or_create(
            user=user,
            role=account.role,
            organisation_code=account.organisation,
            revoked_at=None,
            defaults={"granted_at": now},
        )
        seat = f"{account.role.label} {account.organisation}".strip()
        lines.append(f"{account.username:10} {word:48} {seat}")
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    return place
