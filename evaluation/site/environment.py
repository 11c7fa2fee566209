"""The environment variables the system reads: one table, checked at start, shown by `doctor` and in docs."""

import re
import zoneinfo
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
FACES = ("public", "office", "all")
BROKERS = ("filesystem", "memory", "redis", "rediss", "amqp", "amqps")
DATABASES = ("sqlite", "postgres", "postgresql")
MAILERS = ("smtp", "smtp+tls", "smtp+ssl")
NUMBERS = {"STATEMENT_SECONDS": (600, 86_400), "PORT": (8000, 65_535), "WEB_WORKERS": (2, 64)}
"""Whole numbers from 1: what holds where nothing is said, and the most."""
ON, OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
LEAST_KEY = 32
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
    older_keys: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    public_base_url: str
    site: str
    language_code: str
    time_zone: str
    debug: bool
    demo: bool
    trusted_proxies: tuple[str, ...]
    hsts_subdomains: bool
    statement_seconds: int
    host: str
    port: int
    web_workers: int
    outbox: str
    email_url: str
    email_from: str
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


def _flag(env: environ.Env, name: str) -> bool:
    value: str = env.str(name, default="").strip().lower()
    if value not in (*ON, *OFF):
        raise EnvironmentRefusedError(f"{name} is {value!r}; write 1 for yes or 0 for no.")
    return value in ON


def _number(env: environ.Env, name: str) -> int:
    usual, most = NUMBERS[name]
    value: str = env.str(name, default=str(usual))
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= most:
        raise EnvironmentRefusedError(f"{name} is {value!r}; write a whole number from 1 to {most}.")
    return int(value)


def _sms_gateway(env: environ.Env) -> str:
    value: str = env.str("SMS_GATEWAY", default="file")
    if value != "file" and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
        raise EnvironmentRefusedError(
            f"SMS_GATEWAY is {value!r}; write file, or the gateway's http(s) address."
        )
    return value


def _email_url(env: environ.Env, outbox: str) -> str:
    value: str = env.str("EMAIL_URL", default="")
    if value and not (urlsplit(value).scheme in MAILERS and urlsplit(value).hostname):
        raise EnvironmentRefusedError(
            "EMAIL_URL is not the address of a mail server; "
            "write smtp://, smtp+tls:// or smtp+ssl:// with user:password@host:port."
        )
    if outbox == "mail" and not value:
        raise EnvironmentRefusedError(
            "OUTBOX is mail, but no mail server is named; set EMAIL_URL and EMAIL_FROM, or OUTBOX to file."
        )
    return value


def _email_from(env: environ.Env, email_url: str) -> str:
    value: str = env.str("EMAIL_FROM", default="")
    if (value or email_url) and "@" not in parseaddr(value)[1]:
        raise EnvironmentRefusedError(
            f"EMAIL_FROM is {value!r}; write the address messages come from, for example pj@example.gov.cn."
        )
    return value


def _secret_key(env: environ.Env, state: Path) -> str:
    secret: str = env.str("SECRET_KEY", default="")
    key_file = state / "secret-key.txt"
    if not secret and key_file.exists():
        secret = key_file.read_text(encoding="ascii").strip()
    if len(secret) < LEAST_KEY:
        raise EnvironmentRefusedError(
            f"SECRET_KEY is missing or shorter than {LEAST_KEY} characters; "
            "set it, or run `make run`, which makes one and keeps it."
        )
    return secret


def _older_keys(env: environ.Env, secret: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in env.list("SECRET_KEY_FALLBACKS", default=[]) if key.strip())
    if any(len(key) < LEAST_KEY for key in keys):
        raise EnvironmentRefusedError(
            f"SECRET_KEY_FALLBACKS holds a key shorter than {LEAST_KEY} characters; "
            "write the older keys whole, the newest first, separated by commas."
        )
    if len({secret, *keys}) <= len(keys):
        raise EnvironmentRefusedError(
            "SECRET_KEY_FALLBACKS repeats a key; write each older key once, and SECRET_KEY not at all."
        )
    return keys


def read(state_dir: Path | None = None) -> Environment:
    """Read and check every variable; raises EnvironmentRefusedError with one sentence."""
    env = environ.Env()
    state = state_dir or Path(env.str("STATE_DIR", default=str(ROOT / "var")))
    port = _number(env, "PORT")
    base_url = env.str("PUBLIC_BASE_URL", default=f"http://127.0.0.1:{port}").rstrip("/")
    host = urlsplit(base_url).hostname
    if not host:
        raise EnvironmentRefusedError(
            f"PUBLIC_BASE_URL is {base_url!r}; "
            "write the address residents open, for example https://pj.example.gov.cn"
        )
    secret = _secret_key(env, state)
    zone = env.str("TIME_ZONE", default="Asia/Shanghai")
    if zone not in zoneinfo.available_timezones():
        raise EnvironmentRefusedError(f"TIME_ZONE is {zone!r}; write a zone's name such as Asia/Shanghai.")
    outbox = _one_of(env, "OUTBOX", "file", ("file", "mail"))
    email_url = _email_url(env, outbox)
    return Environment(
        state_dir=state,
        database_url=_scheme(env, "DATABASE_URL", f"sqlite:///{state / 'database.sqlite3'}", DATABASES),
        broker_url=_scheme(env, "CELERY_BROKER_URL", "filesystem://", BROKERS),
        secret_key=secret,
        older_keys=_older_keys(env, secret),
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", default=[]) or ["127.0.0.1", "localhost", host]),
        public_base_url=base_url,
        site=_one_of(env, "SITE", "all", FACES),
        language_code=_one_of(env, "LANGUAGE_CODE", "zh-hans", LANGUAGE_CODES),
        time_zone=zone,
        debug=_flag(env, "DEBUG"),
        demo=_flag(env, "DEMO"),
        trusted_proxies=tuple(env.list("TRUSTED_PROXIES", default=[])),
        hsts_subdomains=_flag(env, "HSTS_SUBDOMAINS"),
        statement_seconds=_number(env, "STATEMENT_SECONDS"),
        host=env.str("HOST", default="127.0.0.1"),
        port=port,
        web_workers=_number(env, "WEB_WORKERS"),
        outbox=outbox,
        email_url=email_url,
        email_from=_email_from(env, email_url),
        sms_gateway=_sms_gateway(env),
    )
