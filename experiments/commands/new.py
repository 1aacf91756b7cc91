"""The command `new`: a folder to begin with."""

from pathlib import Path
from re import fullmatch

from sim.config.shipped import SHIPPED
from sim.errors import ConfigError

_TEMPLATE = SHIPPED / "new"
_ITS_NAME = "my_talks"


def new(name: Path, /) -> int:
    """Make a folder with an experiment config, a scenario, a strategy and a README.

    The scenario extends one that comes with the package, and each file says what can be changed
    in it. Nothing that is there is written over.

    Examples:
      tariff-talks new my_talks
      tariff-talks new studies/cars_first

    Args:
        name: of the folder; its last part names the results
    """
    if not fullmatch(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]", name.name):
        raise ConfigError(
            f"{name}: a name has letters, digits, '_', '-' and '.' only, since the results have it"
        )
    if name.exists():
        raise ConfigError(f"{name}: is there already; name a folder that is not")
    name.mkdir(parents=True)
    for file in sorted(each for each in _TEMPLATE.iterdir() if each.is_file()):
        text = file.read_text(encoding="utf-8").replace(_ITS_NAME, name.name)
        (name / file.name).write_text(text, encoding="utf-8")
        print(name / file.name)
    print(f"\nPlay it: tariff-talks run {name / 'experiment.toml'}")
    return 0
