"""What the fresh Debian takes over from this machine."""

from pathlib import Path

import pytest

from deploy.local.fresh_root import SETTING_VARIABLES, debian_mirror


def _apt(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / "apt" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "apt" / "sources.list.d").mkdir(exist_ok=True)
    file.write_text(text)
    return tmp_path / "apt"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sources.list", "# deb http://old/ bookworm main\ndeb [arch=amd64] http://mirror/debian bookworm main\n"),
        ("sources.list.d/d.sources", "Types: deb\nURIs: http://mirror/debian\nSuites: bookworm bookworm-updates\n"),
    ],
)
def test_debian_comes_from_where_this_machine_gets_it(tmp_path: Path, name: str, text: str) -> None:
    assert debian_mirror(_apt(tmp_path, name, text)) == "http://mirror/debian"


def test_another_distribution_has_no_mirror_to_take_over(tmp_path: Path) -> None:
    assert debian_mirror(_apt(tmp_path, "sources.list", "deb http://mirror/ubuntu noble main\n")) is None


@pytest.mark.parametrize(
    "name", ["https_proxy", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "GOPROXY"]
)
def test_the_package_clients_settings_come_along(name: str) -> None:
    assert SETTING_VARIABLES.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["PATH", "GOPATH", "GEMINI_API_KEY", "PHOTOCHANGER_HOME", "PYTHONPATH", "PIP_FIND_LINKS"]
)
def test_nothing_else_does(name: str) -> None:
    assert not SETTING_VARIABLES.fullmatch(name)
