"""The rules of the house that no linter knows: floors, lengths, imports, templates, words."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("scoring", "surveys", "evaluation")
CARD = {"evaluation", "surveys", "scoring", "templates", "tests", "manage.py", "requirements.txt"}
ALSO = {
    "README.md", "README.zh-Hans.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml",
    "requirements-dev.txt", "requirements.in", "requirements-dev.in", "docs", "deploy", ".ci", ".gitignore",
}  # fmt: skip
MAX_LINES = 300
MAX_FUNCTION = 60
UNTYPED_WORDS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
SIGNALS = re.compile(
    r"^from django\.(?:db\.models|core|dispatch)\S* import .*\b(?:Signal|receiver|\w+_save)\b", re.MULTILINE
)
CLOCKS = re.compile(r"^\s*(?:import|from) (?:time|datetime|django|random)\b", re.MULTILINE)
VAGUE = {"utils.py", "helpers.py", "common.py", "manager.py"}


def tracked() -> list[str]:
    out = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if out.returncode:
        pytest.skip("not a git checkout: the list of tracked files is not known")
    return [line for line in out.stdout.splitlines() if (ROOT / line).exists()]


def sources(*tops: str) -> list[Path]:
    return [
        path for top in tops for path in sorted((ROOT / top).rglob("*.py")) if "migrations" not in path.parts
    ]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(text_of(path))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_top_level_holds_the_card_and_little_else() -> None:
    tops = {name.split("/")[0] for name in tracked()}
    assert tops >= CARD
    assert tops - CARD - ALSO == set()


def test_no_import_inside_a_function() -> None:
    bad = [
        f"{relative(path)}:{node.name}"
        for path in sources(*TOPS)
        for node in functions(path)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert bad == []


def test_no_type_checking_imports_hide_a_circle() -> None:
    bad = [relative(path) for path in sources(*TOPS) if "TYPE_CHECKING" in text_of(path)]
    assert bad == []


def test_long_files_are_explained() -> None:
    explained = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    bad = [
        f"{relative(path)} ({n})"
        for path in sources(*TOPS, "tests")
        if (n := text_of(path).count("\n")) > MAX_LINES and f"`{relative(path)}`" not in explained
    ]
    assert bad == []


def test_functions_stay_small() -> None:
    bad = [
        f"{relative(path)}:{node.name} ({size})"
        for path in sources(*TOPS)
        for node in functions(path)
        if (size := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert bad == []


def test_every_file_says_what_it_holds() -> None:
    bad = [
        relative(path)
        for path in sources(*TOPS)
        if text_of(path).strip() and not ast.get_docstring(ast.parse(text_of(path)))
    ]
    assert bad == []


def test_names_say_something() -> None:
    assert [relative(path) for path in sources(*TOPS) if path.name in VAGUE] == []


def test_no_signals() -> None:
    bad = [relative(path) for path in sources("surveys", "evaluation") if SIGNALS.search(text_of(path))]
    assert bad == []


def test_every_test_can_fail() -> None:
    can_fail = re.compile(r"assert|\braises\b|\bwarns\b|\bcheck_|\.fail\(")
    bad = []
    for path in sources("tests"):
        text = text_of(path)
        for node in functions(path):
            body = ast.get_source_segment(text, node) or ""
            if node.name.startswith("test_") and not can_fail.search(body):
                bad.append(f"{relative(path)}:{node.name}")
    assert bad == []


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    bad = [
        relative(path)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if inline.search(text_of(path))
    ]
    assert bad == []


def test_templates_ask_nothing_of_other_hosts() -> None:
    outside = re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)
    bad = [
        relative(path)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if outside.search(text_of(path))
    ]
    assert bad == []


def test_no_unfinished_marks() -> None:
    bad = [
        name
        for name in tracked()
        if name.endswith((".py", ".html", ".css", ".md", ".toml"))
        and name != "tests/test_house.py"
        and UNTYPED_WORDS.search(text_of(ROOT / name))
    ]
    assert bad == []


def test_scoring_never_reads_the_clock() -> None:
    bad = [relative(path) for path in sources("scoring") if CLOCKS.search(text_of(path))]
    assert bad == []


def test_apps_read_the_clock_only_at_the_edge() -> None:
    edge = {"views.py", "api.py", "tasks.py", "conftest.py"}
    inner = {"models.py", "queries.py", "actions.py", "rules.py", "panel.py"}
    bad = [
        relative(path)
        for path in sources("surveys", "evaluation")
        if (path.name in inner or path.parent.name == "actions")
        and path.name not in edge
        and re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(|localdate\(\)", text_of(path))
    ]
    assert bad == []


def test_days_are_those_of_this_place() -> None:
    """`now.date()` is the day in UTC: until eight in the morning here, that of yesterday."""
    months_of_keys = {
        "surveys/core/idempotency.py",
        "surveys/core/outbox.py",
        "surveys/fieldwork/frame_import.py",
    }
    bad = [
        relative(path)
        for path in sources("surveys", "evaluation")
        if re.search(r"\b(?:now|\w+_at)\.date\(\)", text_of(path))
        and relative(path) not in months_of_keys
        and "demo" not in path.parts
    ]
    assert bad == []
