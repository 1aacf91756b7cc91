"""From a config to the dates of its measures."""

from datetime import date

from sim.config import ScenarioConfig
from sim.config.schema.talk_keys import MeasureConfig
from sim.economy.rates.schedule import DatedMeasure, Schedule, Steps
from sim.economy.solved.before import Standing


def schedules_of(config: ScenarioConfig) -> dict[str, Schedule]:
    """Give the measures of every talk over time, as long as there is no deal, by talk."""
    return {
        name: Schedule(
            tuple(
                DatedMeasure(key, said.goods, _steps(said)) for key, said in talk.measures.items()
            )
        )
        for name, talk in config.talks.items()
    }


def standing_of(config: ScenarioConfig) -> Standing | None:
    """Give the rates in force before a deal, from the first day of the talks on; None without one.

    What a measure adds `today` it adds as long as the pause lasts.
    """
    start = config.calendar.start
    if start is None:
        return None
    schedules = tuple(
        Schedule(
            tuple(
                DatedMeasure(key, said.goods, _steps(said)[: 1 if said.today else None])
                for key, said in talk.measures.items()
            )
        )
        for talk in config.talks.values()
    )
    days = {
        day
        for schedule in schedules
        for measure in schedule.measures
        for day, _ in measure.steps
        if day > start
    }
    return Standing((start, *sorted(days)), schedules)


def announced_days(config: ScenarioConfig) -> list[date]:
    """Give the days on which later rates without a deal become known, each once, in order."""
    days = {
        step.announced
        for talk in config.talks.values()
        for measure in talk.measures.values()
        for step in measure.path.values()
    }
    return sorted(days)


def _steps(said: MeasureConfig) -> Steps:
    """Give today's points, those without a deal from their day on, and later rates."""
    steps = [] if said.today is None else [(date.min, said.today.central)]
    steps.append((said.in_force or date.min, said.levels[0]))
    steps += [(step.in_force or step.announced, step.level) for step in said.path.values()]
    return tuple(steps)
