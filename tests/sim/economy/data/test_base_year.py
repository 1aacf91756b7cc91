"""The base year: the data that ship with the project, their units, merging, and bad files."""

import csv
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.config import parse, read_toml
from sim.economy.data.base_year import FLOWS, GRADES, TARIFFS, load
from sim.economy.data.elasticities import load_elasticities
from sim.errors import DataError
from tests.sim.economy import small

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[4]
DATA = ROOT / "configs" / "data"
FILE = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"


@pytest.fixture(scope="module")
def shipped():
    return load(DATA)


@pytest.fixture(scope="module")
def config():
    return parse(read_toml(FILE), FILE.parent)


def cells(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the data that ship ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [FLOWS, TARIFFS])
def test_tables_are_read_with_a_byte_order_mark(tmp_path, name):
    small.write(tmp_path)
    plain = load(tmp_path)
    content = (tmp_path / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8-sig")
    marked = load(tmp_path)
    assert np.array_equal(marked.flows, plain.flows)
    assert np.array_equal(marked.tariffs, plain.tariffs)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
@pytest.mark.parametrize("name", [FLOWS, TARIFFS])
def test_a_pipe_in_place_of_a_table_is_a_sentence(tmp_path, name):
    small.write(tmp_path)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(DataError, match=f"{name}: is a device or a pipe; name a file on the disk"):
        load(tmp_path)


def test_the_data_have_what_the_scenario_names(shipped, config):
    assert shipped.flows.shape == shipped.tariffs.shape == (11, 11, 7)
    assert set(shipped.sectors) == set(load_elasticities(DATA))
    for country in config.countries.values():
        assert shipped.regions[shipped.region(country.region)] == country.region
    for name in set(config.economy.third_country) - {"others"}:
        assert name in shipped.regions


def test_flows_are_usd_bn_from_origin_to_destination(shipped):
    found = cells(FLOWS)
    assert len(found) == shipped.flows.size
    for row in found:
        i, j = shipped.region(row["origin"]), shipped.region(row["destination"])
        assert shipped.flows[i, j, shipped.sector(row["sector"])] == float(row["usd_bn"])


def test_percent_of_the_importer_become_fractions_by_origin_and_destination(shipped):
    found = cells(TARIFFS)
    assert len(found) == shipped.tariffs.size
    for row in found:
        i, j = shipped.region(row["exporter"]), shipped.region(row["importer"])
        rate = shipped.tariffs[i, j, shipped.sector(row["sector"])]
        assert rate == pytest.approx(float(row["applied_rate_pct"]) / 100, abs=1e-15)


def test_a_car_from_a_partner_pays_2_5_percent_and_one_from_the_hub_nothing(shipped, config):
    """The ordinary tariff of the hub; the other way round cars are free."""
    cars, hub = shipped.sector("cars"), shipped.region(config.countries[config.hub].region)
    partner = shipped.region(config.countries[next(iter(config.talks))].region)
    assert shipped.tariffs[partner, hub, cars] == pytest.approx(0.025, abs=1e-3)
    assert shipped.tariffs[hub, partner, cars] < 0.001
    assert shipped.flows[partner, hub, cars] > 20 * shipped.flows[hub, partner, cars]


def test_own_sales_pay_no_tariff_and_are_the_largest(shipped):
    own = np.einsum("iis->is", shipped.flows)
    assert (np.einsum("iis->is", shipped.tariffs) == 0).all()
    assert np.array_equal(own.sum(axis=1), shipped.flows.sum(axis=2).max(axis=1))


def test_tariffs_are_fractions_of_a_sensible_size(shipped):
    assert shipped.tariffs.min() >= 0
    assert 0.05 < shipped.tariffs.max() < 1.5


def test_every_cell_has_a_grade_and_a_source():
    for row in cells(FLOWS) + cells(TARIFFS):
        assert row["grade"] in GRADES
        assert row["source"]


def test_the_readme_adds_the_grades_up_as_the_data_do(config):
    seated = {country.region for country in config.countries.values()}
    said = re.search(
        r"grade A holds\s+USD ([\d,]+) bn, B ([\d,]+) bn and C ([\d,]+) bn",
        (DATA / "README.md").read_text(encoding="utf-8"),
    )
    assert said is not None
    total = dict.fromkeys(GRADES, 0.0)
    for row in cells(FLOWS):
        places = {row["origin"], row["destination"]}
        if len(places) == 2 and places & seated and row["sector"] != "services":
            total[row["grade"]] += float(row["usd_bn"])
    assert [int(number.replace(",", "")) for number in said.groups()] == [
        round(total[grade]) for grade in GRADES
    ]


def test_a_factor_on_a_grade_moves_the_flows_of_that_grade_only(shipped):
    half = load(DATA, grades={"C": 0.5})
    for row in cells(FLOWS):
        at = shipped.region(row["origin"]), shipped.region(row["destination"])
        cell = (*at, shipped.sector(row["sector"]))
        factor = 0.5 if row["grade"] == "C" else 1.0
        assert half.flows[cell] == factor * shipped.flows[cell]


def test_rates_that_look_like_fractions_are_an_error(tmp_path):
    def change(_flows, tariffs):
        for row in tariffs:
            row["applied_rate_pct"] = str(round(float(row["applied_rate_pct"]) / 100, 8))

    with pytest.raises(
        DataError, match=r"column applied_rate_pct: the highest rate of all is 0\.09"
    ):
        load(small.write(tmp_path, change))


# --- merging -----------------------------------------------------------------------------------


def test_a_file_is_read_as_it_was_written(tmp_path):
    made, read = small.base_year(), load(small.write(tmp_path))
    assert (read.regions, read.sectors) == (small.REGIONS, small.SECTORS)
    assert np.array_equal(read.flows, made.flows)
    assert read.tariffs == pytest.approx(made.tariffs, abs=1e-12)


def test_rows_and_columns_may_stand_in_any_order(tmp_path):
    def turned(flows, tariffs):
        tariffs.reverse()
        flows[:] = [dict(reversed(row.items())) for row in flows]

    (tmp_path / "a").mkdir()
    plain, other = load(small.write(tmp_path / "a")), load(small.write(tmp_path, turned))
    assert np.array_equal(other.flows, plain.flows)
    assert np.array_equal(other.tariffs, plain.tariffs)


def test_merging_keeps_trade_and_duty(tmp_path):
    base = small.base_year()
    merged = base.merged({"ABROAD": ("WEST", "REST")})
    assert merged.regions == ("HUB", "EAST", "ABROAD")
    assert merged.flows.sum() == pytest.approx(base.flows.sum())
    assert merged.flows[0, 2] == pytest.approx(base.flows[0, 2:].sum(axis=0))
    assert merged.flows[2, 2] == pytest.approx(base.flows[2:, 2:].sum(axis=(0, 1)))
    assert merged.flows[0, 1] == pytest.approx(base.flows[0, 1])
    duty, before = merged.flows * merged.tariffs, base.flows * base.tariffs
    assert duty[2, 0] == pytest.approx(before[2:, 0].sum(axis=0))
    assert duty[2, 2] == pytest.approx(before[2:, 2:].sum(axis=(0, 1)))
    loaded = load(small.write(tmp_path), {"ABROAD": ("WEST", "REST")})
    assert loaded.flows == pytest.approx(merged.flows)


def test_a_merged_region_may_keep_the_name_of_one_it_takes_in():
    assert small.base_year().merged({"EAST": ("EAST", "WEST")}).regions == ("HUB", "REST", "EAST")


def test_what_nobody_trades_pays_nothing_after_merging():
    base = small.base_year()
    base.flows[1:3, 0, 1] = 0
    assert base.merged({"BOTH": ("EAST", "WEST")}).tariffs[2, 0, 1] == 0


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (
            {"BOTH": ("EAST", "WESR")},
            "no region 'WESR' .* HUB, EAST, WEST, REST; did you mean 'WEST'",
        ),
        ({"BOTH": ("EAST", "EAST")}, "region 'EAST' is merged twice"),
        ({"A": ("EAST", "WEST"), "B": ("EAST",)}, "region 'EAST' is merged twice"),
        ({"HUB": ("EAST", "WEST")}, "'HUB' has the name of a region of the data that stays; merge"),
        ({"NONE": ()}, "'NONE' takes in no region; name at least one"),
    ],
)
def test_regions_that_cannot_be_merged(groups, words):
    with pytest.raises(DataError, match=words):
        small.base_year().merged(groups)


