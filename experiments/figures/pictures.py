"""Which figures are drawn, with which arguments, and the files that they become."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from inspect import Parameter, signature
from pathlib import Path
from re import fullmatch
from traceback import extract_tb
from typing import Any

from pydantic import ConfigDict, create_model

from experiments.figures import FIGURES
from experiments.figures.alt import told
from experiments.figures.canvas import NARROW, WIDE, save, style
from experiments.figures.page import entitled
from experiments.results.export import for_spreadsheets
from experiments.results.results import Results, last_read
from experiments.runs.play import forget
from experiments.runs.store import Store
from sim.config.schema.numbers import ConfigTable
from sim.config.schema.sentences import shown, unknown, validate
from sim.errors import ConfigError, TariffTalksError, of_file

PHONE = "phone"
"""Folder of the narrow pictures."""

_ONLY_IF_ASKED = ("rounds", "heat_map", "ridges", "difference")
_HANDS = 2
"""Pictures that an executor draws at a time: a third process would read the results for little."""


class _Arguments(ConfigTable):
    """The arguments of a figure; a number in quotes is none."""

    model_config = ConfigDict(strict=True)


@dataclass(frozen=True)
class Picture:
    """A figure with its arguments.

    Attributes:
        name: of its files.
        figure: a key of `FIGURES`.
        arguments: of its `numbers`.
        asked: whether a config or a user named it; it is no failure of others that the run has no
            numbers for them.
    """

    name: str
    figure: str
    arguments: Mapping[str, Any]
    asked: bool = True


@dataclass(frozen=True)
class DrawnPicture:
    """What became of a picture.

    Attributes:
        picture: what was to be drawn.
        title, caption: of the figure; empty if it was not drawn.
        alt: the title and the numbers, for those who do not see the picture.
        files: PNG, SVG and csv, and the narrow PNG.
        problem: why it was not drawn; empty if it was, or was not asked for.
        left_out: why it was not, if nobody asked for it.
    """

    picture: Picture
    title: str = ""
    caption: str = ""
    alt: str = ""
    files: tuple[Path, ...] = ()
    problem: str = ""
    left_out: str = ""


def pictures(
    said: Mapping[str, Mapping[str, Any]], *, about: Collection[str] = ()
) -> list[Picture]:
    """Give the pictures that a config selects; the usual ones if it selects none.

    Args:
        said: table `figures` of the config: arguments by name of the picture.
        about: keys of the config that say something, for figures that need one of them.

    Raises:
        ConfigError: a figure or an argument does not exist, or an argument is wrong.
    """
    if not said:
        needs = {name: getattr(figure, "NEEDS", None) for name, figure in FIGURES.items()}
        usual = [name for name in FIGURES if needs[name] is None or needs[name] in about]
        return [
            Picture(name, name, {}, asked=False) for name in usual if name not in _ONLY_IF_ASKED
        ]
    return [picture(name, arguments, f"figures.{name}") for name, arguments in said.items()]


def picture(name: str, said: Mapping[str, Any], path: str) -> Picture:
    """Check a picture.

    Args:
        name: of its files.
        said: its arguments; `figure` among them if the figure has another name.
        path: of the key that holds it, for the sentence.

    Raises:
        ConfigError: as `pictures`.
    """
    if not fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ConfigError(
            f"{path}: {shown(name)} is no name of a file; use letters, digits, '_' and '-' only"
        )
    figure = said.get("figure", name)
    if figure not in FIGURES:
        raise unknown(path, figure, FIGURES, "figure")
    arguments = {key: value for key, value in said.items() if key != "figure"}
    fields: dict[str, Any] = {
        key: (item.annotation, item.default) for key, item in arguments_of(figure).items()
    }
    model = create_model(figure, __base__=_Arguments, **fields)
    checked = validate(model, arguments, path).model_dump()
    return Picture(name, figure, {key: checked[key] for key in arguments})


def arguments_of(figure: str) -> dict[str, Parameter]:
    """Give the arguments of a figure, by name."""
    parameters = dict(signature(FIGURES[figure].numbers).parameters)
    del parameters["results"]
    return parameters


def need_turns(chosen: Sequence[Picture]) -> bool:
    """Tell whether a picture reads the log of turns."""
    return any(getattr(FIGURES[one.figure], "TURNS", False) for one in chosen)


def draw_all(
    directory: Path, chosen: Sequence[Picture], executor: Executor | None = None
) -> list[DrawnPicture]:
    """Draw pictures of a finished run.

    Args:
        directory: of the run; `figures/` in it gets a PNG, an SVG and the numbers as csv for each,
            and `figures/phone/` a narrow PNG.
        chosen: the pictures.
        executor: draws them one by one; None draws in this process.

    Returns:
        What became of each, in their order.

    Raises:
        ConfigError: the directory holds no finished run.
    """
    (Store.open(directory).figures / PHONE).mkdir(parents=True, exist_ok=True)
    if executor is None or len(chosen) < 2:
        return draw_some(directory, chosen)
    with ThreadPoolExecutor(_HANDS) as hands:
        waiting = [hands.submit(_hand_out, executor, directory, each) for each in chosen]
        return [one for future in waiting for one in future.result()]


def _hand_out(executor: Executor, directory: Path, each: Picture) -> list[DrawnPicture]:
    """Have a picture drawn, and wait for it."""
    return executor.submit(_draw_there, directory, each).result()


def _draw_there(directory: Path, each: Picture) -> list[DrawnPicture]:
    """Draw a picture in a worker, which first forgets what it has played."""
    forget()
    return draw_some(directory, [each])


def draw_some(directory: Path, chosen: Sequence[Picture]) -> list[DrawnPicture]:
    """Draw some pictures in this process; as `draw_all`."""
    results = last_read(directory)
    return [_draw(results, each, Store(directory).figures) for each in chosen]


def _draw(results: Results, each: Picture, folder: Path) -> DrawnPicture:
    """Draw a picture, or say what is wrong with it: the others are drawn, and the report comes."""
    try:
        return _drawn(results, each, folder)
    except TariffTalksError as wrong:
        return DrawnPicture(each, problem=f"figure {each.name}: {wrong}")
    except Exception as wrong:  # noqa: BLE001 - named with its place; one takes no other with it
        at = extract_tb(wrong.__traceback__)[-1]
        return DrawnPicture(
            each,
            problem=f"figure {each.name}: cannot be drawn of this run "
            f"({type(wrong).__name__}: {wrong}, {Path(at.filename).name}, line {at.lineno})",
        )


def _drawn(results: Results, each: Picture, folder: Path) -> DrawnPicture:
    module = FIGURES[each.figure]
    table = module.numbers(results, **each.arguments)
    if table.empty:
        why = f"figure {each.name}: left out; {module.EMPTY}"
        return DrawnPicture(each, problem=why) if each.asked else DrawnPicture(each, left_out=why)
    numbers = folder / f"{each.name}.csv"
    with of_file(numbers):
        for_spreadsheets(table).to_csv(numbers, index=False)
    with style():
        wide = module.draw(results, table)
        files = save(wide, folder / each.name)
    with style(NARROW):
        files += save(module.draw(results, table), folder / PHONE / each.name, ("png",))
    title = wide.get_label()
    return DrawnPicture(each, title, module.CAPTION, told(title, table), (*files, numbers))


def draw_to(
    results: Results, each: Picture, files: Sequence[Path], *, width: float = WIDE, title: str = ""
) -> DrawnPicture:
    """Draw one picture for a page of somebody else: into these files, as their suffixes say.

    Args:
        results: what it shows.
        each: the picture.
        files: `.svg` (text stays text), `.png` or `.pdf`.
        width: of the page in inches.
        title: above it, instead of its own.

    Raises:
        ConfigError: the run has no numbers for the figure.
    """
    module = FIGURES[each.figure]
    table = module.numbers(results, **each.arguments)
    if table.empty:
        raise ConfigError(f"figure {each.name}: {module.EMPTY}")
    with style(width), entitled(title):
        drawn = module.draw(results, table)
        for file in files:
            save(drawn, file.with_suffix(""), (file.suffix.removeprefix("."),))
    said = drawn.get_label()
    return DrawnPicture(each, said, module.CAPTION, told(said, table), tuple(files))
