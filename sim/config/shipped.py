"""What comes with the package, found by name: scenarios, data, example configs and domains."""

from importlib.metadata import version
from pathlib import Path
from re import fullmatch

from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

_HERE = Path(__file__).resolve().parents[1]
_CHECKOUT = _HERE.parent / "configs"

SHIPPED = _HERE / "shipped" if (_HERE / "shipped").is_dir() else _CHECKOUT
"""The folder of all that comes with the package: in a checkout it is `configs`."""

IN_CHECKOUT = SHIPPED == _CHECKOUT
"""Whether the package is run from a checkout, where its files can be edited."""

PREFIX = "package:"
"""How a path begins that starts in that folder, wherever the package is installed."""

_NAME = r"[\w-]{1,60}"


def example(path: str | Path) -> Path:
    """Find an experiment config: a file, or one that comes with the package, by its name.

    Raises:
        ConfigError: it is a name, and nothing that comes with the package has it.
    """
    return _named(Path(path), str(path), SHIPPED, "example config")


def scenario_file(path: str | Path, beside: Path | None = None) -> Path:
    """Find a scenario: a file, or one that comes with the package, by its name.

    Args:
        path: of the file, or the name.
        beside: the directory in which the path starts; the working directory if not given.

    Raises:
        ConfigError: as `example`.
    """
    file = Path(path) if beside is None else beside / path
    return _named(file, str(path), SHIPPED / "scenarios", "scenario")


def config_or_scenario(path: Path) -> Path:
    """Find an experiment config or a scenario, as `example` and `scenario_file` do."""
    there = (SHIPPED / f"{path}.toml").exists()
    return example(path) if there else scenario_file(path)


def outcomes_file(path: str, beside: Path) -> Path:
    """Find a file of outcomes, as `scenario_file` does."""
    return _named(beside / path, path, SHIPPED / "outcomes", "file of outcomes")


def _named(file: Path, name: str, folder: Path, what: str) -> Path:
    if not fullmatch(_NAME, name) or file.exists():
        return file
    names = sorted(each.stem for each in folder.glob("*.toml"))
    if name not in names:
        own = file.with_name(f"{name}.toml")
        if own.exists():
            raise ConfigError(f"{name}: there is no such file; write {own}")
        raise unknown(name, name, names, f"{what} that comes with the package named")
    return folder / f"{name}.toml"


def domain_folder(path: Path) -> Path:
    """Find a domain: a directory, or one that comes with the package, by its name."""
    known = SHIPPED / "domains" / path.name
    return known if fullmatch(_NAME, str(path)) and not path.exists() and known.is_dir() else path


def located(path: str, directory: Path) -> Path:
    """Give the file that a path names.

    Args:
        path: from a directory, or after `package:` from the folder that comes with the package.
        directory: where it starts.
    """
    if path.startswith(PREFIX):
        return SHIPPED / path.removeprefix(PREFIX)
    return directory / path


def install(extra: str) -> str:
    """Say how an extra is installed where this package is."""
    if IN_CHECKOUT:
        return f"pip install -e '.[{extra}]' in the checkout"
    wheel = f"tariff_talks-{version('tariff-talks')}-py3-none-any.whl"
    return f"pip install '{wheel}[{extra}]' where that wheel lies"
