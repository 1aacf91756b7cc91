"""What `--set` reads: JSON, a table or a list as in a file, or a word."""

from datetime import date

import pytest

from experiments.commands.arguments import changes
from experiments.design.sweep import flat, label

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("none", "none"),
        ("0.5", 0.5),
        ("true", True),
        ('["cars"]', ["cars"]),
        ("['cars', 'parts']", ["cars", "parts"]),
        ('{"from": 25, "to": 0, "step": 5}', {"from": 25, "to": 0, "step": 5}),
        ("{ from = 25, to = 0, step = 2.5 }", {"from": 25, "to": 0, "step": 2.5}),
        ("{ from = 25", "{ from = 25"),
        (
            '{ name = "r", admits = { cars = 2025-06-01, parts = 0.5 }, inner = { offer = "x" } }',
            {
                "name": "r",
                "admits": {"cars": date(2025, 6, 1), "parts": 0.5},
                "inner": {"offer": "x"},
            },
        ),
        ("[{ value = 1, label = 'one = 1' }, 2]", [{"value": 1, "label": "one = 1"}, 2]),
        ("2025-06-29", "2025-06-29"),
    ],
)
def test_a_value_is_read_as_json_or_as_in_a_file(said, read):
    assert changes([f"a.b={said}"]) == {"a.b": read}


def test_a_grid_of_levels_is_a_value_with_a_name_of_its_own():
    grid = {"from": 25, "to": 0, "step": 2.5}
    assert flat({"talks": {"*": {"levels": grid}}}) == {"talks.*.levels": grid}
    assert label(grid) == "25 to 0 by 2.5"
