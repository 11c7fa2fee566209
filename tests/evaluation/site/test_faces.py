"""Each face makes links to every address of the system and serves its own alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import Http404

from evaluation.site.views import published

ROOT = Path(__file__).resolve().parents[3]
NAMES = {
    "ratings:rate": "/r/x",
    "ratings:qr": "/r/x/qr.svg",
    "ratings:posted": "/q/x",
    "fieldwork:answer": "/s/x",
    "portal:results": "/results/x/",
    "rankings:result": "/office/rankings/x/result/",
    "site:home": "/office/",
    "improvement:measures": "/office/improvement/measures/",
    "account_login": "/account/login/",
}
OFFICE = {"rankings:result", "site:home", "improvement:measures", "account_login"}
ASK = """
import json, django
django.setup()
from django.urls import Resolver404, resolve, reverse
def served(path):
    try:
        return resolve(path).url_name != "published"
    except Resolver404:
        return False
names = json.loads(%r)
paths = {n: reverse(n, args=["x"] if "x" in p.split("/") else []) for n, p in names.items()}
print(json.dumps([paths, {n: served(p) for n, p in paths.items()}]))
"""


@pytest.mark.parametrize("face", ["public", "office", "all"])
def test_links_are_made_to_every_face_and_own_addresses_served(tmp_path: Path, face: str) -> None:
    """A worker beside a public page tells staff where results are; an office prints residents' addresses."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "evaluation.site.settings",
        "SECRET_KEY": "faces-" * 8,
        "STATE_DIR": str(tmp_path),
        "SITE": face,
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", ASK % json.dumps(NAMES)]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    paths, served = json.loads(done.stdout.splitlines()[-1])
    assert paths == NAMES
    for name, is_served in served.items():
        assert is_served is (face == "all" or (name in OFFICE) is (face == "office")), name


def test_the_office_sends_readers_of_results_to_the_public_address(settings, rf):
    settings.PUBLIC_BASE_URL = "https://ratings.example.gov"
    settings.ALLOWED_HOSTS = ["office.example.gov", "ratings.example.gov"]
    request = rf.get("/results/nyc-2025/?lang=en", headers={"host": "office.example.gov"})
    response = published(request)
    address = "https://ratings.example.gov/results/nyc-2025/?lang=en"
    assert (response.status_code, response["Location"]) == (302, address)
    with pytest.raises(Http404):
        published(rf.get("/results/nyc-2025/", headers={"host": "ratings.example.gov"}))
