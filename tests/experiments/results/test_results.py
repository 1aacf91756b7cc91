"""What figures read: a run is read once, and again when it has changed."""

import os

from experiments.results.results import last_read
from experiments.results.words import Words
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from tests.experiments.small import load


def test_a_run_is_read_once_and_again_when_it_has_changed(tmp_path):
    directory = run(load(tmp_path), tmp_path / "out").store.directory
    first = last_read(directory)
    assert last_read(directory) is first
    os.utime(directory / OUTCOMES, ns=(1, 1))
    second = last_read(directory)
    assert second is not first
    assert second.frame.equals(first.frame)


def test_an_issue_goes_by_the_name_of_its_talk_and_of_several_by_what_they_share(tmp_path):
    labels = {
        "talks.east.concessions.access.label": "Market access: rice, cars",
        "talks.west.concessions.access.label": "Market access: beef",
        "talks.west.measures.cars.label": "Trucks",
    }
    said = "\n".join(f'"{path}" = "{label}"' for path, label in labels.items())
    plan = load(tmp_path, f"[overrides]\n{said}\n")
    found = last_read(run(plan, tmp_path / "out").store.directory)
    assert found.concession("access", "west") == "Market access: beef"
    assert found.concession("access", "east") == "Market access: rice, cars"
    assert found.concession("access") == "Market access"
    assert (found.measure("cars"), found.measure("cars", "west")) == ("cars", "Trucks")
    assert found.measure("metals") == found.measure("metals", "east") == "metals"


def test_a_stance_says_what_it_does_with_the_numbers_that_are_played():
    until = {"uniform": [0.2, 1.4], "unit": "relative time", "source": "assumption"}
    late = {"label": "yields", "about": "it opens late", "strategy": {"name": "x", "until": until}}
    plain = {"about": "it opens all", "strategy": "linear"}
    words = Words({"stances": {"hub": {"late": late, "open": plain, "mute": {"strategy": "x"}}}})
    assert words.stance("hub", "yields") == "it opens late (until 0.2 to 1.4, in relative time)"
    assert words.stance("hub", "late") == words.stance("hub", "yields")
    assert words.stance("hub", "open") == "it opens all"
    assert words.stance("hub", "mute") == words.stance("east", "open") == ""
