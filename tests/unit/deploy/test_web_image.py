"""The web UI's image, as far as files tell; `tests/integration/admin` runs what is in it."""

import json
import re

from deploy.local.fetch_web import fits
from tests.unit.deploy.deployed import ROOT, chart_values, compose

IMAGE = ROOT / "web" / "image"
CONFIGURATION = (IMAGE / "nginx.conf").read_text()
START = (IMAGE / "start.sh").read_text()
DOCKERFILE = (ROOT / "web" / "Dockerfile").read_text().replace("\\\n", " ")
INSTRUCTIONS = [line for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
#: What start.sh takes, with or without a default.
TAKEN = set(re.findall(r"\$\{([A-Z_]+)", START))
#: Where nginx keeps what it writes, and where the pages are: the image's own business.
OF_THE_IMAGE = {"RUN_FOLDER", "WEB_FOLDER"}
CONTAINER = compose()["services"]["web"]
ENTRY = chart_values()["services"]["web"]


def test_every_place_in_the_configuration_is_filled() -> None:
    places = set(re.findall(r"@([A-Z_]+)@", CONFIGURATION))

    assert len(places) >= 6
    assert {name for name in places if f"s|@{name}@|${{{name}" not in START} == set()


def test_compose_gives_what_the_image_takes_and_nothing_else() -> None:
    given = set(CONTAINER["environment"])

    assert {"ADMIN_API_URL", "PHOTOCHANGER_PUBLIC_BASE_URL", "TRUSTED_PROXIES"} <= given
    assert given - TAKEN == set()
    assert CONTAINER["build"] == {"context": ".", "dockerfile": "web/Dockerfile"}


def test_the_chart_gives_what_the_image_takes_and_nothing_else() -> None:
    given = {*ENTRY["settings"], ENTRY["portVariable"], "LISTEN_HOST", "METRICS_PORT"}

    assert given == TAKEN - OF_THE_IMAGE
    assert ENTRY["secretKeys"] == []


def test_the_outside_comes_to_the_admin_api_through_the_ui_s_server_alone() -> None:
    assert CONTAINER["environment"]["ADMIN_API_URL"] == "http://admin-api:8081"
    assert "ports" not in compose()["services"]["admin-api"]
    assert "ingress" not in chart_values()["services"]["admin-api"]
    assert ENTRY["connects"] == ["admin-api"]


def test_the_admin_api_believes_what_the_ui_s_server_says_of_the_client() -> None:
    of_compose = compose()["services"]["admin-api"]["environment"]
    of_chart = chart_values()["services"]["admin-api"]["settings"]

    for trusting in (of_compose, of_chart):
        assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} <= set(trusting["TRUSTED_PROXIES"].split(","))
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in CONFIGURATION


def test_the_image_builds_with_a_node_that_fits_and_runs_nothing_that_packages_bring() -> None:
    [major] = re.findall(r"NODE_IMAGE=node:(\d+)-", DOCKERFILE)
    [install] = [line for line in INSTRUCTIONS if '"ci"' in line]

    assert fits((int(major), 99))
    assert '"--ignore-scripts"' in install


def test_the_image_runs_as_nobody_special_and_lets_requests_end() -> None:
    assert "USER 10001:10001" in INSTRUCTIONS
    assert "STOPSIGNAL SIGQUIT" in INSTRUCTIONS
    assert "worker_shutdown_timeout" in CONFIGURATION
    assert all(line.split(maxsplit=1)[1].startswith("[") for line in INSTRUCTIONS if re.match(r"RUN|ENTRYPOINT", line))


def test_the_context_holds_the_sources_of_the_ui_only() -> None:
    ignored = (ROOT / "web" / "Dockerfile.dockerignore").read_text().splitlines()

    assert [line for line in ignored if line and not line.startswith("#")][:2] == ["*", "!web"]
    assert {"web/node_modules", "web/dist"} <= set(ignored)
    for line in INSTRUCTIONS:
        if copied := re.match(r"COPY (?!--from)(.+) \S+$", line):
            assert all(source.startswith("web/") for source in copied[1].split())


def test_the_package_names_the_oldest_node_that_setup_takes() -> None:
    engines = json.loads((ROOT / "web" / "package.json").read_text())["engines"]

    assert engines == {"node": ">=20.19"}
    assert fits((20, 19))
    assert not fits((20, 18))
