"""Collects, compiles and checks the translations: every text in every language, no fuzzy ones, .mo up to date."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "evaluation" / "locale"
LANGUAGES = ("zh_Hans", "zh_Hant")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_0-9]*\}")
SOURCES = ("scoring", "surveys", "evaluation", "templates")


def collect(target: Path = LOCALE) -> None:
    """Extract every marked text into the .po files under `target` (needs GNU gettext)."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for top in SOURCES:
            shutil.copytree(
                ROOT / top, work / top, ignore=shutil.ignore_patterns("__pycache__", "locale", "static")
            )
        shutil.copy(ROOT / "manage.py", work)
        shutil.copytree(LOCALE, work / "locale", dirs_exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--no-location",
            "--no-wrap",
            "--no-obsolete",
            "-v0",
        ]
        for language in LANGUAGES:
            command += ["-l", language]
        (work / "locale").mkdir(exist_ok=True)
        subprocess.run(command, cwd=work, check=True)
        for language in LANGUAGES:
            found = work / "locale" / language / "LC_MESSAGES" / "django.po"
            place = target / language / "LC_MESSAGES" / "django.po"
            place.parent.mkdir(parents=True, exist_ok=True)
            catalogue = polib.pofile(str(found), wrapwidth=0)
            catalogue.metadata = {
                "Content-Type": "text/plain; charset=UTF-8",
                "Content-Transfer-Encoding": "8bit",
                "Language": language,
                "Plural-Forms": "nplurals=1; plural=0;",
            }
            for entry in catalogue:
                entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
            catalogue.sort(key=lambda entry: entry.msgid)
            catalogue.save(str(place))


def compiled(catalogue: polib.POFile) -> bytes:
    return bytes(catalogue.to_binary())


def compile_all() -> None:
    for language in LANGUAGES:
        place = LOCALE / language / "LC_MESSAGES"
        (place / "django.mo").write_bytes(compiled(polib.pofile(str(place / "django.po"))))


def problems() -> list[str]:
    """Every reason why the translations are not complete."""
    found = []
    known: dict[str, set[str]] = {}
    for language in LANGUAGES:
        place = LOCALE / language / "LC_MESSAGES"
        catalogue = polib.pofile(str(place / "django.po"))
        known[language] = {entry.msgid for entry in catalogue if not entry.obsolete}
        for entry in catalogue:
            texts = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
            if not all(texts) or not texts:
                found.append(f"{language}: no translation of {entry.msgid[:70]!r}")
            if entry.fuzzy:
                found.append(f"{language}: uncertain translation of {entry.msgid[:70]!r}")
            for text in texts:
                source = entry.msgid_plural or entry.msgid
                if text and not set(PLACEHOLDER.findall(text)) <= set(
                    PLACEHOLDER.findall(source + entry.msgid)
                ):
                    found.append(f"{language}: other placeholders in {text[:70]!r}")
                if entry.msgid_plural and set(PLACEHOLDER.findall(source)) - set(PLACEHOLDER.findall(text)):
                    found.append(f"{language}: the number is lost in {text[:70]!r}")
        if not (place / "django.mo").exists() or (place / "django.mo").read_bytes() != compiled(catalogue):
            found.append(f"{language}: django.mo is older than django.po; run make messages")
    if shutil.which("xgettext"):
        with tempfile.TemporaryDirectory() as folder:
            collect(Path(folder))
            for language in LANGUAGES:
                fresh = polib.pofile(str(Path(folder) / language / "LC_MESSAGES" / "django.po"))
                missing = {entry.msgid for entry in fresh} - known[language]
                found += [f"{language}: not collected yet: {text[:70]!r}" for text in sorted(missing)]
    return found


def main() -> int:
    if "--collect" in sys.argv:
        collect()
        compile_all()
        return 0
    if "--compile" in sys.argv:
        compile_all()
        return 0
    out = io.StringIO()
    found = problems()
    for line in found[:200]:
        print(line, file=out)
    print(out.getvalue(), end="")
    print(f"translations: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
