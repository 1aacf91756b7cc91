"""The base year with links: shipped, merged, closed anew, read from a table, and bad files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.economy.data import closing, icio
from sim.economy.data.base_year import FLOWS, load
from sim.economy.data.linkage import ADDED, INPUTS, Linkage, load_linkage
from sim.economy.equilibrium.effects import TradeModel, links
from sim.errors import ConfigError, DataError
from tests.sim.economy import small

pytestmark = pytest.mark.fast

DATA = Path(__file__).parents[4] / "configs" / "data"
GDP_OFF = 1e-6


@pytest.fixture(scope="module")
def shipped():
    return load(DATA, production="links")


def test_value_added_makes_the_gdp_that_sales_make_without_links(shipped):
    plain = load(DATA)
    gdp = plain.flows.sum(axis=(1, 2))
    added = (shipped.linkage.value_added * shipped.flows.sum(axis=1)).sum(axis=1)
    assert added == pytest.approx(gdp, rel=GDP_OFF)
    assert plain.linkage is None


def test_only_own_sales_were_moved_to_close_it(shipped):
    plain = load(DATA)
    apart = ~np.eye(len(plain.regions), dtype=bool)
    assert np.array_equal(shipped.flows[apart], plain.flows[apart])
    own = np.arange(len(plain.regions))
    cars = plain.sector("cars")
    assert np.array_equal(shipped.flows[own, own, cars], plain.flows[own, own, cars])
    services = plain.sector("services")
    hub = shipped.region("USA")
    assert shipped.flows[hub, :, services].sum() == pytest.approx(42_442, rel=1e-3)


def test_final_demand_is_left_in_every_region_and_sector(shipped):
    found = links(shipped, np.zeros(len(shipped.sectors)))
    bought = ((1 + shipped.tariffs) * shipped.flows).sum(axis=0)
    used = np.einsum("jks,jk->js", found.bought(), shipped.flows.sum(axis=1))
    assert (used < bought).all()


def test_plausible_shares_of_the_hub(shipped):
    hub, cars = shipped.region("USA"), shipped.sector("cars")
    added, inputs = shipped.linkage.value_added[hub], shipped.linkage.inputs[hub]
    assert added[cars] == 0.26
    assert added[shipped.sector("services")] == 0.614
    assert inputs[cars, shipped.sector("auto_parts")] == pytest.approx(0.5744, abs=2e-3)
    assert inputs.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_merged_regions_add_up_what_they_spend(shipped):
    north = ("MEX", "CAN")
    merged = shipped.merged({"NORTH": north})
    spent = shipped.flows.sum(axis=1) * (1 - shipped.linkage.value_added)
    inputs = spent[..., None] * shipped.linkage.inputs
    members = [shipped.region(name) for name in north]
    here = merged.region("NORTH")
    again = merged.flows.sum(axis=1)[here] * (1 - merged.linkage.value_added[here])
    assert again == pytest.approx(spent[members].sum(axis=0))
    assert again[:, None] * merged.linkage.inputs[here] == pytest.approx(
        inputs[members].sum(axis=0)
    )


# --- closing ------------------------------------------------------------------------------------


def tables(**changes):
    """Give what is known of production in the small economy."""
    shape = (4, 3)
    inputs = np.broadcast_to([[0.5, 0.3, 0.2], [0.0, 0.6, 0.4], [0.1, 0.2, 0.7]], (4, 3, 3))
    said = {
        "linkage": Linkage(np.broadcast_to([0.3, 0.3, 0.6], shape), inputs),
        "final": np.full(shape, 0.4),
        "output": np.full(shape, 0.1),
    }
    return closing.Tables(**(said | changes))


def test_closing_sets_own_sales_by_output_and_services_by_gdp():
    base = small.base_year()
    new, linkage = closing.closed(base, tables(), "other", ["cars"], ["HUB"])
    gdp = base.flows.sum(axis=(1, 2))
    output = new.flows.sum(axis=1)
    assert (linkage.value_added * output).sum(axis=1) == pytest.approx(gdp)
    steel = base.sector("steel")
    before = base.flows.sum(axis=1)[:, steel]
    assert output[0, steel] == before[0]
    assert output[1:, steel] == pytest.approx(np.maximum(before[1:], 0.1 * gdp[1:]))
    used = np.einsum("jks,jk->js", linkage.inputs, (1 - linkage.value_added) * output)
    bought = ((1 + new.tariffs) * new.flows).sum(axis=0)
    assert (used < bought).all()
    assert linkage.inputs.sum(axis=2) == pytest.approx(1)
    scaled = used[:, steel] / bought[:, steel]
    assert scaled == pytest.approx(0.6)
    said = closing.told(base, new, tables().linkage, linkage)
    assert {"own sales", "steel in inputs"} <= set(said["what"])


def test_goods_with_more_value_added_than_gdp_are_refused():
    many = tables(output=np.full((4, 3), 9.0))
    with pytest.raises(DataError, match="its goods have more value added than its GDP leaves"):
        closing.closed(small.base_year(), many, "other", ["cars"], [])


def test_rows_that_cannot_be_scaled_are_refused():
    all_used = tables(
        linkage=Linkage(np.full((4, 3), 0.05), np.broadcast_to([0.0, 1.0, 0.0], (4, 3, 3)))
    )
    with pytest.raises(DataError, match="cannot be scaled so that final demand is left"):
        closing.closed(small.base_year(), all_used, "other", ["cars", "steel"], [])


def test_what_is_closed_is_written_and_read_again(tmp_path, monkeypatch, capsys):
    data = small.write(tmp_path)
    said = tmp_path / "tables"
    said.mkdir()
    regions, sectors, given = small.REGIONS, small.SECTORS, tables()
    keys = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    columns = {
        "value_added_share": given.linkage.value_added.ravel(),
        "final_use_share": given.final.ravel(),
        "output_over_gdp": given.output.ravel(),
    }
    frame = pd.DataFrame(columns, index=keys).reset_index().assign(grade="B", source="made")
    frame.to_csv(said / ADDED, index=False)
    keys = pd.MultiIndex.from_product(
        [regions, sectors, sectors], names=["region", "buying_sector", "input_sector"]
    )
    frame = pd.DataFrame({"share_of_inputs": given.linkage.inputs.ravel()}, index=keys)
    frame.reset_index().assign(grade="B", source="made").to_csv(said / INPUTS, index=False)
    words = ["closing", str(data), str(said), "--services", "other"]
    monkeypatch.setattr("sys.argv", words)
    closing.main()
    assert "own sales" in capsys.readouterr().out
    read = load(data, production="links")
    new, linkage = closing.closed(load(data), given, "other", ["cars"], [])
    assert read.flows == pytest.approx(new.flows, abs=1e-5)
    assert read.linkage.inputs == pytest.approx(linkage.inputs, abs=1e-6)
    written = pd.read_csv(data / "links" / INPUTS)
    assert written.loc[written["source"].str.contains("scaled"), "grade"].unique() == ["C"]


# --- tables of input and output -----------------------------------------------------------------

ICIO = """V1,AAA_01,AAA_02,BBB_01,BBB_02,AAA_HFCE,BBB_HFCE,OUT
AAA_01,10,5,2,1,30,2,50
AAA_02,5,20,0,3,60,12,100
BBB_01,4,1,8,6,1,20,40
BBB_02,1,4,10,30,9,46,100
TLS,1,1,1,1,0,0,0
VA,29,69,19,59,0,0,0
OUT,50,100,40,100,0,0,0
"""


def write_icio(folder, table=ICIO):
    (folder / "table.csv").write_text(table, encoding="utf-8")
    (folder / "regions.csv").write_text("code,region\nAAA,east\nBBB,west\n", encoding="utf-8")
    (folder / "sectors.csv").write_text("code,sector\n01,steel\n02,cars\n", encoding="utf-8")
    return [folder / f"{name}.csv" for name in ("table", "regions", "sectors")]


def test_a_table_in_the_layout_of_the_oecd_is_a_base_year(tmp_path, monkeypatch):
    paths = write_icio(tmp_path)
    world = icio.read(*paths)
    assert world.regions == ("east", "west")
    assert world.sectors == ("steel", "cars")
    assert world.flows[0, :, 0].tolist() == [45, 5]
    assert world.flows[:, 1, 1].tolist() == [15, 86]
    assert world.value_added[0] == pytest.approx([0.6, 0.7])
    assert world.inputs[1, 1] == pytest.approx([7 / 40, 33 / 40])
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["icio", *map(str, paths), str(out), "--per", "10"])
    icio.main()
    rates = ["importer,exporter,sector,applied_rate_pct,grade,source"]
    for i in world.regions:
        rates += [f"{i},{j},{s},0,A,none" for j in world.regions for s in world.sectors]
    (out / "baseline_tariffs_2024.csv").write_text("\n".join(rates), encoding="utf-8")
    base = load(out, production="links")
    assert base.flows == pytest.approx(world.flows / 10)
    model = TradeModel(
        base, replace(small.spec(), base=base, competition="perfect"), 4 * np.ones(2)
    )
    assert model.effects(base.tariffs[None]).values[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("BBB_02,1", "BBB_03,1"), "the row BBB_03 is of no industry"),
        (lambda t: t.replace("BBB_02,1", "CCC_02,1"), "the row CCC_02 is of no country"),
        (lambda t: t.replace("1,20,40", "1,-99,40"), "final demand of west for steel is -97"),
        (lambda t: t.replace("10,5,2,1,30", "10,95,2,1,30"), "east spends more on inputs than it"),
    ],
)
def test_a_table_that_is_no_base_year_is_refused(tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        icio.read(*write_icio(tmp_path, change(ICIO)))


def test_a_list_of_codes_without_its_column_is_refused(tmp_path):
    paths = write_icio(tmp_path)
    paths[1].write_text("code,place\nAAA,east\n", encoding="utf-8")
    with pytest.raises(DataError, match="the column 'region' is missing; give code and region"):
        icio.read(*paths)


# --- faults -------------------------------------------------------------------------------------


def linked(folder, change=lambda name, table: table):
    """Copy the shipped shares, after a change; give the folder."""
    for name in (ADDED, INPUTS):
        table = pd.read_csv(DATA / "links" / name)
        change(name, table).to_csv(folder / name, index=False)
    return folder


@pytest.mark.parametrize(
    ("name", "column", "value", "words"),
    [
        (ADDED, "value_added_share", 1.2, "a share is above 1"),
        (ADDED, "value_added_share", -0.2, "is negative"),
        (ADDED, "sector", "car", "'car' is not one of cars, .*did you mean 'cars'"),
        (INPUTS, "share_of_inputs", 0.5, "the inputs of .* add up to"),
        (INPUTS, "input_sector", "steel", "has this cell twice"),
        (INPUTS, "region", "XXX", "the cell region .* is missing; every region needs every"),
    ],
)
def test_bad_shares_are_said_in_one_sentence(tmp_path, shipped, name, column, value, words):
    def change(file, table):
        if file == name:
            table[column] = table[column].astype(object)
            table.loc[0, column] = value
        return table

    with pytest.raises(DataError, match=words):
        load_linkage(linked(tmp_path, change), shipped.regions, shipped.sectors)


def test_a_markup_that_leaves_nothing_for_labour_is_refused(shipped):
    with pytest.raises(ConfigError, match=r"economy.markup.cars: profits are 30 % of sales, and"):
        links(shipped, np.array([0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]))


def test_a_base_year_that_was_not_closed_is_refused(shipped):
    plain = replace(load(DATA), linkage=shipped.linkage)
    with pytest.raises(DataError, match=r"economy.data: \w+ uses .* of .* as an input and buys"):
        links(plain, np.full(7, 0.1))


def test_the_folder_of_links_has_its_own_flows():
    assert (DATA / "links" / FLOWS).is_file()
