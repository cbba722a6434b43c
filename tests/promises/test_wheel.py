"""An installed wheel does what the checkout does: it has all that it needs inside."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import click
import jinja2
import pytest
import yaml
from running.tools import EXAMPLES, ROOT, built_once, program

from bpgen.languages import LANGUAGES

# Where the three packages that bpgen needs are installed: the wheel's environment
# looks there, so that nothing is fetched.
NEEDED = {
    Path(str(package.__file__)).parent.parent for package in (click, jinja2, yaml)
}

SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def called(*arguments: str | Path, **environment: str) -> str:
    """The output of a command that has to succeed."""
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1"}
    result = program(*arguments, environment={**quiet, **environment}, timeout=300)
    assert result.code == 0, result.out + result.err
    return result.out


def build_wheel(folder: Path) -> None:
    """Make the wheel of this checkout, out of its source distribution."""
    options = ("--no-isolation", "--outdir", folder)
    called(sys.executable, "-m", "build", *options, ROOT)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    (found,) = built_once(tmp_path_factory, "wheel", build_wheel).glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that has the wheel and what it needs."""

    def build(folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        pip = (sys.executable, "-m", "pip", "--python", folder / SCRIPTS / "python")
        called(*pip, "install", "--no-deps", wheel)
        (packages,) = folder.glob("**/site-packages")
        (packages / "needed.pth").write_text("\n".join(map(str, sorted(NEEDED))))

    return built_once(tmp_path_factory, "environment", build) / SCRIPTS


def clean(folder: Path) -> Mapping[str, str]:
    """An environment in which no path leads to the checkout."""
    return {"PYTHONPATH": "", "HOME": str(folder)}


@pytest.mark.wide
def test_the_wheel_holds_the_package_and_its_templates_alone(wheel: Path) -> None:
    names = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    (information,) = (name for name in names if name.endswith(".dist-info"))
    assert names == {"bpgen", information}
    inside = set(zipfile.ZipFile(wheel).namelist())
    kinds = [("*.py", "bpgen"), ("*.jinja", "templates"), ("*.yaml", "examples")]
    kinds += [(kind, "bpgen") for kind in ("*.css", "*.js", "*.yaml")]
    for kind, folder in kinds:
        for path in (ROOT / folder).rglob(kind):
            name = path.relative_to(ROOT).as_posix()
            expected = name if folder == "bpgen" else f"bpgen/{name}"
            assert expected in inside
    assert not [name for name in inside if "__pycache__" in name or "tests/" in name]


@pytest.mark.wide
def test_the_wheel_needs_three_packages_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/METADATA"))
        lines = archive.read(name).decode().splitlines()
    needs = [line for line in lines if line.startswith("Requires-Dist: ")]
    plain = {n.split()[1].split(">")[0].lower() for n in needs if "extra" not in n}
    assert plain == {"click", "jinja2", "pyyaml"}


@pytest.mark.wide
def test_the_installed_package_is_the_one_that_runs(
    installed: Path, tmp_path: Path
) -> None:
    code = "import bpgen; print(bpgen.__file__)"
    result = program(
        installed / "python", "-c", code, folder=tmp_path, environment=clean(tmp_path)
    )
    assert Path(result.out.strip()).is_relative_to(installed.parent), result.err


@pytest.mark.wide
@pytest.mark.parametrize(
    ("languages", "examples"),
    [
        (["python", "c"], ["iris", "xor"]),
        pytest.param([*LANGUAGES], [p.stem for p in EXAMPLES], marks=pytest.mark.slow),
    ],
    ids=["two", "all"],
)
def test_the_installed_command_emits_the_same_bytes(
    languages: list[str], examples: list[str], installed: Path, tmp_path: Path
) -> None:
    files = [str(path) for path in EXAMPLES if path.stem in examples]
    chosen = [option for name in languages for option in ("--lang", name)]
    arguments = ["emit", *chosen, "-o", "out/", *files]
    found = []
    for name, command in (
        ("installed", [installed / "bpgen"]),
        ("checkout", [sys.executable, "-m", "bpgen"]),
    ):
        folder = tmp_path / name
        folder.mkdir()
        environment = clean(tmp_path) if name == "installed" else {}
        subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
        )
        found.append({p.name: p.read_bytes() for p in (folder / "out").iterdir()})
    assert len(found[0]) == len(languages) * len(examples)
    assert found[0] == found[1]
