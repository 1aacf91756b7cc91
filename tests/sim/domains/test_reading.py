import json
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from sim.domains import FORMS, read, write
from tests.sim.domains.drawn import CONFIGS, EXAMPLES, domains, example
from tests.sim.domains.said import PLAIN, WEB


class TestFiles:
    @pytest.mark.parametrize("name", EXAMPLES)
    @pytest.mark.parametrize("form", FORMS)
    def test_what_is_written_is_read_back(self, name, form, tmp_path):
        domain = example(name)
        back = read(*write(domain, tmp_path / "new" / name, form))
        assert back == domain
        assert list(back.issues.items()) == list(domain.issues.items())

    @given(domains())
    def test_round_trip_of_any_domain(self, domain):
        for form in FORMS:
            with TemporaryDirectory() as directory:
                assert read(*write(domain, directory, form)).profiles == domain.profiles

    def test_the_order_of_the_first_file_counts(self, tmp_path):
        paths = write(example("two_tariffs"), tmp_path)
        turned = json.loads(paths[1].read_text())
        turned["issues"] = {
            issue: dict(reversed(values.items()))
            for issue, values in reversed(turned["issues"].items())
        }
        paths[1].write_text(json.dumps(turned))
        domain = read(*paths)
        assert domain.issues == example("two_tariffs").issues
        assert (domain.utilities == example("two_tariffs").utilities).all()

    def test_the_two_forms_go_together(self, tmp_path):
        domain = example("orchard")
        first, _ = write(domain, tmp_path / "plain")
        _, second = write(domain, tmp_path / "web", "geniusweb")
        assert read(first, second).profiles == domain.profiles

    def test_names(self, tmp_path):
        assert example("harbour").name == "harbour"
        plain = write(example("orchard"), tmp_path / "apples")
        assert read(*plain).name == "apples"
        web = write(example("orchard"), tmp_path / "pears", "geniusweb")
        assert read(*web).name == "orchard"

    def test_the_reservation_of_a_bid_is_its_utility(self):
        said = json.loads((CONFIGS / "orchard" / "profileA.json").read_text())
        bid = said["LinearAdditiveUtilitySpace"]["reservationBid"]["issuevalues"]
        domain = example("orchard")
        assert domain.reservation[0] == domain.utilities[domain.package(**bid), 0]

    def test_a_reservation_that_is_missing_or_null_is_zero(self, tmp_path):
        for said in ({}, {"reservationValue": None}, {"reservationBid": None}):
            paths = [tmp_path / "a.json", tmp_path / "b.json"]
            for path in paths:
                path.write_text(json.dumps(PLAIN | {"reservationValue": None} | said))
            assert read(*paths).reservation.tolist() == [0, 0]

    def test_the_older_name_of_discrete_values_and_keys_that_say_more(self, tmp_path):
        paths = [tmp_path / "a.json", tmp_path / "b.json"]
        for path in paths:
            text = json.dumps({"LinearAdditiveUtilitySpace": WEB | {"colour": "blue"}})
            path.write_text(text.replace("DiscreteValueSetUtilities", "discreteutils"), "utf-8-sig")
        assert read(*paths).profiles[0].values == PLAIN["issues"]
