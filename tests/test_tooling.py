"""What the two commands, the pins, the settings' example and the production stack promise, kept true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.halves import CRAWLS, PAGES_DRAWN, STARTS_PROCESSES

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements", "requirements-extras", "requirements-dev", "requirements-e2e")
COMPOSE_ONLY = "# --- Only docker-compose.yml reads these"
APP = ("migrate", "web", "worker", "beat")


def asked(name: str) -> list[Requirement]:
    """What an .in file asks for itself, without the files it includes."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / f"{name}.in").read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pinned(name: str) -> dict[str, set[str]]:
    """Each package of a compiled file with its versions; more than one where they differ by Python."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_package_asked_for_is_pinned_at_a_version_that_fits(name: str) -> None:
    pins = pinned(name)
    stale = [
        str(wish)
        for wish in asked(name)
        if not (versions := pins.get(canonicalize_name(wish.name), set()))
        or not all(wish.specifier.contains(version, prereleases=True) for version in versions)
    ]
    assert stale == [], f"{name}.txt is older than {name}.in: make requirements"


@pytest.mark.parametrize("name", FILES)
def test_every_pin_carries_hashes(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(FILES)))
def test_the_larger_file_has_the_smaller_ones_pins_exactly(smaller: str, larger: str) -> None:
    """scripts/bootstrap.py counts on it: whoever installed the tests' packages can run the product."""
    more = pinned(larger)
    assert {name: more.get(name) for name in pinned(smaller)} == pinned(smaller)


def example_names() -> tuple[list[str], list[str]]:
    """The names .env.example gives to the settings, and those it gives to docker-compose.yml alone."""
    settings, compose = (ROOT / ".env.example").read_text().split(COMPOSE_ONLY)
    return tuple(re.findall(r"^([A-Z_]+)=", part, re.MULTILINE) for part in (settings, compose))  # type: ignore


