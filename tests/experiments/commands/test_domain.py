import json
import re
from pathlib import Path

import numpy as np
import pytest

from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.tariffs.domain_report import report
from sim.domains import Domain, Profile, analyse, export, read
from sim.payoffs.frontier import Planes
from tests.docs.test_readme import ROOT, blocks
from tests.experiments.small import SCENARIO, write

HARBOUR = [str(ROOT / "configs" / "domains" / "harbour" / f"profile{side}.json") for side in "AB"]


def run(capsys, *words):
    """Give exit code, what was printed, and what was said as an error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def two_draws(directory):
    """Write a config whose talk with east has a table of two draws that does not add up."""
    lines = ["cars,metals,pledge,access,hub,partner,draw"]
    for draw in range(2):
        for c, cars in enumerate((25, 15, 0)):
            for m, metals in enumerate((25, 0)):
                for p, pledge in enumerate((0, 200, 400)):
                    for access in range(3):
                        hub = 2 * p + access - c * (1 + draw) - m - c * m
                        partner = 3 * c + 2 * m - p - access
                        lines.append(f"{cars},{metals},{pledge},{access},{hub},{partner},{draw}")
    (directory / "east.csv").write_text("\n".join(lines))
    pattern, table = (
        r"\[payoffs\.given\.east\].*?\n\n",
        '[payoffs.given.east]\nfile = "east.csv"\n\n',
    )
    given = re.sub(pattern, table, SCENARIO, flags=re.DOTALL)
    return write(directory, scenario=given.replace("draws = 3", "draws = 2"))


class TestDomain:
    def test_what_a_domain_is_like(self, capsys):
        code, out, err = run(capsys, "domain", *HARBOUR)
        assert (code, err) == (0, "")
        assert out == report(read(*HARBOUR))

    def test_numbers_are_those_of_the_analysis(self, capsys):
        _, out, _ = run(capsys, "domain", *HARBOUR)
        domain = read(*HARBOUR)
        found = analyse(domain)
        rows = {line[:40].strip(): line[40:].split() for line in out.splitlines()}
        assert rows["opposition"] == [f"{found.opposition:.3f}"]
        assert rows["packages on the Pareto frontier"] == [str(len(found.frontier))]
        assert rows["packages worth no deal to both"] == [str(found.acceptable)]
        assert rows["reservation value"] == ["0.400", "0.100"]
        assert rows["berths"] == ["4", "0.400", "0.250"]
        for label, name in (
            ("Nash", "nash"),
            ("Kalai–Smorodinsky", "kalai_smorodinsky"),
            ("egalitarian", "egalitarian"),
            ("utilitarian (largest sum)", "utilitarian"),
        ):
            package = found.solutions[name]
            assert rows[label] == [f"{u:.3f}" for u in domain.utilities[package]]
            assert "; ".join(f"{k}: {v}" for k, v in domain.decode(package).items()) in out

    def test_without_any_package_that_both_accept(self):
        profile = Profile({"x": 1.0}, {"x": {"only": 0.5}}, 0.6)
        said = report(Domain("none", (profile, profile)))
        assert said.startswith("none: 1 issue, 1 package\n")
        assert said.count("none\n") == 4
        assert "packages worth no deal to both                    0\n" in said

    @pytest.mark.parametrize("width", [3, 39, 40, 41, 200])
    def test_no_line_is_longer_than_a_terminal(self, width):
        names = [letter * width for letter in "abc"]
        values = {name: {f"{name} {n}": 0.5 for n in range(3)} for name in names}
        profile = Profile(dict.fromkeys(names, 1 / 3), values)
        lines = report(Domain("d" * width, (profile, profile))).splitlines()
        assert max(map(len, lines)) <= 80
        joined = re.sub(r"\s", "", "".join(lines))
        assert all(name in joined for name in names)

    @pytest.mark.parametrize("words", [[], HARBOUR[:1], [*HARBOUR, HARBOUR[0]]])
    def test_two_files_are_asked_for(self, words, capsys):
        assert run(capsys, "domain", *words)[0] == 2

    def test_bad_input_is_one_sentence(self, capsys, tmp_path):
        bad = tmp_path / "bad.json"
        bad.write_text(Path(HARBOUR[0]).read_text().replace("berths", "births"))
        assert run(capsys, "domain", HARBOUR[0], bad) == (
            2,
            "",
            f"tariff-talks: {bad}, issues.births: there is no issue 'births' "
            f"in {HARBOUR[0]}; did you mean 'berths'?\n",
        )
        code, out, err = run(capsys, "domain", tmp_path / "none.json", HARBOUR[0])
        assert (code, out) == (2, "")
        assert err == f"tariff-talks: {tmp_path / 'none.json'}: there is no such file\n"


class TestExport:
    @pytest.mark.parametrize("form", ["plain", "geniusweb"])
    def test_the_files_hold_the_talk(self, form, capsys, tmp_path):
        config, out = write(tmp_path), tmp_path / "out"
        words = ("domain", config, "--talk", "west", "--out", out, "--form", form)
        code, printed, err = run(capsys, *words)
        assert (code, err) == (0, "")
        paths = [out / "profileA.json", out / "profileB.json"]
        assert printed.splitlines()[:3] == [
            *map(str, paths),
            "Side A is hub, side B is west.",
        ]
        assert ("LinearAdditiveUtilitySpace" in json.loads(paths[0].read_text())) == (
            form == "geniusweb"
        )
        domain = read(*paths)
        assert printed.endswith("\n\n" + report(Domain("small, west", domain.profiles)))
        assert domain.name == ("small, west" if form == "geniusweb" else "out")
        plan = Plan.load(config)
        payoffs = plan.game(plan.cells[0]).payoffs
        plane = Planes.of(payoffs, 1, (0, 2), np.array([0]), np.array([0]))
        assert domain.utilities == pytest.approx(plane.utilities(np.arange(54)), abs=1e-9)
        assert domain.reservation == pytest.approx(plane.reservations[0], abs=1e-9)

    def test_a_talk_that_does_not_add_up(self, capsys, tmp_path):
        config = two_draws(tmp_path)
        words = ("domain", config, "--talk", "east", "--draw", 1, "--out")
        code, printed, _ = run(capsys, *words, tmp_path / "exact")
        assert code == 0
        assert "cars and metals depend on each other and are one issue; --additive" in printed
        assert "differ from" not in printed
        code, printed, _ = run(capsys, *words, tmp_path / "near", "--additive")
        assert code == 0
        assert "depend on each other" not in printed
        plan = Plan.load(config)
        made = export(plan.game(plan.cells[0]), "east", 1, additive=True)
        assert made.error > 0.01
        said = f"Utilities differ from those of the talk by {made.error:.3f} at most.\n"
        assert said in printed

    def test_draws_are_different(self, capsys, tmp_path):
        config = two_draws(tmp_path)
        found = []
        for draw in range(2):
            out = tmp_path / str(draw)
            words = ("domain", config, "--talk", "east", "--draw", draw, "--out", out)
            assert run(capsys, *words)[0] == 0
            plan = Plan.load(config)
            made = export(plan.game(plan.cells[0]), "east", draw).domain
            domain = read(out / "profileA.json", out / "profileB.json")
            assert domain.profiles == made.profiles
            found.append(domain.utilities[:, 0].tolist())
        assert found[0] != found[1]

    def test_the_central_draw_has_every_number_at_its_middle(self, capsys, tmp_path, monkeypatch):
        config = ROOT / "configs" / "quickstart.toml"
        words = ("domain", config, "--talk", "korea", "--out", tmp_path / "o")
        assert run(capsys, *words)[0] == 0
        middle = lambda seed, owner, name, count, n=1: np.full((count, n), 0.5)  # noqa: E731
        monkeypatch.setattr("sim.chance.spreads.uniforms", middle)
        changes = {"payoffs.draws": 1, "economy.elasticity_draws": 1}
        plan = Plan.load(config, {**changes, "draws": 1, "seed": 987})
        made = export(plan.game(plan.cells[0]), "korea").domain
        domain = read(tmp_path / "o" / "profileA.json", tmp_path / "o" / "profileB.json")
        assert domain.issues == made.issues
        assert domain.utilities == pytest.approx(made.utilities, abs=2e-9)
        assert domain.reservation == pytest.approx(made.reservation, abs=2e-9)

    def test_changes_of_the_config(self, capsys, tmp_path):
        words = ("domain", write(tmp_path), "--talk", "east", "--out", tmp_path / "o")
        change = "payoffs.given.east.reservation={'hub': 1, 'partner': 2}".replace("'", '"')
        assert run(capsys, *words, "--set", change)[0] == 0
        domain = read(tmp_path / "o" / "profileA.json", tmp_path / "o" / "profileB.json")
        assert domain.reservation == pytest.approx([(1 + 5) / 10, (2 + 5) / 14])

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ([], "--talk: missing; name one of east, west"),
            (["--talk", "eats"], "--talk: there is no talk 'eats'; did you mean 'east'?"),
            (["--talk", "east", "--draw", "3"],
                "--draw 3: there are 3 draws, 0 to 2; or write --draw central"),
            (["--talk", "east", "--cell", "4"],
                "--cell 4: there are 4 cells, 0 to 3; 'tariff-talks plan' lists them"),
            (["--talk", "east", "--set", "rules.reviw=3"],
                "rules.reviw: there is no key 'reviw' at rules; did you mean 'review'?"),
        ],
    )  # fmt: skip
    def test_bad_input_is_one_sentence(self, words, expected, capsys, tmp_path):
        out = tmp_path / "out"
        got = run(capsys, "domain", write(tmp_path), "--out", out, *words)
        assert got == (2, "", f"tariff-talks: {expected}\n")
        assert not out.exists()

    def test_a_table_of_several_draws_has_no_central_one(self, capsys, tmp_path):
        words = ("domain", two_draws(tmp_path), "--talk", "east", "--out", tmp_path / "o")
        assert run(capsys, *words) == (
            2,
            "",
            "tariff-talks: --draw central: the payoffs are a table of 2 draws; "
            "name one of them, such as --draw 0\n",
        )

    @pytest.mark.parametrize("words", [["--draw", "-1"], ["--draw", "mean"], ["--form", "genius"]])
    def test_words_that_are_refused(self, words, capsys, tmp_path):
        path = write(tmp_path)
        code, _, err = run(capsys, "domain", path, "--out", tmp_path / "o", *words)
        assert code == 2
        assert words[0] in err

    def test_no_file_is_written_over(self, capsys, tmp_path):
        words = ("domain", write(tmp_path), "--talk", "east", "--out", tmp_path / "o")
        assert run(capsys, *words)[0] == 0
        before = (tmp_path / "o" / "profileA.json").read_text()
        assert run(capsys, *words, "--form", "geniusweb") == (
            2,
            "",
            f"tariff-talks: --out {tmp_path / 'o'}: there is a profileA.json already; "
            "name another directory\n",
        )
        assert (tmp_path / "o" / "profileA.json").read_text() == before


def test_what_the_page_shows(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    shown, written = (b.split()[1:] for b in blocks("docs/domains.md", "sh"))
    (expected,) = blocks("docs/domains.md", "text")
    assert run(capsys, *shown) == (0, expected, "")
    (code,) = blocks("docs/domains.md", "python")
    names = {}
    exec(code.replace("worlds=1000", "worlds=20"), names)
    assert len(names["frame"]) == 20
    assert (names["frame"]["status"] == "deal").all()
    written[written.index("--out") + 1] = str(tmp_path / "japan")
    code, printed, _ = run(capsys, *written)
    assert code == 0
    joined = "cars, parts, metals, baseline and suspended depend on each other"
    assert joined in printed.replace("\n", " ")
    assert read(tmp_path / "japan" / "profileA.json", tmp_path / "japan" / "profileB.json").size > 0
