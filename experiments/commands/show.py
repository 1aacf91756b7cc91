"""The command `show`: one negotiation, told."""

from pathlib import Path

from experiments.commands.arguments import Changes, Refine, load
from experiments.results.transcript import transcript
from experiments.runs.dispatch import apart
from experiments.runs.play import Chunk, Task
from sim.errors import ConfigError


def show(
    config: Path,
    /,
    *,
    changes: Changes = (),
    refine: Refine = (),
    cell: int = 0,
    world: int = 0,
) -> int:
    """Tell one negotiation as a transcript.

    Examples:
      tariff-talks show configs/quickstart.toml --cell 1 --world 3
      tariff-talks show configs/quickstart.toml --set rules.review=none

    Args:
        config: an experiment config
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        refine: how much finer the grid is
        cell: number of the cell
        world: number of the world
    """
    plan = load(config, changes, refine)
    if not 0 <= cell < len(plan.cells):
        raise ConfigError(
            f"--cell {cell}: there are {len(plan.cells)} cells, 0 to "
            f"{len(plan.cells) - 1}; 'tariff-talks plan' lists them"
        )
    if world < 0:
        raise ConfigError(f"--world {world}: worlds are numbered from 0")
    found = plan.cells[cell]
    for path, label in found.labels.items():
        print(f"{path} = {label}")
    game = plan.game(found)
    task = Task.of(plan, Chunk(cell, world, 1))
    if task.strangers:
        told = apart(task.strangers, _told, task)
    else:
        told = transcript(game, world, plan.config.seed)
    print(told, end="")
    return 0


def _told(task: Task) -> str:
    return transcript(task.game(), task.chunk.first, task.seed)
