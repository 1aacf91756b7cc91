"""The command `app`: what it needs, where it listens, how it ends."""

import re
import signal
import socket
from pathlib import Path

import pytest

from experiments.commands import app as app_command
from experiments.commands.cli import main
from tests.experiments.app.visiting import begun, free, printed, wait_for


@pytest.mark.fast
def test_without_the_extra_one_sentence_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app_command, "find_spec", lambda name: None)
    assert main(["app"]) == 2
    assert capsys.readouterr().err == (
        "tariff-talks: app: the page needs the extra 'app'; install it with: pip install "
        "-e '.[app]' in the checkout\n"
    )


@pytest.mark.fast
def test_a_taken_port_gets_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["app", "--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"tariff-talks: --port: {port} cannot be used or is taken; name another one\n"
    )


@pytest.mark.fast
def test_a_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("0", "99999", "eighty"):
        assert main(["app", "--port", word]) == 2
        assert f"{word} is not a port, a whole number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.fast
def test_a_folder_without_scenarios_stops_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["app", "--scenarios", str(folder / "nowhere")]) == 2
    assert "nowhere: holds no scenario file" in capsys.readouterr().err


@pytest.mark.fast
def test_the_next_free_port_is_taken_if_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(app_command, "PORT", other.getsockname()[1])
        assert app_command.free_port(None) > other.getsockname()[1]


@pytest.mark.fast
def test_nothing_is_told_to_anybody_outside() -> None:
    settings = app_command.SETTINGS
    assert settings["server.address"] == "127.0.0.1"
    assert settings["browser.gatherUsageStats"] == "false"
    assert settings["client.showErrorDetails"] == "none"


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly(folder: Path) -> None:
    port, log = free(), folder / "server.log"
    with log.open("w") as file:
        page = begun(["--port", str(port)], stdout=file, stderr=file)
        try:
            address = printed(log, page)
            wait_for(address, page)
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.2", port), timeout=2)
            page.send_signal(signal.SIGINT)
            page.wait(timeout=20)
        finally:
            page.kill()
            page.wait()
    said = log.read_text(encoding="utf-8")
    assert page.returncode == 0
    assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/[\w-]{{22}}", address)
    assert said.strip() == f"The page is at {address}/ – Ctrl-C ends it."
