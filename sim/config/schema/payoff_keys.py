"""What a config may say of payoffs and of the economy."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sim.chance.spreads import Sampling
from sim.config.schema.numbers import (
    ByMeasure,
    ConfigTable,
    Count,
    Day,
    Draws,
    Finite,
    Range,
    Rate,
    Real,
    Worlds,
    fault,
    known,
    plain,
)
from sim.config.schema.sentences import shown
from sim.protocol.distance import Metric

Share = Annotated[Real, Field(ge=0, le=1)]
NotNegative = Annotated[Real, Field(ge=0)]
Positive = Annotated[Real, Field(gt=0)]
Correlation = Annotated[Real, Field(gt=-1, lt=1)]
Markup = Annotated[Real, Field(ge=0, lt=1)]


def _shares(number: Range) -> Range:
    """Accept shares above 0 to 1."""
    for end in (number.low, number.high):
        if not 0 < end <= 1:
            rule = "at most 1" if end > 1 else "more than 0"
            raise fault(f"{end:g} is out of range; it has to be {rule}")
    return number


PassThrough = Annotated[Range, AfterValidator(_shares)]


def _rising(shape: tuple[float, ...]) -> tuple[float, ...]:
    """Accept numbers that start at 0 and do not fall."""
    if not shape or shape[0] != 0:
        raise fault(
            f"{shown(list(shape))} does not start at 0; the first number is for no open talk, "
            "and that costs nothing"
        )
    for before, after in pairwise(shape):
        if after < before:
            raise fault(
                f"{shown(list(shape))} falls from {before:g} to {after:g}; "
                "one more open talk costs as much or more, so give numbers that do not fall"
            )
    return shape


Shape = Annotated[tuple[Finite, ...], BeforeValidator(plain), AfterValidator(_rising)]
"""How often a cost is paid, by a number of talks, from none on."""


class ProfitConfig(ConfigTable):
    """An extra weight on the profits of some sectors, one draw for all of them.

    Attributes:
        sectors: sectors of the trade data.
        weight: USD bn a year per USD bn of profits, beyond their part in welfare.
    """

    sectors: tuple[str, ...] = Field(description="a list of sectors of the trade data")
    weight: Range = Field(description="the extra weight on their profits")


class RedLineConfig(ConfigTable):
    """What lowering any of some measures costs the hub at home, in each talk.

    Attributes:
        measures: the measures; a talk without one of them is not concerned by it.
        cost: USD bn a year, once if any of them is lowered, however little.
        per_point: USD bn a year per percentage point of cut, added up over the measures.
    """

    measures: tuple[str, ...] = Field(description="a list of measures")
    cost: Range = Field(description="what lowering one of them costs the hub")
    per_point: Range = known(0.0)


class WeightsConfig(ConfigTable):
    """What a country's government cares for beyond welfare.

    Attributes:
        welfare: how many times what the trade model finds a change of welfare comes to; 1 is the
            model's own effect, more is what it leaves out, such as a slump without a deal.
        profits: extra weights on profits, by group of sectors.
        revenue: extra weight on tariff revenue, USD bn a year per USD bn.
        price: weight on the rise of consumer prices, USD bn a year per point.
        no_deal: cost of no deal beyond trade, USD bn a year per talk without a deal that lowers
            something.
        no_deal_shape: how often the hub pays that cost, by the number of talks that are open at
            the end, from none on; once for each if nothing is said.
        red_lines: cost of lowering measures (hub only), by name.
        review: cost of a review, per talk and measure (hub only), USD bn a year: one for all
            measures, or a table of them; what is in the hub's own position costs nothing.
        extension: cost of the first extension of the pause (hub only), USD bn a year; the k-th
            costs k times as much.
        audience: cost of dropping a measure from the review rule (partner only), USD bn a year a
            measure; the rule cannot be given up if it is left out.
        outside: what a talk that ends without a deal is worth beyond trade, unless it breaks
            down: the outside option, USD bn a year per talk.
    """

    welfare: Range = known(1.0)
    profits: dict[str, ProfitConfig] = Field(default_factory=dict)
    revenue: Range = known(0.0)
    price: Range = known(0.0)
    no_deal: Range = known(0.0)
    no_deal_shape: Shape = ()
    red_lines: dict[str, RedLineConfig] = Field(default_factory=dict)
    review: ByMeasure = known(0.0)
    extension: Range = known(0.0)
    audience: Range | None = None
    outside: Range = known(0.0)


class ReservationConfig(ConfigTable):
    """What no deal is worth to the two sides of a talk with given payoffs."""

    hub: Finite = 0.0
    partner: Finite = 0.0


class GivenConfig(ConfigTable):
    """Given payoffs of a talk: by issue and level (they add up), or every package from a file.

    Attributes:
        reservation: payoffs without a deal.
        hub, partner: by issue, one payoff for each level.
        file: csv with a column for every issue (values of levels), `hub`, `partner` and, if the
            payoffs are uncertain, `draw` (from 0).
    """

    reservation: ReservationConfig = ReservationConfig()
    hub: dict[str, tuple[Finite, ...]] = Field(default_factory=dict)
    partner: dict[str, tuple[Finite, ...]] = Field(default_factory=dict)
    file: str | None = None


class CorrelationConfig(ConfigTable):
    """Uncertain numbers that are drawn together.

    Attributes:
        numbers: their dotted paths in the scenario, two or more.
        target: rank correlation of every two of them.
    """

    numbers: tuple[str, ...] = Field(description="a list of paths of uncertain numbers")
    target: Correlation = Field(description="the rank correlation of every two of them")


class PayoffsConfig(ConfigTable):
    """Where payoffs come from.

    Attributes:
        kind: `"economy"` (a trade model and political weights) or `"table"` (given).
        table: `"interaction"` (tables of each talk and of their pairs) or `"exact"` (joint grid).
        draws: samples of the uncertain numbers; or a file with one in each row (`draws_file`).
        sampling: `"latin_hypercube"` (one draw in each of as many equal parts of every number) or
            `"independent"` (draw d is the same however many there are).
        replications: worlds per draw: world k has draw (k // replications) mod draws.
        band: width of the band above a target in which an offer is chosen, if a strategy says no
            other: USD bn a year with an economy, else utility; 0.05 of utility if nothing is said.
        distance: how packages are apart where offers are chosen: `"ranges"` (shares of the range
            of each issue) or `"levels"` (level steps); ranges with an economy if nothing is said,
            else levels.
        correlations: numbers that are drawn together, by any name; all others are drawn apart.
        weights: by country.
        given: by talk, for `kind = "table"`.
        unit: of given payoffs, as it stands behind a number: `"points"`; nothing if it has none.
    """

    kind: Literal["economy", "table"] = Field(description="'economy' or 'table'")
    table: Literal["interaction", "exact"] = "interaction"
    draws: Draws = 1
    sampling: Sampling = "latin_hypercube"
    replications: Worlds = 1
    band: NotNegative | None = None
    distance: Metric | None = None
    correlations: dict[str, CorrelationConfig] = Field(default_factory=dict)
    weights: dict[str, WeightsConfig] = Field(default_factory=dict)
    given: dict[str, GivenConfig] = Field(default_factory=dict)
    unit: str = ""


class PlantsConfig(ConfigTable):
    """Plants that firms of one region run in another.

    Attributes:
        host, parent: regions of the trade data: where the plants are, and whose they are.
        sectors: what they make.
        share: part of the host's profits in these sectors that they make.
        credited: part of that which counts as income and profits of the parent; 0: none.
    """

    host: str = Field(description="the region where the plants are")
    parent: str = Field(description="the region whose firms run them")
    sectors: tuple[str, ...] = Field(description="a list of sectors of the trade data")
    share: Share = Field(description="their part of the host's profits in these sectors")
    credited: Share = 0.0


class DutyStepConfig(ConfigTable):
    """A later rate of a duty.

    Attributes:
        in_force: the day from which it holds.
        points: added in all.
    """

    in_force: Day = Field(description="the day from which it holds")
    points: Real = Field(description="percentage points added")


class DutyConfig(ConfigTable):
    """An added tariff of any region on any others; the last step holds in every end state.

    Attributes:
        importer: the region of the trade data whose tariff it is.
        exporters: regions that pay it.
        goods: sectors that pay it.
        points: percentage points added; below 0 for a cut, at most to nothing.
        in_force: the day from which they hold.
        path: later rates, by any name.
    """

    importer: str = Field(description="the region whose tariff it is")
    exporters: tuple[str, ...] = Field(description="a list of regions of the trade data")
    goods: tuple[str, ...] = Field(description="a list of sectors of the trade data")
    points: Real = Field(description="percentage points added")
    in_force: Day = Field(description="the day from which they hold")
    path: dict[str, DutyStepConfig] = Field(default_factory=dict)


class LabourConfig(ConfigTable):
    """Labour that is supplied; without this table all of it is always at work.

    Attributes:
        elasticity: of hours to the real wage after tax.
        scale: of productivity to a region's hours.
        tax: rate of tax on labour in the base year.
        revenue: tariff revenue is a `"lump_sum"` for households, or cuts the tax
            (`"labour_tax"`).
    """

    elasticity: NotNegative = Field(description="elasticity of labour supply")
    scale: NotNegative = 0.0
    tax: Markup = 0.0
    revenue: Literal["lump_sum", "labour_tax"] = "lump_sum"


class EconomyConfig(ConfigTable):
    """The trade model.

    Attributes:
        data: directory of the base year.
        totals: `"check"`: flows have to meet the known totals; `"balance"`: those of grades B and
            C are balanced to them (RAS).
        grades: by grade of the data a factor on its flows, to see what they matter.
        regions: new region names and the regions that they merge; the data's own if empty.
        sigma: elasticity of substitution by sector, where it is not to be that of the data.
        third_country: added points of the hub's tariffs on regions without a seat, by region and
            sector; `others` is every region that is not named.
        elasticity_draws: samples of the elasticities; draw d uses sample d mod this.
        competition: `"monopolistic"` (with profits) or `"perfect"`.
        imbalance: trade imbalances are `"held"` in units of the numeraire, or `"purged"` from the
            base year before any tariff changes.
        production: of `"labour"` alone, or with input-output `"links"`, whose base year is the
            folder `links` of the data.
        markup: by sector profits per unit of sales, if not one over the elasticity.
        labour: how labour is supplied.
        duties: added tariffs of any region on any others, such as retaliation, by any name.
        prices: consumer prices are reckoned in units of the world's wage bill (`"numeraire"`), or
            relative to the country's `"own_wages"`.
        lobbies: profits that governments weigh are those of the `"equilibrium"`, or those at
            `"fixed_wages"` and spending of the base year, without what other goods do to them.
        pass_through: by sector the share of a change of duty that buyers pay in the short run; 1,
            all of it, if not named. A range is drawn with the elasticities, among values at which
            no seller loses on a unit.
        estimates: sectors that share one estimate of the elasticity, by any name: one draw for
            all of them, each in its own range.
        plants: plants abroad and how much of their profits counts at home, by any name.
    """

    data: str = Field(description="the directory of the trade data")
    totals: Literal["check", "balance"] = "check"
    grades: dict[Literal["A", "B", "C"], Positive] = Field(default_factory=dict)
    regions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sigma: dict[str, Range] = Field(default_factory=dict)
    third_country: dict[str, dict[str, Rate]] = Field(default_factory=dict)
    elasticity_draws: Count = 1
    competition: Literal["monopolistic", "perfect"] = "monopolistic"
    imbalance: Literal["held", "purged"] = "held"
    production: Literal["labour", "links"] = "labour"
    markup: dict[str, Markup] = Field(default_factory=dict)
    labour: LabourConfig | None = None
    duties: dict[str, DutyConfig] = Field(default_factory=dict)
    prices: Literal["numeraire", "own_wages"] = "numeraire"
    lobbies: Literal["equilibrium", "fixed_wages"] = "equilibrium"
    pass_through: dict[str, PassThrough] = Field(default_factory=dict)
    estimates: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    plants: dict[str, PlantsConfig] = Field(default_factory=dict)
