"""Nothing on the page keeps anybody from using it: WCAG 2.2 A and AA, as far as axe can tell.

The whole of every part is held to it, with what Streamlit draws and all that folds out open; the
page has one theme, whatever theme a reader's system has.
"""

from collections.abc import Callable

import pytest

from tests.experiments.app.visiting import Visitor, barriers

pytestmark = pytest.mark.browser


def unfolded(visitor: Visitor) -> None:
    """Unfold all that folds; wait until it has faded in."""
    closed = visitor.page.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()
        visitor.settle()
    visitor.page.wait_for_timeout(1_500)


def one(visitor: Visitor) -> None:
    visitor.open("")
    visitor.shows("How it stands:")


def at_the_end(visitor: Visitor) -> None:
    one(visitor)
    visitor.press("To the end")
    visitor.shows("In USD bn a year against no deal in any talk.")


def many(visitor: Visitor) -> None:
    page = visitor.open("many")
    page.get_by_role("spinbutton", name="Worlds").fill("60")
    visitor.key("Enter")
    visitor.shows("deals of United States – Japan")


def results(visitor: Visitor) -> None:
    visitor.open("results")
    visitor.shows("How often is there a deal?")


def seats(visitor: Visitor) -> None:
    visitor.open("seat")
    visitor.shows("Whose seat do you take?")


def turn(visitor: Visitor) -> None:
    seats(visitor)
    visitor.press("Begin")
    visitor.shows("What lies on the table?")
    visitor.press("Make this move")
    visitor.shows("What has happened?")


def debrief(visitor: Visitor) -> None:
    turn(visitor)
    visitor.click("Walk away: no deal in this talk")
    visitor.press("Make this move")
    visitor.shows("You beat it in")


NAMES = "all => all.map(each => each.clientWidth ? each.getAttribute('aria-label') : 'hidden')"
PARTS = (one, at_the_end, many, results, seats, turn, debrief)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_part_can_be_used_by_all(visitor: Visitor, part: Callable[[Visitor], None]) -> None:
    part(visitor)
    unfolded(visitor)
    assert barriers(visitor.page) == []
    names = visitor.page.locator("[data-testid=stVegaLiteChart]").evaluate_all(NAMES)
    assert all(names), "axe does not ask a chart for its name"


def test_who_has_a_dark_system_reads_the_same_page(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="dark")
    at_the_end(visitor)
    unfolded(visitor)
    assert barriers(visitor.page) == []


def test_barriers_are_found(visitor: Visitor) -> None:
    one(visitor)
    page = visitor.page
    page.add_style_tag(content="[data-testid=stCaptionContainer] { opacity: 0.6 !important; }")
    page.evaluate("document.querySelector('.tt-wide').setAttribute('role', 'img')")
    page.evaluate("document.querySelector('.tt-wide').removeAttribute('aria-label')")
    kinds = {each.partition(":")[0] for each in barriers(page)}
    assert kinds == {"color-contrast", "role-img-alt"}
