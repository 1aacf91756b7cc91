"""The words of art, each with what it means here: those of docs/glossary.md, letter by letter."""

WORDS = {
    "measure": "a tariff that the hub has imposed, such as the one on cars",
    "talk": "the negotiation between the hub and one partner; several run at the same time",
    "package": "one level for every measure, and for everything that a partner can give: what is "
    "offered and signed",
    "review": "a measure is reviewed once it has been open for long enough and both sides have "
    "spoken while it was. Its rate may stay as it is",
    "rule": "what has to be reviewed before there can be a deal: nothing, some measures, or all of "
    "them",
    "strategy": "how one side negotiates: what it asks for, opens, offers and accepts",
    "world": "one play of all talks, with its own luck and one draw of the uncertain numbers",
    "payoff": "what a government gains in a year against no deal in any talk, in USD bn: trade, "
    "politics, and the cost of reviews and other steps at home",
    "stance": "a strategy with a name, which a scenario gives to a country",
    "draw": "one set of the uncertain numbers; several worlds share it",
    "frontier": "the packages that no other one betters for both sides at once",
    "hub": "the country that has imposed the measures, and talks with every partner",
}
"""What a word means here."""


def about(*words: str) -> str:
    """Say what some words mean, a paragraph each, for whoever points at where they stand."""
    return "\n\n".join(f"**{word.capitalize()}**: {WORDS[word]}." for word in words)
