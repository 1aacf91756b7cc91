"""What the short suite leaves out, and that CI and the nightly profile leave out nothing."""

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.slow
def test_slow(): ...

@pytest.mark.one_in(4)
@pytest.mark.parametrize("n", range(9))
def test_many(n): ...

@pytest.mark.one_in(4)
@pytest.mark.parametrize("n", range(2))
def test_few(n): ...

def test_other(): ...
"""


def tried(pytester: pytest.Pytester, *words: str) -> list[str]:
    """Give the names of the tests of a file that would be tried."""
    found = pytester.runpytest_subprocess("--collect-only", "-q", "-p", "no:cacheprovider", *words)
    return [line.partition("::")[2] for line in found.outlines if "::" in line]


@pytest.fixture
def made(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> pytest.Pytester:
    here = request.config.rootpath
    pytester.makeconftest((here / "tests" / "conftest.py").read_text(encoding="utf-8"))
    marks = "\n    ".join(request.config.getini("markers"))
    pytester.makeini(f"[pytest]\nmarkers =\n    {marks}\n")
    pytester.makepyfile(test_some=TESTS)
    return pytester


def test_by_default_some(made: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASES", raising=False)
    monkeypatch.delenv("HYPOTHESIS_PROFILE", raising=False)
    names = tried(made)
    assert names == tried(made), "the same ones every time"
    assert "test_slow" not in names
    assert [name.partition("[")[0] for name in names] == ["test_many"] * 3 + [
        "test_few",
        "test_other",
    ]


def test_a_case_named_alone_is_tried(
    made: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CASES", raising=False)
    for n in (0, 8):
        assert tried(made, f"test_some.py::test_many[{n}]") == [f"test_many[{n}]"]


@pytest.mark.parametrize("key", [("CASES", "all"), ("HYPOTHESIS_PROFILE", "nightly")])
def test_all_of_them(
    made: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, key: tuple[str, str]
) -> None:
    monkeypatch.setenv(*key)
    assert len(tried(made)) == 1 + 9 + 2 + 1