def test_the_example_lists_the_settings_names_in_the_order_they_are_read() -> None:
    source = (ROOT / "bettermeals" / "settings.py").read_text()
    assert example_names()[0] == re.findall(r"""\benv(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", source)


def test_each_name_of_the_example_is_explained_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    bare = [
        line
        for above, line in pairwise(lines)
        if re.match(r"[A-Z_]+=", line) and not (above.startswith("#") or re.match(r"[A-Z_]+=", above))
    ]
    assert bare == []


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_production_stack_is_complete(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*APP, "proxy", "postgres", "redis"}


def test_every_service_that_stays_has_a_health_check_and_restarts(compose: dict[str, Any]) -> None:
    staying = {name: service for name, service in compose["services"].items() if name != "migrate"}
    assert {name: service["restart"] for name, service in staying.items()} == dict.fromkeys(staying, "unless-stopped")
    assert [name for name, service in staying.items() if not service["healthcheck"].get("test")] == []
    assert compose["services"]["migrate"]["restart"] == "no"


def test_nothing_serves_before_the_database_is_up_to_date(compose: dict[str, Any]) -> None:
    waits = {name: compose["services"][name]["depends_on"]["migrate"]["condition"] for name in APP[1:]}
    assert waits == dict.fromkeys(APP[1:], "service_completed_successfully")


def test_only_the_proxy_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert [name for name in ("postgres", "redis") if services[name]["networks"] != ["data"]] == []
    assert compose["networks"]["data"]["internal"] is True


def test_no_secret_stands_in_the_compose_file(compose: dict[str, Any]) -> None:
    """Every value of a name that sounds secret, and every password in a URL, comes from .env."""
    literal = []
    for service, settings in compose["services"].items():
        for name, value in settings.get("environment", {}).items():
            in_url = re.search(r"//[^/@]*:([^@]*)@", value.replace(":?", "?"))
            secret = in_url[1] if in_url else value if re.search("SECRET|PASSWORD|TOKEN|KEY", name) else "${}"
            if not secret.startswith("${"):
                literal.append((service, name))
    assert literal == []


def test_what_the_compose_file_takes_from_env_is_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    settings, compose_only = example_names()
    assert used - {*settings, *compose_only} == {"BETTERMEALS_VERSION"}
    assert set(compose_only) <= used


def test_containers_are_given_longer_to_stop_than_their_programs_take(compose: dict[str, Any]) -> None:
    graceful = re.search(r'WEB_GRACEFUL_SECONDS", "(\d+)"', (ROOT / "deploy" / "gunicorn.conf.py").read_text())
    assert graceful
    assert int(compose["services"]["web"]["stop_grace_period"].rstrip("s")) > int(graceful[1])


def test_the_proxy_lets_metas_largest_webhook_through() -> None:
    limit = re.search(r"max_size (\d+)MB", (ROOT / "deploy" / "Caddyfile").read_text())
    assert limit
    assert int(limit[1]) >= 4


def test_the_image_holds_no_secret_and_no_tests() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert let_in == {
        *("manage.py", "bettermeals", "mealplans", "households", "whatsapp", "scripts", "deploy"),
        *("requirements.txt", "requirements-extras.txt"),
    }


def make(*arguments: str) -> str:
    """make's output, as if this test were not itself run by make (which hands its flags down)."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout


def test_make_alone_tells_what_there_is() -> None:
    listed = re.findall(r"^  make (\S+)", make(), re.MULTILINE)
    assert listed == [
        *("help", "run", "test", "check", "lint", "format", "types", "contracts", "migrations", "deploy-check"),
        *("e2e", "bench", "requirements", "clean"),
    ]


def test_ci_runs_every_check_and_all_three_kinds_of_tests_and_insists_on_the_services() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    steps = re.findall(r'^ *step ".+?" (?:timeout \d+ )?make (.+?)$', script, re.MULTILINE)
    prerequisites = re.search(r"^check: ([\w -]+) ##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert prerequisites
    assert {step.partition(" ARGS")[0] for step in steps} == {
        *prerequisites[1].split(),
        "e2e STACK=services NO_SKIPS=1",
        "test STACK=sqlite HALF=sqlite NO_SKIPS=1",
        "test STACK=services HALF=services NO_SKIPS=1",
    }
    assert re.search(r"second_lane\) .*&\nlane=\$!$", script, re.MULTILINE)
    assert 'shown_when_ended "$lane"' in script  # what runs beside is waited for, and its failure is a failure


def test_every_path_that_decides_where_a_test_runs_leads_to_a_test() -> None:
    named = (*CRAWLS, *PAGES_DRAWN, *STARTS_PROCESSES)
    assert [path for path in named if not list(ROOT.glob(f"{path}*"))] == []


@pytest.mark.parametrize(
    ("target", "file"), [("run", "requirements"), ("test", "requirements-dev"), ("e2e", "requirements-e2e")]
)
def test_a_command_sets_itself_up_first(target: str, file: str) -> None:
    first = make("--dry-run", target).splitlines()[0]
    assert first == f"sh scripts/python.sh scripts/bootstrap.py {file}.txt"


ALONE = "tests/mealplans/planner/test_checker.py"
CRAWL, PAGES = "tests/bettermeals/test_admin_rows.py", "tests/mealplans/test_pages.py"
STACK = {"tests/bettermeals/test_rehearsal.py", "tests/mealplans/test_lifecycle.py"}


@pytest.mark.parametrize(
    ("half", "runs"),
    [("", {ALONE, CRAWL, PAGES, *STACK}), ("services", {CRAWL, *STACK}), ("sqlite", {ALONE, PAGES, *STACK})],
)
def test_of_ci_two_runs_each_leaves_out_what_would_say_the_same_again(half: str, runs: set[str]) -> None:
    """What touches no service runs once, crawls and what pages say too; with a database or its own processes, twice."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", ALONE, CRAWL, PAGES, *STACK]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "HALF": half}, stdout=subprocess.PIPE, text=True)
    found = set(re.findall(r"^(tests/\S+?\.py): \d+$", run.stdout, re.MULTILINE))
    assert found == runs
