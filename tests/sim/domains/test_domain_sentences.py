import json

import pytest

from sim.domains import read, write
from sim.domains.json_place import READ
from sim.domains.reading import MOST
from sim.errors import ConfigError, DataError
from tests.sim.domains.drawn import SWAP
from tests.sim.domains.said import PLAIN, WEB

GONE = object()
NUMERIC = (
    "is an issue of numbers; what is read are issues of listed values: write the numbers that are "
    'offered as values, each with its utility, such as { "10": 0.5 }'
)


def changed(said, path, value):
    """Give a deep copy with one key set, or taken out."""
    said = json.loads(json.dumps(said))
    *front, last = path
    here = said
    for key in front:
        here = here[key]
    if value is GONE:
        del here[last]
    else:
        here[last] = value
    return said


def sentence(tmp_path, text, second=False):
    """Give the error of a file, as first or as second of two; the other one is right."""
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    right.write_text(json.dumps(PLAIN))
    wrong.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError) as caught:
        read(*((right, wrong) if second else (wrong, right)))
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{tmp_path}/", "")


class TestSentences:
    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            (["issueWeights"], GONE, ", issueWeights: missing; give the weight of every issue"),
            (
                ["issues"],
                GONE,
                ", issues: missing; give the utility of every value of every issue",
            ),
            (["issues"], [1], ", issues: [1] is not an object in braces; "
                "give the values of every issue"),
            (["issues"], {}, ", issues: is empty; give the values of every issue"),
            (["issues", "cars"], 5, ", issues.cars: 5 is not an object in braces; "
                "give the utility of every value"),
            (["issues", "cars"], {}, ", issues.cars: is empty; give the utility of every value"),
            (["issues", "cars", "half"], 1.4, ", issues.cars.half: 1.4 is out of range; "
                "the utility of a value is from 0 to 1"),
            (["issues", "cars", "half"], float("nan"), ", issues.cars.half: nan is out of range; "
                "the utility of a value is from 0 to 1"),
            (["issues", "cars", "half"], "0.7", ", issues.cars.half: '0.7' is not a number; "
                "the utility of a value is from 0 to 1"),
            (["issues", "cars", "half"], True, ", issues.cars.half: true is not a number; "
                "the utility of a value is from 0 to 1"),
            (["issueWeights", "cars"], -0.1, ", issueWeights.cars: -0.1 is out of range; "
                "a weight is from 0 to 1"),
            (["issueWeights", "cars"], 0.8, ", issueWeights: the weights add up to 1.2; "
                "they have to add up to 1"),
            (["issueWeights", "cras"], 0.1, ", issueWeights.cras: there is no issue 'cras' "
                "in the profile; did you mean 'cars'?"),
            (["issueWeights", "dairy"], 0.1, ", issueWeights.dairy: there is no issue 'dairy' "
                "in the profile; there is cars, metals"),
            (["issueWeights", "cars"], GONE, ", issueWeights.cars: missing; "
                "the issue 'cars' is in the profile"),
            (["reservationValue"], 2, ", reservationValue: 2 is out of range; "
                "the utility of no deal is from 0 to 1"),
            (["reservationBid"], {"issuevalues": {"cars": "keep"}}, ", reservationBid: "
                "there is also reservationValue; give one of them"),
        ],
    )  # fmt: skip
    def test_of_the_plain_form(self, path, value, expected, tmp_path):
        said = sentence(tmp_path, json.dumps(changed(PLAIN, path, value)))
        assert said == f"wrong.json{expected}"

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [
            ("issueWeigths", "issueWeights"),
            ("isues", "issues"),
            ("reservationvalue", "reservationValue"),
            ("reserved_value", "reservationValue"),
        ],
    )
    def test_a_misspelt_key(self, wrong, right, tmp_path):
        said = {wrong if key == right else key: value for key, value in PLAIN.items()}
        expected = f"wrong.json, {wrong}: there is no key '{wrong}'; did you mean '{right}'?"
        assert sentence(tmp_path, json.dumps(said)) == expected

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            (["domain"], GONE, "domain: missing; give the values of every issue, in issuesValues"),
            (["issueUtilities"], GONE, "issueUtilities: missing; "
                "give the utility of every value of every issue"),
            (["issueUtilities", "cars"], {"numberutils": {}}, f"issueUtilities.cars: {NUMERIC}"),
            (["issueUtilities", "cars"], {"DiscreteValueSetUtilites": {}}, "issueUtilities.cars: "
                "'DiscreteValueSetUtilites' is not DiscreteValueSetUtilities; "
                "did you mean 'DiscreteValueSetUtilities'?"),
            (["issueUtilities", "cars"], {"discreteutils": {"valueUtilites": {}}},
                "issueUtilities.cars.discreteutils.valueUtilites: there is no key "
                "'valueUtilites'; did you mean 'valueUtilities'?"),
            (["issueUtilities", "cars"], {"discreteutils": {"valueUtilities": {"keep": 3}}},
                "issueUtilities.cars.discreteutils.valueUtilities.keep: 3 is out of range; "
                "the utility of a value is from 0 to 1"),
            (["issueUtilities", "cras"], {"discreteutils": {"valueUtilities": {"keep": 0}}},
                "issueUtilities.cras: there is no issue 'cras' in domain.issuesValues; "
                "did you mean 'cars'?"),
            (["issueUtilities", "cars"], GONE, "issueUtilities.cars: missing; "
                "the issue 'cars' is in domain.issuesValues"),
            (["domain", "issuesValues", "cars", "values"], ["keep", "zero"],
                "issueUtilities.cars.DiscreteValueSetUtilities.valueUtilities.half: there is no "
                "value 'half' in domain.issuesValues; there is keep, zero"),
            (["domain", "issuesValues", "cars", "values"], ["keep", "half", "zero", "ten"],
                "issueUtilities.cars.DiscreteValueSetUtilities.valueUtilities.ten: missing; "
                "the value 'ten' is in domain.issuesValues"),
            (["domain", "issuesValues", "cars", "values"], "keep",
                "domain.issuesValues.cars.values: is not a list of values; "
                'write a list such as ["keep", "zero"]'),
            (["domain", "issuesValues", "cars", "values"], ["keep", 3],
                "domain.issuesValues.cars.values: 3 is not a text in quotes; "
                "the name of a value is one"),
            (["domain", "issuesValues", "cars", "values"], ["keep", "half", "half", "zero"],
                "domain.issuesValues.cars.values: the value 'half' stands twice; drop one"),
            (["domain", "issuesValues", "cars"], {"range": ["0", "9", "1"]},
                f"domain.issuesValues.cars: {NUMERIC}"),
            (["domain", "name"], 7, "domain.name: 7 is not a text in quotes; "
                "the name of a domain is one"),
            (["reserved_value"], "low", "reserved_value: 'low' is not a number; "
                "the utility of no deal is from 0 to 1"),
            (["reservationBid"], {"issuevalus": {}}, "reservationBid.issuevalus: there is no key "
                "'issuevalus'; did you mean 'issuevalues'?"),
            (["reservationBid"], {"issuevalues": {"cars": "kept", "metals": "keep"}},
                "reservationBid.issuevalues.cars: there is no value 'kept'; did you mean 'keep'?"),
            (["reservationBid"], {"issuevalues": {"cars": "none", "metals": "keep"}},
                "reservationBid.issuevalues.cars: there is no value 'none'; "
                "there is keep, half, zero"),
            (["reservationBid"], {"issuevalues": {"cars": 0, "metals": "keep"}},
                "reservationBid.issuevalues.cars: 0 is not a text in quotes; "
                "the name of a value is one"),
            (["reservationBid"], {"issuevalues": {"cars": "keep"}},
                "reservationBid.issuevalues.metals: missing; "
                "the issue 'metals' is in the profile"),
        ],
    )  # fmt: skip
    def test_of_the_geniusweb_form(self, path, value, expected, tmp_path):
        said = {"LinearAdditiveUtilitySpace": changed(WEB, path, value)}
        assert sentence(tmp_path, json.dumps(said)) == (
            f"wrong.json, LinearAdditiveUtilitySpace.{expected}"
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{", ": not valid JSON: Expecting property name enclosed in double quotes, "
                f"line 1 column 2; {READ}"),
            ("[]", ": [] is not an object in braces; give a profile of a domain"),
            ("{}", ": is empty; give a profile of a domain"),
            (b"\xff", ": byte 0 is not UTF-8; save the file as UTF-8"),
            ("[" * 100_000, ": not a profile: objects inside objects without end"),
            ('{"issues": {"cars": {}, "cars": {}}}', ": the key 'cars' stands twice in one "
                "object; drop one"),
            ('{"LinearAdditiveUtilitySpac": {}}', ": neither 'issues' nor "
                "'LinearAdditiveUtilitySpace' at the top, but 'LinearAdditiveUtilitySpac'; "
                "did you mean 'LinearAdditiveUtilitySpace'?"),
            ('{"PartialOrdering": {}}', ": neither 'issues' nor 'LinearAdditiveUtilitySpace' "
                "at the top, but 'PartialOrdering'; "
                "give a linear additive profile in one of these forms"),
            ('{"LinearAdditiveUtilitySpace": 3}', ", LinearAdditiveUtilitySpace: 3 is not an "
                "object in braces; give issueWeights, issueUtilities and domain"),
        ],
    )  # fmt: skip
    def test_of_files_that_are_something_else(self, text, expected, tmp_path):
        assert sentence(tmp_path, text) == f"wrong.json{expected}"

    def test_of_a_bid_in_the_plain_form(self, tmp_path):
        said = changed(PLAIN, ["reservationValue"], GONE) | {"reservationBid": 3}
        assert sentence(tmp_path, json.dumps(said)) == (
            "wrong.json, reservationBid: 3 is not an object in braces; give issuevalues"
        )

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            (["issues", "cars", "halve"], 0.5, ", issues.cars.halve: there is no value 'halve' "
                "in right.json; did you mean 'half'?"),
            (["issues", "cars", "half"], GONE, ", issues.cars.half: missing; "
                "the value 'half' is in right.json"),
        ],
    )  # fmt: skip
    def test_of_files_whose_values_differ(self, path, value, expected, tmp_path):
        said = sentence(tmp_path, json.dumps(changed(PLAIN, path, value)), second=True)
        assert said == f"wrong.json{expected}"

    def test_of_files_whose_issues_differ(self, tmp_path):
        text = json.dumps(PLAIN).replace("metals", "metal")
        assert sentence(tmp_path, text, second=True) == (
            "wrong.json, issues.metal: there is no issue 'metal' in right.json; "
            "did you mean 'metals'?"
        )
        alone = PLAIN | {"issueWeights": {"cars": 1}, "issues": {"cars": PLAIN["issues"]["cars"]}}
        assert sentence(tmp_path, json.dumps(alone), second=True) == (
            "wrong.json, issues.metals: missing; the issue 'metals' is in right.json"
        )

    def test_of_files_whose_forms_differ_too(self, tmp_path):
        web = json.dumps({"LinearAdditiveUtilitySpace": WEB}).replace("zero", "nil")
        assert sentence(tmp_path, web, second=True) == (
            "wrong.json, LinearAdditiveUtilitySpace.issueUtilities.cars."
            "DiscreteValueSetUtilities.valueUtilities.nil: there is no value 'nil' "
            "in right.json; there is keep, half, zero"
        )

    def test_of_a_domain_that_is_too_large(self, tmp_path):
        issues = {f"i{k}": {str(n): 0 for n in range(10)} for k in range(8)}
        path = tmp_path / "large.json"
        path.write_text(
            json.dumps({"issueWeights": dict.fromkeys(issues, 0.125), "issues": issues})
        )
        with pytest.raises(DataError) as caught:
            read(path, path)
        assert str(caught.value) == (
            f"{path}, issues: 100,000,000 packages; a domain may have at most {MOST:,}"
        )

    def test_of_files_that_are_not_there(self, tmp_path):
        (tmp_path / "profileA.json").write_text("{}")
        with pytest.raises(DataError) as caught:
            read(tmp_path / "profilA.json", tmp_path / "profileB.json")
        assert str(caught.value) == (
            f"{tmp_path / 'profilA.json'}: there is no such file; "
            f"did you mean '{tmp_path / 'profileA.json'}'?"
        )
        with pytest.raises(DataError) as caught:
            read(tmp_path, tmp_path)
        assert str(caught.value) == f"{tmp_path}: is a directory; name a .json file in it"

    def test_of_a_form_that_is_not_there(self, tmp_path):
        with pytest.raises(ConfigError) as caught:
            write(SWAP, tmp_path, "genius_web")
        assert str(caught.value) == (
            "form: 'genius_web' is not one of plain, geniusweb; did you mean 'geniusweb'?"
        )

    @pytest.mark.parametrize("key", ["discountFactor", "discount_factor", "DiscountFactor"])
    @pytest.mark.parametrize("form", ["plain", "geniusweb", "beside it"])
    @pytest.mark.parametrize("value", [0.9, 0.0, "0.5", 1.5, True])
    def test_a_discount_factor_is_refused(self, key, form, value, tmp_path):
        more = {key: value}
        said, path = PLAIN | more, key
        if form == "geniusweb":
            said, path = ({"LinearAdditiveUtilitySpace": WEB | more},
                          f"LinearAdditiveUtilitySpace.{key}")  # fmt: skip
        if form == "beside it":
            said = {"LinearAdditiveUtilitySpace": WEB} | more
        told = sentence(tmp_path, json.dumps(said))
        assert told.startswith(f"wrong.json, {path}: ")
        assert told.endswith(
            "is a discount factor, and discounting is not read: the domain would be another one; "
            "take it out (or write 1) to play the domain without it"
        )

    def test_a_discount_factor_of_one_discounts_nothing(self, tmp_path):
        paths = [tmp_path / "a.json", tmp_path / "b.json"]
        for path, factor in zip(paths, (1, 1.0), strict=True):
            path.write_text(json.dumps(PLAIN | {"discountFactor": factor}))
        assert read(*paths).issues == {"cars": ("keep", "half", "zero"), "metals": ("keep", "zero")}

    @pytest.mark.parametrize(
        "text",
        [
            "<negotiation_template></negotiation_template>",
            '\ufeff<?xml version="1.0"?><utility_space number_of_issues="2"/>',
            "  \n<utility_space/>",
            "<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"),
            b"<?xml version='1.0' encoding='latin-1'?><a n='\xe9'/>",
        ],
    )
    def test_xml_is_told_as_that(self, text, tmp_path):
        assert sentence(tmp_path, text) == f"wrong.json: is XML, which is not read; {READ}"

    @pytest.mark.parametrize(
        "table",
        [
            {"low": 0, "high": 10},
            {"min": 0, "max": 5, "type": "integer"},
            {"range": [0, 10]},
            {"lowValue": 10, "lowUtility": 0, "highValue": 90, "highUtility": 1},
            {"type": "real", "lowerbound": 0, "upperbound": 1, "parameter0": 0.5},
        ],
    )
    def test_an_issue_of_numbers_is_told_as_that(self, table, tmp_path):
        said = sentence(tmp_path, json.dumps(changed(PLAIN, ["issues", "cars"], table)))
        assert said == f"wrong.json, issues.cars: {NUMERIC}"

    @pytest.mark.parametrize("kind", ["numberutils", "NumberValueSetUtilities"])
    def test_so_is_one_of_geniusweb(self, kind, tmp_path):
        inside = {kind: {"lowValue": 10, "lowUtility": 0.2, "highValue": 30, "highUtility": 0.8}}
        web = changed(WEB, ["issueUtilities", "cars"], inside)
        said = sentence(tmp_path, json.dumps({"LinearAdditiveUtilitySpace": web}))
        assert said == f"wrong.json, LinearAdditiveUtilitySpace.issueUtilities.cars: {NUMERIC}"

    @pytest.mark.parametrize("values", [{"low": 0.2, "mid": 1}, {"min": 1}, {"low": 0, "high": 1}])
    def test_values_that_are_called_low_are_values(self, values, tmp_path):
        paths = [tmp_path / "a.json", tmp_path / "b.json"]
        for path in paths:
            path.write_text(json.dumps(changed(PLAIN, ["issues", "cars"], values)))
        assert read(*paths).issues["cars"] == tuple(values)
