"""What is promised to users of the package: its names, its papers, its wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

import extractor
from extractor.cli import EXIT_STATUS
from extractor.errors import TABLE, ExtractorError


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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    checkout = Path(__file__).resolve().parent.parent
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(checkout),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_extractor_and_nothing_beside(wheel: Path, checkout: Path) -> None:
    """Prompts, data and types travel; eval, tests and recordings stay."""
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = [p for folder in ("extractor", "prompts") for p in (checkout / folder).rglob("*") if p.is_file()]
    relative = {p.relative_to(checkout) for p in kept if "__pycache__" not in p.parts}
    expected = {f"extractor/{p}" if p.parts[0] == "prompts" else str(p) for p in relative}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert "extractor/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_an_installed_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Schema and prompts are found in the wheel, and the checkout is not."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        f"import sys; sys.path[:] = [{str(site)!r}] + [p for p in sys.path if p and 'site-packages' in p"
        " or 'lib/python' in p]\n"
        "import extractor, extractor.cli\n"
        f"assert extractor.__file__.startswith({str(site)!r}), extractor.__file__\n"
        "extractor.cli.main(sys.argv[1:])"
    )
    for arguments in (["schema"], ["prompts"], ["settings"]):
        command = [sys.executable, "-I", "-c", script, *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
