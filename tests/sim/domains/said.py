"""What the files of a small domain say, in both forms."""

PLAIN = {
    "reservationValue": 0.2,
    "issueWeights": {"cars": 0.6, "metals": 0.4},
    "issues": {"cars": {"keep": 0.0, "half": 0.7, "zero": 1.0}, "metals": {"keep": 0, "zero": 1}},
}
WEB = {
    "issueUtilities": {
        issue: {"DiscreteValueSetUtilities": {"valueUtilities": values}}
        for issue, values in PLAIN["issues"].items()
    },
    "issueWeights": PLAIN["issueWeights"],
    "domain": {
        "name": "example",
        "issuesValues": {k: {"values": list(values)} for k, values in PLAIN["issues"].items()},
    },
    "name": "profileA",
}