# --- faults ------------------------------------------------------------------------------------


def test_names_that_are_not_in_the_data():
    base = small.base_year()
    with pytest.raises(DataError, match=r"no region 'EASTT' .*; did you mean 'EAST'"):
        base.region("EASTT")
    with pytest.raises(
        DataError, match=r"no sector 'car' .* cars, steel, other; did you mean 'cars'"
    ):
        base.sector("car")


def test_a_missing_file_is_named_with_the_key_that_names_its_directory(tmp_path):
    with pytest.raises(DataError, match=rf"no data file .*{FLOWS}; economy.data names its direc"):
        load(tmp_path)
    shutil.copy(DATA / FLOWS, tmp_path)
    with pytest.raises(DataError, match=f"no data file .*{TARIFFS}"):
        load(tmp_path)


def put(table, row, **values):
    """Give a change that puts other words into a row of the flows (0) or tariffs (1)."""

    def change(*tables):
        tables[table][row].update(values)

    return change


def rename(table, old, new):
    """Give a change that renames a column."""

    def change(*tables):
        for row in tables[table]:
            words = {new if key == old else key: value for key, value in row.items()}
            row.clear()
            row.update(words)

    return change


def everywhere(row_is, **values):
    """Give a change of all flows that fit."""

    def change(flows, tariffs):
        for row in flows:
            if row_is(row):
                row.update(values)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            rename(0, "usd_bn", "usd_b"),
            "the column 'usd_bn' is missing; did you mean 'usd_b'.*; ther",
        ),
        (
            rename(1, "importer", "import"),
            "the column 'importer' is missing; did you mean 'import'",
        ),
        (rename(0, "source", "quelle"), "the column 'source' is missing; there are origin, dest"),
        (
            put(0, 1, usd_bn="many"),
            r"flows_2024.csv, line 3 \(HUB, HUB, steel\), column usd_bn: 'many' is not a nu",
        ),
        (put(0, 1, usd_bn=""), "line 3 .*, column usd_bn: '' is not a number"),
        (put(0, 1, usd_bn="inf"), "'inf' is not a number"),
        (put(0, 2, usd_bn="-4"), "line 4 .*, column usd_bn: '-4' is negative"),
        (
            put(1, 5, applied_rate_pct="-0.1"),
            r"line 7 \(EAST, HUB, other\), column applied_rate_pct: '-0.1' is neg",
        ),
        (put(0, 0, grade="D"), "line 2 .*, column grade: 'D' is not A, B or C"),
        (put(1, 0, source=""), "line 2 .*, column source: '' is empty: name the source"),
        (
            lambda f, t: f.append(f[7]),
            r"line 50 \(HUB, WEST, steel\), column origin: 'HUB' has this cell twice",
        ),
        (
            lambda f, t: t.append(t[7]),
            r"line 50 \(WEST, HUB, steel\), column exporter: 'HUB' has this cell twice",
        ),
        (
            lambda f, t: f.pop(4),
            "the cell origin HUB, destination EAST, sector steel is missing; every or",
        ),
        (
            lambda f, t: t.pop(4),
            "the cell exporter HUB, importer EAST, sector steel is missing; every or",
        ),
        (
            put(0, 13, origin="EASTT"),
            "column origin: 'EASTT' is no destination in this file; did you mean 'EAST'",
        ),
        (
            put(0, 13, destination="HUBB"),
            "column destination: 'HUBB' is not one of HUB, .*; did you mean 'HUB'",
        ),
        (
            put(1, 13, importer="HUBB"),
            "column importer: 'HUBB' is not one of HUB, .*; did you mean 'HUB'",
        ),
        (
            put(1, 13, exporter="EASST"),
            "column exporter: 'EASST' is not one of HUB, .*; did you mean 'EAST'",
        ),
        (
            put(1, 13, sector="steal"),
            "column sector: 'steal' is not one of cars, .*; did you mean 'steel'",
        ),
        (
            everywhere(lambda r: r["origin"] == "REST", usd_bn="0"),
            "REST sells nothing; give its own",
        ),
        (
            everywhere(lambda r: r["destination"] == "REST", usd_bn="0"),
            "REST buys nothing; give its own",
        ),
        (
            lambda f, t: f.clear() or f.append(dict.fromkeys(small.FLOW_COLUMNS, "x,")),
            "line 2 has more cells",
        ),
    ],
)
def test_a_bad_cell_is_said_in_one_sentence(tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        load(small.write(tmp_path, change))


def test_the_line_is_counted_and_the_cell_named_in_any_order_of_columns(tmp_path):
    def change(_flows, tariffs):
        tariffs[3]["sector"] = "carss"
        tariffs[:] = [dict(reversed(row.items())) for row in tariffs]

    with pytest.raises(
        DataError, match=r"line 5 \(carss, HUB, EAST\), column sector: 'carss' is n"
    ):
        load(small.write(tmp_path, change))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no table: No columns to parse from file; give comma-separated values in UTF-8"),
        (b"origin,destination,sector,usd_bn,grade,source\n", "has no line below its header"),
        (
            b"origin,destination,sector,usd_bn,grade,source\nHUB,HUB,cars,1,A\n",
            "source: '' is empty",
        ),
        (b"origin\nHUB\nHUB,EAST\n", "is no table: .*Expected 1 fields in line 3, saw 2"),
        ("origin\nÖST\n".encode("latin-1"), "csv: byte 7 is not UTF-8; save the file as UTF-8"),
        (b"origin\nHUB\0\n", "csv, line 2: holds a null byte; save the file as UTF-8 text"),
    ],
)
def test_a_file_that_is_no_table(tmp_path, content, words):
    small.write(tmp_path)
    (tmp_path / FLOWS).write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)
