"""What a config says of regions and sectors, checked against the trade data."""

from collections.abc import Iterable, Mapping

from sim.config import ScenarioConfig
from sim.config.schema.sentences import unknown
from sim.economy.data.base_year import BaseYear
from sim.errors import ConfigError

OTHERS = "others"
"""In third-country rates: every region that is not named."""


def check_merged(config: ScenarioConfig, regions: Iterable[str]) -> None:
    """Check that the regions to be merged are in the data.

    Raises:
        ConfigError: one is not.
    """
    assert config.economy is not None
    for name, members in config.economy.regions.items():
        _known(f"economy.regions.{name}", members, regions, "region")


def check_names(config: ScenarioConfig, base: BaseYear, known: Iterable[str]) -> None:
    """Check that the regions and sectors of a config are those of the trade data.

    Args:
        config: what is checked.
        base: the base year, its regions merged.
        known: sectors whose elasticity the data give.

    Raises:
        ConfigError: the first name that is not, or a sector without an elasticity.
    """
    economy, sectors = config.economy, base.sectors
    assert economy is not None
    for key, country in config.countries.items():
        _known(f"countries.{key}.region", [country.region or ""], base.regions, "region")
    _keys("economy.third_country", economy.third_country, (*base.regions, OTHERS), "region")
    for name, rates in economy.third_country.items():
        _keys(f"economy.third_country.{name}", rates, sectors, "sector")
    for table in ("sigma", "markup", "pass_through"):
        _keys(f"economy.{table}", getattr(economy, table), sectors, "sector")
    for name in sectors:
        if name not in economy.sigma and name not in known:
            raise ConfigError(
                f"economy.sigma.{name}: missing; give the elasticity of every sector of the data"
            )
    shared: dict[str, str] = {}
    for key, names in economy.estimates.items():
        _known(f"economy.estimates.{key}", names, sectors, "sector")
        for name in names:
            if shared.setdefault(name, key) != key:
                raise ConfigError(
                    f"economy.estimates.{key}: '{name}' is in {shared[name]} already; a sector has "
                    "one elasticity"
                )
    for key, duty in economy.duties.items():
        path = f"economy.duties.{key}"
        _known(f"{path}.importer", [duty.importer], base.regions, "region")
        _known(f"{path}.exporters", duty.exporters, base.regions, "region")
        _known(f"{path}.goods", duty.goods, sectors, "sector")
        if duty.importer in duty.exporters:
            raise ConfigError(
                f"{path}.exporters: {duty.importer} is the importer; own sales pay no tariff"
            )
    for key, plants in economy.plants.items():
        path = f"economy.plants.{key}"
        for end in ("host", "parent"):
            _known(f"{path}.{end}", [getattr(plants, end)], base.regions, "region")
        _known(f"{path}.sectors", plants.sectors, sectors, "sector")
    for talk, said in config.talks.items():
        for key, measure in said.measures.items():
            _known(f"talks.{talk}.measures.{key}.goods", measure.goods, sectors, "sector")
    for key, weights in config.payoffs.weights.items():
        for name, group in weights.profits.items():
            path = f"payoffs.weights.{key}.profits.{name}.sectors"
            _known(path, group.sectors, sectors, "sector")


def _known(path: str, words: Iterable[str], known: Iterable[str], what: str) -> None:
    for word in words:
        if word not in tuple(known):
            raise unknown(path, word, known, what)


def _keys(path: str, table: Mapping[str, object], known: Iterable[str], what: str) -> None:
    for word in table:
        _known(f"{path}.{word}", [word], known, what)
