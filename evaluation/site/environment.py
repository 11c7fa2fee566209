"""The environment variables the system reads: one table, checked at start, shown by `doctor` and in docs."""

import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
FACES = ("public", "office", "all")
BROKERS = ("filesystem", "memory", "redis", "rediss", "amqp", "amqps")
DATABASES = ("sqlite", "postgres", "postgresql")
LANGUAGE_CODES = ("zh-hans", "zh-hant", "en")


class EnvironmentRefusedError(RuntimeError):
    """A variable holds something the system cannot run with; the sentence says which and how to mend it."""


@dataclass(frozen=True)
class Environment:
    """What the environment asks for, after checking."""

    state_dir: Path
    database_url: str
    broker_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    public_base_url: str
    site: str
    language_code: str
    time_zone: str
    debug: bool
    demo: bool
    trusted_proxies: tuple[str, ...]
    statement_seconds: int
    outbox: str
    sms_gateway: str


def _one_of(env: environ.Env, name: str, default: str, known: tuple[str, ...]) -> str:
    value: str = env.str(name, default=default).lower()
    if value not in known:
        raise EnvironmentRefusedError(f"{name} is {value!r}; write one of: {', '.join(known)}.")
    return value


def _scheme(env: environ.Env, name: str, default: str, known: tuple[str, ...]) -> str:
    address: str = env.str(name, default=default)
    if urlsplit(address).scheme not in known:
        raise EnvironmentRefusedError(
            f"{name} begins with {urlsplit(address).scheme!r}; use one of: {', '.join(known)}."
        )
    return address


def _sms_gateway(env: environ.Env) -> str:
    value: str = env.str("SMS_GATEWAY", default="file")
    if value != "file" and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
        raise EnvironmentRefusedError(
            f"SMS_GATEWAY is {value!r}; write file, or the gateway's http(s) address."
        )
    return value


def read(state_dir: Path | None = None) -> Environment:
    """Read and check every variable; raises EnvironmentRefusedError with one sentence."""
    env = environ.Env()
    state = state_dir or Path(env.str("STATE_DIR", default=str(ROOT / "var")))
    base_url = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
    host = urlsplit(base_url).hostname
    if not host:
        raise EnvironmentRefusedError(
            f"PUBLIC_BASE_URL is {base_url!r}; "
            "write the address residents open, for example https://pj.example.gov.cn"
        )
    site = env.str("SITE", default="all")
    if site not in FACES:
        raise EnvironmentRefusedError(f"SITE is {site!r}; write one of: {', '.join(FACES)}.")
    language = env.str("LANGUAGE_CODE", default="zh-hans").lower()
    if language not in LANGUAGE_CODES:
        raise EnvironmentRefusedError(
            f"LANGUAGE_CODE is {language!r}; write one of: {', '.join(LANGUAGE_CODES)}."
        )
    secret = env.str("SECRET_KEY", default="")
    key_file = state / "secret-key.txt"
    if not secret and key_file.exists():
        secret = key_file.read_text(encoding="ascii").strip()
    if len(secret) < 32:
        raise EnvironmentRefusedError(
            "SECRET_KEY is missing or shorter than 32 characters; "
            "set it, or run `make run`, which makes one and keeps it."
        )
    try:
        numbers = {"statement_seconds": env.int("STATEMENT_SECONDS", default=600)}
        flags = {name.lower(): env.bool(name, default=False) for name in ("DEBUG", "DEMO")}
    except (ValueError, ImproperlyConfigured) as error:
        raise EnvironmentRefusedError(
            "STATEMENT_SECONDS must be a whole number, DEBUG and DEMO yes or no."
        ) from error
    zone = env.str("TIME_ZONE", default="Asia/Shanghai")
    if zone not in zoneinfo.available_timezones():
        raise EnvironmentRefusedError(f"TIME_ZONE is {zone!r}; write a zone's name such as Asia/Shanghai.")
    return Environment(
        state_dir=state,
        database_url=_scheme(env, "DATABASE_URL", f"sqlite:///{state / 'database.sqlite3'}", DATABASES),
        broker_url=_scheme(env, "CELERY_BROKER_URL", "filesystem://", BROKERS),
        secret_key=secret,
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", host])),
        public_base_url=base_url,
        site=_one_of(env, "SITE", "all", FACES),
        language_code=_one_of(env, "LANGUAGE_CODE", "zh-hans", LANGUAGE_CODES),
        time_zone=zone,
        debug=flags["debug"],
        demo=flags["demo"],
        trusted_proxies=tuple(env.list("TRUSTED_PROXIES", default=[])),
        statement_seconds=numbers["statement_seconds"],
        outbox=_one_of(env, "OUTBOX", "file", ("file", "mail")),
        sms_gateway=_sms_gateway(env),
    )
