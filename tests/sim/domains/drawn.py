"""Domains for tests: those that come with the package, one by hand, any."""

from pathlib import Path

from hypothesis import strategies as st

from sim.domains import Domain, Profile, read

CONFIGS = Path(__file__).parents[3] / "configs" / "domains"
EXAMPLES = ("harbour", "orchard", "two_tariffs")

SWAP = Domain(
    "swap",
    (
        Profile({"x": 0.6, "y": 0.4}, {"x": {"mine": 1, "yours": 0}, "y": {"mine": 1, "yours": 0}}),
        Profile({"x": 0.3, "y": 0.7}, {"x": {"mine": 0, "yours": 1}, "y": {"mine": 0, "yours": 1}}),
    ),
)
"""Each side cares most about another issue: x to A and y to B is worth 0.6 and 0.7."""


def example(name):
    return read(CONFIGS / name / "profileA.json", CONFIGS / name / "profileB.json")


def domains():
    """Draw small domains with numbers of two decimals, so that there are ties."""
    share = st.integers(0, 100).map(lambda n: n / 100)

    @st.composite
    def draw(pick):
        shape = pick(st.lists(st.integers(1, 4), min_size=1, max_size=3))
        profiles = []
        for _ in range(2):
            cuts = sorted(pick(st.lists(st.integers(0, 100), min_size=len(shape) - 1,
                                        max_size=len(shape) - 1)))  # fmt: skip
            ends = [0, *cuts, 100]
            weights = {f"i{k}": (ends[k + 1] - ends[k]) / 100 for k in range(len(shape))}
            values = {f"i{k}": {f"v{n}": pick(share) for n in range(size)}
                      for k, size in enumerate(shape)}  # fmt: skip
            profiles.append(Profile(weights, values, pick(share)))
        return Domain("drawn", (profiles[0], profiles[1]))

    return draw()
