"""The best replies of the seats, in small: hardness pays (row f of the review of the talks)."""

import pytest

from benchmarks.replies import Table, deals, gain, page

SMALL = Table(worlds=120, draws=40)
"""Three worlds a draw."""


@pytest.mark.nightly
def test_a_harder_partner_gains_and_loses_no_deal() -> None:
    soft, hard = (SMALL.play({"strategies.japan.exponent": e}, 1) for e in (0.5, 0.05))
    mean, error = gain("japan", soft, hard)
    assert mean > 0.5
    assert mean - error > 0
    assert deals("japan", hard) > deals("japan", soft) - 5


@pytest.mark.nightly
def test_every_seat_has_a_best_reply_and_what_it_gains() -> None:
    grid = {"exponent": (0.05, 2.0), "keeps": (True,)}
    replies = {seat: list(SMALL.replies(seat, grid)) for seat in SMALL.countries}
    assert [reply.path for reply in replies["japan"]] == [
        "strategies.japan.exponent",
        "strategies.japan.keeps",
    ]
    assert [reply.path for reply in replies["usa"]] == [
        "strategies.usa.inner.exponent",
        "strategies.usa.inner.keeps",
    ]
    assert all(r.error >= 0 for some in replies.values() for r in some)
    harder = replies["japan"][0]
    assert harder.value == 0.05
    assert harder.gain > harder.error
    table = page([reply for some in replies.values() for reply in some])
    assert table.count("**") == 4 * len(replies)
