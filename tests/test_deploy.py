"""The files that put Paperboy on a server: what they name exists, what they start is a command, and little is allowed.

They are read, not run: neither a container engine nor systemd is asked for.
"""

import configparser
import json
import re

import pytest
import yaml

from bot import config
from tests.commands import problem
from tests.test_architecture import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


@pytest.fixture(scope="module")
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / "deploy/paperboy.service", encoding="utf-8")
    return parser


def test_what_the_image_copies_is_there_and_not_ignored():
    copied = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert [one for one in copied if not (ROOT / one).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert [one for one in copied if f"!{one}" not in ignored] == []
    assert "*" in ignored
    assert not {"!config.toml", "!data", "!.git"} & set(ignored)


def test_the_image_runs_as_nobody_special_and_starts_a_command():
    assert instructions("USER")[-1] not in ("root", "0")
    assert instructions("USER")[-1] in instructions("RUN")[-1]
    assert json.loads(instructions("ENTRYPOINT")[-1]) == ["paperboy"]
    assert problem(json.loads(instructions("CMD")[-1])) == ""
    assert instructions("VOLUME")[-1] == instructions("WORKDIR")[-1]


def test_the_images_health_check_asks_the_port_that_is_set():
    set_keys = dict(one.split("=", 1) for one in re.findall(r"PAPERBOY_\S+=\S+", instructions("ENV")[-1]))
    known = {config.PREFIX + key.replace(".", "__").upper() for key in config.keys()}  # noqa: SIM118 - a module
    assert set(set_keys) <= known
    asked = re.search(r"127\.0\.0\.1:(\d+)(/\w+)", instructions("HEALTHCHECK")[-1])
    assert asked is not None
    assert asked.groups() == (set_keys["PAPERBOY_WATCH__PORT"], "/live")
    assert "/live" in (ROOT / "bot/watch.py").read_text("utf-8")


def test_the_images_python_is_one_that_the_project_takes():
    least = re.search(r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert least is not None
    for image in re.findall(r"python:(\d+)\.(\d+)-slim", DOCKERFILE):
        assert tuple(map(int, image)) >= tuple(map(int, least.groups()))


def test_compose_keeps_what_it_writes_and_starts_only_what_is_asked_for():
    services = COMPOSE["services"]
    assert [name for name, one in services.items() if "profiles" not in one] == ["paperboy"]
    kept = [volume.split(":") for one in services.values() for volume in one["volumes"]]
    assert {name for name, _ in kept} == set(COMPOSE["volumes"])
    assert ["paperboy", instructions("VOLUME")[-1]] in kept
    assert services["paperboy"]["read_only"]
    assert services["paperboy"]["cap_drop"] == ["ALL"]
    assert [name for name, one in services.items() if "ports" in one] == []


def test_composes_chroma_is_the_one_of_the_library():
    pinned = re.search(r'"chromadb==([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned is not None
    assert COMPOSE["services"]["chroma"]["image"].endswith(f":{pinned[1]}")


def test_the_unit_starts_a_command_and_not_again_what_is_set_wrong(unit):
    path, *words = unit["Service"]["ExecStart"].split()
    assert path.endswith("/paperboy")
    assert problem(words) == ""
    assert unit["Service"]["RestartPreventExitStatus"] == "2"
    assert unit["Service"]["WorkingDirectory"] == f"/var/lib/{unit['Service']['StateDirectory']}"


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("RestrictNamespaces", "yes"),
        ("UMask", "0077"),
    ],
)
def test_the_unit_allows_little(unit, directive, value):
    assert unit["Service"][directive] == value
    assert unit["Service"]["User"] != "root"
