"""What no config may say, whatever it means: too deep, too long, too large, or no letter."""

import pytest

from sim.config import override, parse, read_toml
from sim.config.files import toml_of
from sim.config.schema.limits import MOST_DEPTH, MOST_WHOLE, one_form, within_limits
from sim.errors import ConfigError
from tests.sim.config.test_config import BASE

pytestmark = pytest.mark.fast


def sentence(call, *given):
    with pytest.raises(ConfigError) as caught:
        call(*given)
    said = str(caught.value)
    assert len(said) < 400, said
    return said


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 3000 + "]" * 3000,
        "x = " + "{a = " * 2000 + "1" + "}" * 2000,
        ".".join("a" * 5000) + " = 1",
        "[" + ".".join("b" * 3000) + "]",
        "x = " + "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1),
    ],
)
def test_what_lies_too_deep_is_a_sentence(text):
    assert "deeper in each other than 40" in sentence(toml_of, text)


def test_what_is_as_deep_as_may_be_is_read():
    assert toml_of("x = " + "[" * MOST_DEPTH + "]" * MOST_DEPTH)


@pytest.mark.parametrize("digits", [20, 400, 4299, 4301, 6000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_many_digits_is_a_sentence(digits, sign):
    assert sentence(toml_of, f"worlds = {sign}{'9' * digits}")


@pytest.mark.parametrize("number", [10**400, -(10**5000), MOST_WHOLE + 1], ids=int.bit_length)
def test_a_number_that_python_hands_over_is_a_sentence(number):
    assert "is out of range; it has to be from" in sentence(within_limits, {"a": [1, number]}, "b")
    assert sentence(override, BASE, {"payoffs.draws": number}).startswith("payoffs.draws: ")


@pytest.mark.parametrize("number", ["inf", "-inf", "nan", "1e999"])
def test_a_number_that_is_not_finite_is_a_sentence(number):
    assert "x.y: " in sentence(toml_of, f"x.y = {number}")


@pytest.mark.parametrize("letter", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_control_character_is_a_sentence_with_its_place(letter):
    said = sentence(within_limits, {"countries": {"east": {"label": f"E{letter}ast"}}})
    assert said == (
        f"countries.east.label: holds the control character U+{ord(letter):04X} at place 2; "
        "take it out"
    )
    assert "the key " in sentence(within_limits, {"countries": {f"e{letter}": 1}})


def test_a_new_line_and_letters_of_any_script_may_stand_in_a_text():
    within_limits({"label": "one\ntwo\t – 日本 대한민국 $200 bn"})


@pytest.mark.parametrize("said", [{"k" * 201: 1}, {"label": "x" * 20_001}])
def test_a_key_and_a_text_have_a_length(said):
    assert "characters; give it at most" in sentence(within_limits, {"a": said})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("calendar.rounds", 10**12),
        ("payoffs.draws", 10**12),
        ("payoffs.replications", 10**12),
        ("rules.period", 2001),
        ("calendar.overtime", 10**6),
        ("ratification.east.house.threshold", 1e16),
        ("talks.east.measures.cars.levels", [1e300, 0]),
    ],
)
def test_a_number_beyond_what_is_played_is_a_sentence(path, value):
    if path.startswith("ratification"):
        said = {**BASE, "ratification": {"east": {"house": {"threshold": value}}}}
        assert "it has to be at most 1e+15" in sentence(parse, said)
    else:
        assert "out of range; it has to be at most" in sentence(
            lambda: parse(override(BASE, {path: value}))
        )


# --- tariffs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("talks.east.measures.cars.levels", [25, -100], "talks.east.measures.cars.levels.1"),
        ("talks.west.measures.cars.levels", [-250], "talks.west.measures.cars.levels.0"),
        (
            "talks.east.measures.cars.levels",
            {"from": 0, "to": -120, "step": 60},
            "talks.east.measures.cars.levels.2",
        ),
        ("talks.east.measures.cars.today", -100, "talks.east.measures.cars.today"),
        (
            "talks.east.measures.cars.today",
            {"low": -101, "central": 0, "high": 5},
            "talks.east.measures.cars.today",
        ),
        (
            "talks.east.measures.metals.path",
            {"august": {"announced": "2025-06-01", "level": -1e9}},
            "talks.east.measures.metals.path.august.level",
        ),
        (
            "economy.third_country",
            {"RRR": {"steel": {"value": -100.0, "unit": "points"}}},
            "economy.third_country.RRR.steel",
        ),
        (
            "links",
            {"back_channel": {"partners": ["east", "west"], "ceiling": {"cars": -101}}},
            "links.back_channel.ceiling.cars",
        ),
    ],
)
def test_a_tariff_that_leaves_nothing_of_a_price_is_a_sentence(path, value, where):
    said = sentence(lambda: parse(override(BASE, {path: value})))
    assert said.startswith(f"{where}: ")
    assert said.endswith("is out of range; it has to be more than -100")


def test_tariffs_just_above_it_may_stand():
    said = {"talks.west.measures.cars.levels": [25, -99.9], "talks.east.measures.cars.today": -99}
    assert parse(override(BASE, said)).talks["west"].measures["cars"].levels == (25, -99.9)


BOTH = "on cars the lowest rates of cars (-60) and metals (-40) add up to -100; a tariff has to be "


@pytest.mark.parametrize(
    "metals",
    [
        {"levels": [25, -40], "goods": ["steel", "cars"]},
        {"levels": [25, 0], "goods": ["cars"], "today": {"low": -40, "central": 0, "high": 9}},
    ],
)
def test_measures_on_the_same_goods_add_up_to_a_sentence(metals):
    cars = {"levels": [25, -60], "goods": ["cars"]}
    said = {"talks.east.measures.cars": cars, "talks.east.measures.metals": metals}
    assert sentence(lambda: parse(override(BASE, said))) == (
        f"talks.east.measures: {BOTH}more than -100: give higher ones"
    )
    parse(override(BASE, said | {"talks.east.measures.metals": metals | {"goods": ["steel"]}}))
    parse(override(BASE, said | {"talks.east.measures.cars": cars | {"inclusive": True}}))


# --- letters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("two", "one"),
    [("Curac\u0327ao", "Cura\u00e7ao"), ("\u304b\u3099", "\u304c"), ("\u1112\u1161", "\ud558")],
)
def test_a_letter_in_its_two_forms_is_one_letter(tmp_path, two, one):
    assert two != one
    file = tmp_path / "a.toml"
    file.write_text(f'"{two}" = ["{two}"]\n', encoding="utf-8")
    assert read_toml(file) == {one: [one]}
    assert one_form({two: [two, 1]}) == {one: [one, 1]}


def test_a_file_is_found_in_either_form_of_its_letters(tmp_path):
    for form in ("e\u0301tude.toml", "\u00e9tude2.toml"):
        (tmp_path / form).write_text("a = 1\n", encoding="utf-8")
    assert read_toml(tmp_path / "\u00e9tude.toml") == {"a": 1}
    assert read_toml(tmp_path / "e\u0301tude2.toml") == {"a": 1}


@pytest.mark.parametrize("content", ["worlds = 3\n", ""])
def test_toml_is_read_with_a_byte_order_mark(tmp_path, content):
    (tmp_path / "a.toml").write_text(content, encoding="utf-8-sig")
    assert read_toml(tmp_path / "a.toml") == ({"worlds": 3} if content else {})
