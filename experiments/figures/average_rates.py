"""What imports pay on average, by partner and day."""

from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, ORANGE
from experiments.tariffs.average_rates import AverageRates


def draw(found: AverageRates) -> Figure:
    """Draw the average added rate of every partner, a panel for each day.

    Args:
        found: rates, with published ones where there are some.
    """
    days = list(dict.fromkeys(found.rates["date"]))
    partners = list(dict.fromkeys(found.rates["partner"]))
    made = Figure(figsize=(3.2 + 3.2 * len(days), 1.8 + 0.34 * len(partners)), layout="constrained")
    made.suptitle(
        f"Average added rates of {found.hub}", x=0.01, ha="left", fontsize=12, fontweight="bold"
    )
    panels = made.subplots(1, len(days), squeeze=False)[0]
    for axes, day in zip(panels, days, strict=True):
        rows = found.rates[found.rates["date"] == day]
        places = list(range(len(partners)))
        axes.barh(places, rows["added"], color=BLUE, alpha=0.6, label="here")
        axes.plot(rows["published"], places, "D", color=ORANGE, markersize=5, label="published")
        for place, value in zip(places, rows["added"], strict=True):
            axes.annotate(
                f"{value:.1f}", (value, place), (3, 0), textcoords="offset points", va="center",
                fontsize=8,
            )  # fmt: skip
        axes.set_ylim(len(partners) - 0.5, -0.5)
        axes.set_yticks(places, partners if day == days[0] else [""] * len(partners))
        axes.set_title(day, fontsize=10)
        axes.set_xlabel("percent of imports")
        axes.margins(x=0.15)
        axes.grid(axis="y", visible=False)
    handles, words = panels[0].get_legend_handles_labels()
    made.legend(handles, words, loc="outside lower right", ncols=2)
    return made
