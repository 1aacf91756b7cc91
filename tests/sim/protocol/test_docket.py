"""Behaviour of the docket as transcripts: moves as data, expected states as data."""

import numpy as np
import pytest

from sim.protocol.docket import STATES, Docket, mask

pytestmark = pytest.mark.fast

AT = np.array([0])
CARS, METALS = 0b01, 0b10


def of(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def states(docket: Docket) -> list[str]:
    return [STATES[s] for s in docket.states(AT)[0]]


def test_a_request_is_admitted_and_reviewed_after_an_exchange() -> None:
    docket = Docket(1, 2, period=2)
    assert states(docket) == ["off", "off"]
    docket.request(AT, of(CARS), of(0), round=1)
    assert states(docket) == ["requested", "off"]
    docket.admit(AT, of(CARS | METALS), round=1)
    assert states(docket) == ["open", "off"]
    docket.offered(AT, 0)
    docket.offered(AT, 1)
    docket.settle(AT, round=1)
    assert states(docket) == ["open", "off"], "open for one round, the period is two"
    docket.settle(AT, round=2)
    assert states(docket) == ["reviewed", "off"]


def test_an_offer_made_before_the_opening_does_not_count() -> None:
    docket = Docket(1, 1, period=1)
    docket.offered(AT, 0)
    docket.offered(AT, 1)
    docket.request(AT, of(1), of(0), round=1)
    docket.admit(AT, of(1), round=1)
    docket.offered(AT, 0)
    docket.settle(AT, round=5)
    assert states(docket) == ["open"]
    docket.offered(AT, 1)
    docket.settle(AT, round=6)
    assert states(docket) == ["reviewed"]


def test_a_withdrawn_request_is_off_again() -> None:
    docket = Docket(1, 2)
    docket.request(AT, of(CARS | METALS), of(0), round=1)
    new, withdrawn = docket.request(AT, of(METALS), of(0), round=2)
    assert (new.tolist(), withdrawn.tolist()) == ([0], [CARS])
    assert states(docket) == ["off", "requested"]


def test_a_standing_offer_holds_its_requests_whatever_is_wanted() -> None:
    docket = Docket(1, 2)
    docket.request(AT, of(0), of(CARS), round=1)
    docket.request(AT, of(0), of(CARS), round=2)
    assert states(docket) == ["requested", "off"]


def test_a_silent_hub_refuses_if_the_config_says_so_and_the_cool_down_holds() -> None:
    docket = Docket(1, 1, silence="refuse", cooldown=3)
    docket.request(AT, of(1), of(0), round=2)
    docket.admit(AT, of(0), round=2)
    assert states(docket) == ["refused"]
    for round in (3, 4):
        docket.request(AT, of(1), of(1), round=round)
        assert states(docket) == ["refused"]
    docket.request(AT, of(1), of(0), round=5)
    assert states(docket) == ["requested"]


def test_by_admission_a_measure_is_reviewed_on_opening() -> None:
    docket = Docket(1, 2, test="by_admission")
    docket.request(AT, of(CARS), of(0), round=1)
    docket.admit(AT, of(CARS), round=1)
    assert states(docket) == ["reviewed", "off"]


def test_by_change_only_a_cut_at_signing_is_a_review() -> None:
    docket = Docket(1, 2, test="by_change", all_open=True)
    docket.offered(AT, 0)
    docket.offered(AT, 1)
    docket.settle(AT, round=9)
    assert states(docket) == ["open", "open"]
    assert docket.unreviewed(AT, CARS, of(CARS | METALS)).tolist() == [0]
    docket.sign(AT, of(METALS))
    assert states(docket) == ["open", "reviewed"]


def test_what_keeps_an_agreement_from_being_a_deal_is_named_or_lowered_and_unreviewed() -> None:
    docket = Docket(1, 3, all_open=True)
    assert docket.unreviewed(AT, 0b001, of(0b100)).tolist() == [0b101]


def test_mask_names_measures() -> None:
    assert mask(["metals"], ["cars", "metals"]) == METALS


def test_scope_moves_are_limited_to_the_first_measures() -> None:
    docket = Docket(1, 3, moves=1)
    docket.request(AT, of(0b110), of(0), round=1)
    assert states(docket) == ["off", "requested", "off"]
    docket.request(AT, of(0b111), of(0), round=2)
    assert states(docket) == ["requested", "requested", "off"]
    docket.admit(AT, of(0b111), round=2)
    assert states(docket) == ["open", "requested", "off"]


def test_requests_come_before_withdrawals_within_the_limit() -> None:
    docket = Docket(1, 3, moves=1)
    docket.request(AT, of(0b001), of(0), round=1)
    docket.request(AT, of(0b010), of(0), round=2)
    assert states(docket) == ["requested", "requested", "off"]
    docket.request(AT, of(0), of(0), round=3)
    assert states(docket) == ["off", "requested", "off"]


def test_what_an_offer_asks_for_does_not_count_as_a_scope_move() -> None:
    docket = Docket(1, 3, moves=1)
    docket.request(AT, of(0b001), of(0b110), round=1)
    assert states(docket) == ["requested", "requested", "requested"]


def test_what_has_to_wait_is_not_refused() -> None:
    docket = Docket(1, 3, moves=1, silence="refuse")
    docket.request(AT, of(0), of(0b111), round=1)
    docket.admit(AT, of(0b011), round=1)
    assert states(docket) == ["open", "requested", "refused"]
