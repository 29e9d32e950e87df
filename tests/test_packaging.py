"""What is promised to users of the package: its names, its papers, its wheel."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import extractor
from answers import answer_emptily
from extractor.cli import EXIT_STATUS
from extractor.errors import TABLE, ExtractorError
from provider import Answer, Provider


def test_every_public_name_is_there_and_has_one_home() -> None:
    """`__all__`, the table of homes, the types' imports and the objects agree."""
    source = ast.parse(Path(extractor.__file__).read_text("utf-8"))
    typed = {
        (alias.name, node.module)
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("extractor.")
        for alias in node.names
    }
    assert typed == set(extractor._HOMES.items())
    assert set(extractor.__all__) == set(extractor._HOMES) | {"__version__"}
    for name in extractor.__all__:
        assert getattr(extractor, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    """The command line's help must not wait for a model client."""
    script = (
        "import sys, extractor.cli; print([m for m in ('pydantic', 'rich', 'openai') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Loading on demand must not swallow misspellings."""
    with pytest.raises(AttributeError, match="Extractr"):
        extractor.Extractr  # noqa: B018


def test_every_error_has_its_exit_status_and_each_is_documented(checkout: Path) -> None:
    """One table decides, and help and README say what it decides."""
    codes = {cls.code for cls in all_errors(ExtractorError)}
    assert codes == set(TABLE)
    assert {doors.exit_status for doors in TABLE.values()} <= set(EXIT_STATUS)
    readme = (checkout / "README.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \| (.+) \|$", readme, re.MULTILINE) == [
        (str(status), meaning) for status, meaning in EXIT_STATUS.items()
    ]


def all_errors(cls: type[ExtractorError]) -> list[type[ExtractorError]]:
    """The class and everything below it."""
    return [cls, *(below for child in cls.__subclasses__() for below in all_errors(child))]


def test_every_dependency_is_explained_and_locked(checkout: Path) -> None:
    """A dependency earns its place in docs/dependencies.md, and the lock file holds it with its hashes."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {
        re.split(r"[\[<>=~! ;]", need)[0] for need in [*wanted, *(need for extra in extras for need in extra)]
    }
    explained = (checkout / "docs/dependencies.md").read_text("utf-8")
    locked = set(
        re.findall(r"^([a-z0-9.-]+)==", (checkout / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    )
    assert {name for name in names if not re.search(rf"(?<=[| ]){name}(?=[ ,])", explained)} == set()
    assert names - locked == set()


def test_every_import_is_a_declared_dependency(checkout: Path) -> None:
    """What merely comes along with another package may go away with it."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    needed = [*project["project"]["dependencies"], *(need for extra in extras for need in extra)]
    declared = {re.split(r"[\[<>=~! ;]", need)[0] for need in needed}
    trees = [ast.parse(path.read_text("utf-8")) for path in (checkout / "extractor").rglob("*.py")]
    modules = (
        {name for tree in trees for name in imported(tree)} - set(sys.stdlib_module_names) - {"extractor"}
    )
    homes = metadata.packages_distributions()
    undeclared = {
        name
        for name in modules
        if not declared & {home.lower().replace("_", "-") for home in homes.get(name, [])}
    }
    assert undeclared == set()


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level names of the modules that are imported anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_links_between_papers_lead_somewhere(checkout: Path) -> None:
    """A reader who follows a link finds the page."""
    for paper in [
        *checkout.glob("*.md"),
        *(checkout / "docs").glob("*.md"),
        *(checkout / "eval").glob("*.md"),
    ]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", paper.read_text("utf-8")):
            assert (paper.parent / target).exists(), f"{paper.name} links to {target}"


def test_the_lock_file_names_no_index(checkout: Path) -> None:
    """Where packages come from is the installing machine's own affair."""
    assert not re.search(
        r"https?://|^--|^-[if]", (checkout / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )


@dataclass(frozen=True)
class Built:
    """What a release would upload."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist from the checkout, and the wheel from the sdist: what the sdist lacks, the wheel lacks."""
    folder = tmp_path_factory.mktemp("dist")
    checkout = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(checkout)]
    subprocess.run(command, check=True, capture_output=True)
    return Built(next(folder.glob("*.tar.gz")), next(folder.glob("*.whl")))


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `extractor` of an environment that has the wheel, and the dependencies of this one; no checkout.

    Every process of it refuses to look up or reach anything but loopback.
    """
    home = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    command = [sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "install", "--quiet"]
    subprocess.run([*command, "--no-index", "--no-deps", str(built.wheel)], check=True)
    site = next(home.glob("lib/python*/site-packages"))
    # A path from a .pth file is searched for modules only: the checkout's own .pth there is not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    (site / "sitecustomize.py").write_text(NO_NETWORK, "utf-8")
    return home / "bin" / "extractor"


NO_NETWORK = """
import sys

def refuse(event, arguments):
    host = {"socket.getaddrinfo": 0, "socket.connect": 1}.get(event)
    if host is None:
        return
    told = arguments[host][0] if host else arguments[host]
    if isinstance(told, (str, bytes)) and told not in ("127.0.0.1", "::1", "localhost", b"127.0.0.1"):
        raise OSError(f"the network is off: {told!r}")

sys.addaudithook(refuse)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_sdist_and_wheel_hold_the_extractor_and_nothing_beside(built: Built, checkout: Path) -> None:
    """Prompts, data, pages and types travel; eval, tests, recordings and caches stay."""
    names = set(zipfile.ZipFile(built.wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "extractor", "prompts"],
        cwd=checkout, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    shipped = {name for name in listed if (checkout / name).is_file()}
    assert {name for name in names if ".dist-info/" not in name} == {
        f"extractor/{name}" if name.startswith("prompts/") else name for name in shipped
    }
    assert {"extractor/py.typed", "extractor/prompts/numbered.toml", "extractor/data/sections.json"} <= names
    assert {"extractor/fields/data/skills.tsv", "extractor/serve/pages/index.html"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    with tarfile.open(built.sdist) as archive:
        packed = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    papers = {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert packed == shipped | papers


@pytest.mark.slow
def test_the_wheel_tells_one_version_and_every_extra(built: Built) -> None:
    """The version stands in one place; extras are those of the documentation."""
    wheel = zipfile.ZipFile(built.wheel)
    paper = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
    told = message_from_string(wheel.read(paper).decode())
    assert told["Version"] == extractor.__version__
    assert f"-{extractor.__version__}-" in built.wheel.name
    assert set(told.get_all("Provides-Extra") or []) == EXTRAS
    assert told["Requires-Python"] == ">=3.11"


EXTRAS = {"local", "serve", "batch", "ray", "otel", "docs", "bench"}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_installed_wheel_works_in_an_empty_folder_without_a_network(
    installed: Path, provider: Provider, posting: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Help, doctor, schema, prompts and an extraction by a provider on loopback; never the checkout."""
    empty = tmp_path_factory.mktemp("empty")
    provider.default = lambda received: (
        Answer({"object": "list", "data": [{"id": "test-model"}]})
        if received.method == "GET"
        else answer_emptily(received)
    )

    def run(*arguments: str) -> str:
        done = subprocess.run([installed, *arguments], cwd=empty, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [installed.parent / "python", "-c", "import extractor; print(extractor.__file__)"],
        cwd=empty, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert Path(where).is_relative_to(installed.parent.parent)
    assert "Usage: extractor" in run("--help")
    assert run("--version") == f"extractor {extractor.__version__}\n"
    assert "test-model" in run("doctor")
    assert "JobPosting" in run("schema")
    assert "numbered@" in run("prompts")
    extraction = json.loads(run("extract", str(posting), "--compact"))
    assert extraction["error"] is None
    assert extraction["posting"]["compensation"][0]["currency"] == "EUR"
    assert list(empty.iterdir()) == []


@pytest.mark.slow
def test_the_installed_environment_has_no_network(installed: Path) -> None:
    """What the test above says of the network would otherwise be said of nothing."""
    script = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([installed.parent / "python", "-c", script], capture_output=True, text=True)
    assert "the network is off" in done.stderr


def test_the_image_is_built_from_the_locked_versions(checkout: Path) -> None:
    """What the Dockerfile takes from the lock are constraints that pip reads: one version a package."""
    taken = re.search(r"RUN (grep .*?) > constraints", (checkout / "deploy" / "Dockerfile").read_text())
    assert taken
    said = subprocess.run(["sh", "-c", taken[1]], cwd=checkout, capture_output=True, text=True, check=True)
    wanted = [Requirement(line) for line in said.stdout.splitlines()]
    names = [each.name for each in wanted if each.marker is None or each.marker.evaluate()]
    assert "fastapi" in names and len(names) == len(set(names))
