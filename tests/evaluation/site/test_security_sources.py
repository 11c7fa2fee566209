"""What the text of the program says of security: who calls other systems, what is never built from what users write."""

import ast
import re

import pytest
from django.conf import settings

from surveys.core.sealing import derived_key
from surveys.ratings.tokens import TOKEN_BYTES
from tests.evaluation.site.test_security_settings import sources
from tests.paths import ROOT

TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sources()}
CALLERS = {"urllib.request", "http.client", "requests", "httpx", "socket", "smtplib", "ftplib", "telnetlib"}
PATTERNS = {"compile", "match", "fullmatch", "search", "sub", "findall", "finditer", "split"}
OURS = {
    "code", "number", "kind", "name", "wanted", "row.name", "row.code", "row.version", "ending", "found.code",
    "found.name", "step.number", "step.file.sha256[:12]", "issue.name", "batch.kind", "batch.file_id[:12]",
}  # fmt: skip


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(node):
    return ast.unparse(node.func)


def test_one_file_alone_calls_other_systems():
    callers = {name for name, tree in TREES.items() if set(imported(tree)) & CALLERS}
    assert callers == {"surveys/core/gateways.py", "surveys/core/jobs.py", "evaluation/site/conditions.py"}
    for name in callers - {"surveys/core/gateways.py"}:
        used = {called(node) for node in calls(TREES[name]) if called(node).startswith("socket.")}
        assert used <= {"socket.socket", "socket.gethostname"}, name
        assert not re.search(r"\.connect\(|create_connection", (ROOT / name).read_text(encoding="utf-8")), (
            name
        )


def test_no_query_is_written_past_the_parameters():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in calls(tree)
        if called(node).endswith((".raw", ".extra")) or called(node) == "RawSQL"
    ]
    assert bad == []
    for name, tree in TREES.items():
        for node in calls(tree):
            if called(node).endswith("cursor.execute") and isinstance(node.args[0], ast.JoinedStr):
                assert not re.search(r"request|POST|GET|entry|typed|answer", ast.unparse(node.args[0])), name


def test_no_template_is_built_from_text():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in calls(tree)
        if called(node) in {"Template", "string.Template"}
        or re.search(r"engine.*\.from_string$", called(node))
    ]
    assert bad == []


def test_no_pattern_and_no_format_is_taken_from_users():
    for name, tree in TREES.items():
        for node in calls(tree):
            words = called(node).split(".")
            if words[0] == "re" and words[-1] in PATTERNS:
                assert not re.search(r"request|POST|GET|typed", ast.unparse(node.args[0])), (
                    name,
                    node.lineno,
                )
            if words[-1] == "format" and isinstance(node.func, ast.Attribute):
                assert not re.search(r"request|POST|GET|typed|comment", ast.unparse(node.func.value)), name


def test_only_approved_cryptography_is_used():
    for name, tree in TREES.items():
        found = set(imported(tree))
        assert not [
            each for each in found if re.search(r"ciphers\.modes|PKCS1|padding|\bARC4|TripleDES", each)
        ], name
        for node in calls(tree):
            assert not re.search(r"hashlib\.(md5|sha1|new)\b|hashes\.(MD5|SHA1)\b", called(node)), (
                name,
                node.lineno,
            )
            assert not re.match(
                r"random\.(choice|random|randint|getrandbits|sample|choices)\b", called(node)
            ), name


def test_keys_and_tokens_have_128_bits_and_more():
    assert len(derived_key("any purpose")) * 8 == 256
    assert TOKEN_BYTES * 8 == 128


def test_names_of_downloads_are_ours():
    found = set()
    for name in TREES:
        for line in re.findall(r'filename="([^\n]*)"', (ROOT / name).read_text(encoding="utf-8")):
            found |= set(re.findall(r"\{([^}]*)\}", line))
    assert found
    assert found <= OURS


def test_the_log_goes_to_one_place():
    assert set(settings.LOGGING["handlers"]) == {"console"}
    assert settings.LOGGING["handlers"]["console"]["class"] == "logging.StreamHandler"
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert not [each for each in settings.LOGGING["loggers"].values() if "handlers" in each]
    files = {name for name, tree in TREES.items() for node in calls(tree) if "FileHandler" in called(node)}
    assert files == set()


@pytest.mark.parametrize(
    "pattern", ["__proto__", r"\.prototype\[", r"for \(\w+ in ", r"Object\.assign\(\w+\.prototype"]
)
def test_no_script_can_be_made_to_change_prototypes(pattern):
    for path in (ROOT / "surveys").rglob("*.js"):
        assert not re.search(pattern, path.read_text(encoding="utf-8")), path.name
