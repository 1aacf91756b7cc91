"""The command `rates`: what imports pay on average on any day."""

from pathlib import Path

from experiments.commands.arguments import Changes, Words, day
from experiments.commands.arguments import changes as settings
from experiments.commands.as_json import Json, as_json
from experiments.results.export import for_spreadsheets
from experiments.tariffs.average_rates import AverageRates, average_rates, report
from sim.errors import ConfigError


def rates(
    scenario: Path,
    /,
    *,
    date: Words = (),
    changes: Changes = (),
    out: Path = Path("results/rates"),
    no_figures: bool = False,
    json: Json = None,
) -> int:
    """Say what imports pay on average on a day.

    Revenue of the added points over imports of goods in the base year, beside published series.

    Examples:
      tariff-talks rates configs/scenarios/us_japan_korea_2025.toml --date 2025-04-11
      tariff-talks rates configs/scenarios/us_japan_korea_2025.toml --date 2025-05-04,2025-07-09

    Args:
        scenario: a scenario file
        date: days, with commas (the first day of the talks)
        changes: any dotted path of the scenario
        out: where the figure goes
        no_figures: draw nothing
        json: where the numbers are told
    """
    with as_json(json) as told:
        days = []
        for word in date:
            found = day(word)
            if found is None:
                raise ConfigError(f"--date: {word} is no date; write 2025-04-11")
            days.append(found)
        found_rates = average_rates(scenario, settings(changes), days)
        print(report(found_rates, 80), end="")
        told |= {"hub": found_rates.hub, "rates": found_rates.rates, "goods": found_rates.goods}
        told |= {"sources": list(found_rates.sources)}
        if not no_figures:
            print()
            print(_draw(found_rates, out))
    return 0


def _draw(found: AverageRates, out: Path) -> Path:
    """Draw the figure and write its numbers beside it; give the picture."""
    from experiments.figures import average_rates as figure
    from experiments.figures.canvas import save, style

    out.mkdir(parents=True, exist_ok=True)
    for_spreadsheets(found.rates).to_csv(out / "rates.csv", index=False)
    with style():
        return save(figure.draw(found), out / "rates")[0]
