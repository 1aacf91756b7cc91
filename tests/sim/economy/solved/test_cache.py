"""Tables on disk: named by content, whole or not there, and made again when damaged."""

from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import platformdirs
import pytest

from sim.economy.equilibrium import effects as module
from sim.economy.rates.tariffs import book
from sim.economy.solved import cache
from sim.economy.solved.components import components
from sim.errors import ConvergenceError
from tests.sim.economy import small

pytestmark = pytest.mark.fast

TABLES = {"main.0": np.arange(6.0).reshape(2, 3), "joint.0.1.0": np.array([[0.1, -0.0, np.pi]])}


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Keep tables in a directory that is made when it is first needed."""
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path / "new" / "cache"))
    return tmp_path / "new" / "cache"


# --- files -------------------------------------------------------------------------------------


def test_tables_are_kept_where_the_environment_says(place, monkeypatch):
    cache.save("name", TABLES)
    assert [path.name for path in place.iterdir()] == ["name.npz"]
    monkeypatch.delenv("TARIFF_TALKS_CACHE")
    assert cache.directory() == Path(platformdirs.user_cache_dir("tariff-talks"))


def test_what_was_kept_comes_back_bit_by_bit():
    cache.save("name", TABLES)
    kept = cache.load("name")
    assert list(kept) == list(TABLES)
    for name, table in TABLES.items():
        assert kept[name].shape == table.shape
        assert kept[name].tobytes() == table.tobytes()


def test_a_file_is_an_npz_that_others_can_read(place):
    cache.save("name", TABLES)
    with np.load(place / "name.npz") as file:
        assert np.array_equal(file["main.0"], TABLES["main.0"])


def test_what_was_never_kept_is_not_there():
    assert cache.load("name") is None


def test_a_file_that_is_cut_or_changed_anywhere_is_not_loaded(place):
    cache.save("name", TABLES)
    path = place / "name.npz"
    whole = path.read_bytes()
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        assert cache.load("name") is None, n
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
        assert cache.load("name") is None, n
    path.write_bytes(whole + b"x")
    assert cache.load("name") is None
    path.write_bytes(whole)
    assert cache.load("name") is not None


def test_a_save_that_fails_leaves_what_was_there_and_no_rest(place, monkeypatch):
    cache.save("name", TABLES)

    def fail(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        cache.save("name", {"other": np.ones(3)})
    assert list(cache.load("name")) == list(TABLES)
    assert [path.name for path in place.iterdir()] == ["name.npz"]


def test_nothing_stands_under_the_name_before_all_is_written(place, monkeypatch):
    seen = []
    replaced = Path.replace

    def watch(self, target):
        seen.append((Path(target).exists(), self.stat().st_size))
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", watch)
    cache.save("name", TABLES)
    assert seen == [(False, (place / "name.npz").stat().st_size)]


def test_a_reader_sees_all_of_a_table_or_none():
    cache.save("name", {"table": np.zeros(5000)})
    writer = Thread(
        target=lambda: [cache.save("name", {"table": np.full(5000, n)}) for n in range(60)]
    )
    writer.start()
    seen = set()
    while writer.is_alive():
        kept = cache.load("name")
        assert kept is not None
        assert len(set(kept["table"].tolist())) == 1
        seen.add(kept["table"][0])
    writer.join()
    assert cache.load("name")["table"][0] == 59
    assert seen


def test_a_disk_that_cannot_be_written_is_no_error(place):
    place.parent.mkdir()
    place.write_text("a file, not a directory")
    cache.save("name", TABLES)
    assert cache.load("name") is None
    assert place.read_text() == "a file, not a directory"


# --- keys --------------------------------------------------------------------------------------


def test_a_key_is_made_of_content():
    table = np.arange(6.0).reshape(2, 3)
    key = cache.key(table, ["a", (1, 2.5)], None)
    assert key == cache.key(np.asfortranarray(table.copy()), ("a", [1, 2.5]), None)
    assert len(key) == 32


def test_a_key_differs_with_every_part():
    table = np.arange(6.0)
    parts = [
        (),
        (table,),
        (table + 1e-12,),
        (table.reshape(2, 3),),
        (table.reshape(3, 2),),
        (table.astype(np.float32),),
        (table, table),
        ([table, table],),
        (1,),
        (1.0,),
        ("1",),
        (None,),
        (True,),
        (1, 2),
        ([1], 2),
        ([1, 2],),
        ([[1], [2]],),
        ([[1, 2], []],),
        ("a", "b"),
        ("ab",),
        ("a;str 'b'",),
    ]
    assert len({cache.key(*said) for said in parts}) == len(parts)


@pytest.mark.parametrize("part", [{"a": 1}, {1, 2}, object()])
def test_a_part_whose_content_cannot_be_told_is_an_error(part):
    with pytest.raises(TypeError, match="made of arrays, numbers and words, not of"):
        cache.key(1, [part])


# --- what is kept ------------------------------------------------------------------------------


def solved(spec=None, base=None, talks=None):
    """Give the components of the small economy."""
    spec = small.spec() if spec is None else spec
    base = small.base_year() if base is None else base
    talks = small.talks() if talks is None else talks
    return components(base, spec, talks, [book(rules, spec, base) for rules in talks])


def no_solving(monkeypatch):
    def fail(*_args, **_kwargs):
        raise ConvergenceError(0, "it solves")

    monkeypatch.setattr(module, "solve", fail)


def same(one, other):
    return all(
        a.tobytes() == b.tobytes()
        for a, b in zip(
            [*one.main, *small.crossed(one).values()],
            [*other.main, *small.crossed(other).values()],
            strict=True,
        )
    )


def test_the_second_call_does_not_solve_again(place, monkeypatch):
    first = solved()
    assert len(list(place.iterdir())) == 1
    no_solving(monkeypatch)
    assert same(first, solved())
    with pytest.raises(ConvergenceError, match="it solves"):
        solved(small.spec(competition="perfect"))


def test_a_damaged_file_is_made_again(place):
    first = solved()
    (path,) = place.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    assert same(first, solved())
    assert path.read_bytes() == whole


def test_what_does_not_converge_is_not_kept(place, monkeypatch):
    no_solving(monkeypatch)
    with pytest.raises(ConvergenceError):
        solved()
    assert not place.exists()


def test_names_of_countries_and_talks_and_concessions_do_not_matter(monkeypatch):
    first = solved()
    no_solving(monkeypatch)
    talks = [
        replace(rules, name=f"talk {rules.name}", hub="boss", partner=f"to {rules.partner}")
        for rules in small.talks()
    ]
    spec = small.spec(region={"boss": "HUB", "to west": "WEST", "to east": "EAST"})
    assert same(first, solved(spec, talks=talks))


def test_everything_that_the_tables_depend_on_makes_other_tables(place):
    flows, tariffs = small.base_year(), small.base_year()
    flows.flows[0, 1, 0] += 0.01
    tariffs.tariffs[0, 1, 0] += 0.01
    sigma = dict(small.spec().sigma)
    sigma["cars"] = sigma["cars"] + 0.01
    turned = {"hub": "HUB", "east": "WEST", "west": "EAST"}
    other_cars = replace(small.CARS, levels=(25, 10, 0))
    other_goods = replace(small.CARS, goods=("steel",))
    rest = (small.BASELINE, small.SUSPENDED)
    calls = [
        {},
        {"base": flows},
        {"base": tariffs},
        {"spec": small.spec(sigma=sigma)},
        {"spec": small.spec(competition="perfect")},
        {"spec": small.spec(table="exact")},
        {"spec": small.spec(third_country={"others": {"cars": 25}})},
        {"spec": small.spec(region=turned)},
        {"talks": small.talks()[:1]},
        {"talks": small.talks((other_cars, *rest))},
        {"talks": small.talks((other_goods, *rest))},
        {"talks": small.talks((*rest, small.CARS))},
    ]
    for n, call in enumerate(calls, 1):
        solved(**call)
        assert len(list(place.iterdir())) == n, call


def test_a_file_that_was_renamed_is_not_another_table(place):
    cache.save("one", {"a": np.zeros(3)})
    cache.save("two", {"a": np.ones(3)})
    (place / "two.npz").replace(place / "one.npz")
    assert cache.load("one") is None
    assert cache.load("two") is None
    cache.save("one", {"a": np.zeros(3)})
    assert cache.load("one")["a"].tolist() == [0, 0, 0]
