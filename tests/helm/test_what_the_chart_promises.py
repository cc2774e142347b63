import re
from typing import Any

import pytest

from tests.helm.chart import MATRIX, Manifest, of_kind, pods, rendered

DNS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


def containers(case: str) -> list[tuple[str, Manifest]]:
    return [(name, container) for name, pod in pods(case) for container in pod["spec"]["containers"]]


def environment(case: str, service: str) -> dict[str, Any]:
    """Plain values as they are, secret ones as (Secret, key)."""
    [container] = of_kind(case, "Deployment")[service]["spec"]["template"]["spec"]["containers"]
    secret: dict[str, Any] = {}
    for entry in container.get("env", []):
        reference = entry.get("valueFrom", {}).get("secretKeyRef")
        secret[entry["name"]] = (reference["name"], reference["key"]) if reference else entry["value"]
    return {**of_kind(case, "ConfigMap")[service]["data"], **secret}


@pytest.mark.parametrize("case", MATRIX)
def test_no_pod_has_rights_it_does_not_need(case: str) -> None:
    for name, pod in pods(case):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
    for name, container in containers(case):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}, name


@pytest.mark.parametrize("case", MATRIX)
def test_a_service_is_started_ready_and_alive_by_its_own_word(case: str) -> None:
    for name, manifest in of_kind(case, "Deployment").items():
        [container] = manifest["spec"]["template"]["spec"]["containers"]
        paths = {probe: container[probe]["httpGet"]["path"] for probe in container if probe.endswith("Probe")}
        assert paths == {
            "startupProbe": "/health/live",
            "readinessProbe": "/health/ready",
            "livenessProbe": "/health/live",
        }, name
        assert all(container[probe]["httpGet"]["port"] == "metrics" for probe in paths), name


@pytest.mark.parametrize("case", MATRIX)
def test_a_rollout_never_leaves_fewer_pods_and_gives_photos_their_time(case: str) -> None:
    for name, manifest in of_kind(case, "Deployment").items():
        assert manifest["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        grace = manifest["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert grace >= (90 if name == "ingest-gateway" or name.startswith("provider-") else 30)


@pytest.mark.parametrize("case", MATRIX)
def test_several_pods_are_never_all_evicted(case: str) -> None:
    replicas = {
        name: manifest["spec"].get("replicas", 2)  # scaled by load: the cases start with two or more
        for name, manifest in of_kind(case, "Deployment").items()
    }

    assert set(of_kind(case, "PodDisruptionBudget")) == {name for name, count in replicas.items() if count >= 2}


@pytest.mark.parametrize("case", MATRIX)
def test_every_object_says_what_it_belongs_to(case: str) -> None:
    needed = {"name", "instance", "version", "component", "part-of", "managed-by"}

    for manifest in rendered(case):
        labels = manifest["metadata"]["labels"]
        assert {f"app.kubernetes.io/{part}" for part in needed} | {"helm.sh/chart"} <= set(labels)


def policy_edges(case: str) -> set[tuple[str, str]]:
    """Who may open a connection to whom, by the egress rules."""
    edges = set()
    for name, policy in of_kind(case, "NetworkPolicy").items():
        for rule in policy["spec"].get("egress", []):
            if rule["ports"] == DNS:
                continue
            for target in rule["to"]:
                labels = target.get("podSelector", {}).get("matchLabels", {})
                edges.add((name, labels.get("app.kubernetes.io/component") or target["ipBlock"]["cidr"]))
    return edges


def admitted(case: str) -> set[tuple[str, str]]:
    """The same by the ingress rules of the pods inside, metrics left out."""
    return {
        (source["podSelector"]["matchLabels"]["app.kubernetes.io/component"], name)
        for name, policy in of_kind(case, "NetworkPolicy").items()
        for rule in policy["spec"].get("ingress", [])
        for source in rule.get("from", [])
        if "podSelector" in source
    }


def test_the_policies_let_through_what_the_architecture_draws_and_nothing_else() -> None:
    servers = {"rabbitmq", "mongodb", "minio"}
    inside = {
        *(("ingest-gateway", server) for server in servers),
        *(("dispatcher", server) for server in servers),
        *(("media-janitor", server) for server in servers - {"rabbitmq"}),
        *(("admin-api", target) for target in servers | {"ingest-gateway"}),
        ("sandbox", "ingest-gateway"),
        ("web", "admin-api"),
        ("mongodb-prepared", "mongodb"),
        ("mongodb", "mongodb"),
    }
    providers = {name for name in of_kind("defaults", "Deployment") if name.startswith("provider-")}
    inside |= {(name, target) for name in providers for target in servers | {"sandbox"}}
    outside = {(name, cidr) for name in providers for cidr in ("0.0.0.0/0", "::/0")}

    assert policy_edges("defaults") == inside | outside
    assert admitted("defaults") == inside


def test_without_a_policy_of_its_own_a_pod_may_do_nothing() -> None:
    deny = of_kind("defaults", "NetworkPolicy")["default-deny"]["spec"]

    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in deny
    assert "egress" not in deny


def test_the_internet_is_no_way_to_a_private_network() -> None:
    policy = of_kind("external", "NetworkPolicy")["provider-gemini"]["spec"]
    [world] = [rule for rule in policy["egress"] if any("except" in to.get("ipBlock", {}) for to in rule.get("to", []))]

    assert world["ports"] == [{"port": 443}]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(
        world["to"][0]["ipBlock"]["except"]
    )


def test_a_generated_secret_holds_every_key_that_a_pod_reads() -> None:
    [secret] = of_kind("defaults", "Secret").values()
    references = [
        entry["valueFrom"]["secretKeyRef"]
        for _, container in containers("defaults")
        for entry in container.get("env", [])
        if "valueFrom" in entry
    ]

    # a pod starts without what is optional, and not without anything else
    optional = {reference["key"] for reference in references if reference.get("optional")}
    assert optional == {"PHOTOCHANGER_OLD_SECRET_KEY", "ADMIN_LOGIN", "ADMIN_PASSWORD"}
    assert {"ADMIN_LOGIN", "ADMIN_PASSWORD"} <= set(secret["stringData"])
    assert {reference["key"] for reference in references} - optional <= set(secret["stringData"])
    assert all(len(value) >= 40 for key, value in secret["stringData"].items() if key != "ADMIN_LOGIN")
    assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_the_sandbox_never_gets_a_real_key() -> None:
    gemini = environment("defaults", "provider-gemini")

    assert gemini["GEMINI_API_KEY"] == "sandbox-needs-no-key"
    assert gemini["GEMINI_BASE_URL"] == "http://booths-photochanger-sandbox:8090"


def test_without_the_sandbox_keys_come_from_their_secret_and_go_to_the_provider() -> None:
    gemini = environment("external", "provider-gemini")

    assert gemini["GEMINI_API_KEY"] == ("photochanger-providers", "GEMINI_API_KEY")
    assert "GEMINI_BASE_URL" not in gemini
    assert "sandbox" not in of_kind("external", "Deployment")


def test_outside_servers_bring_their_addresses_along() -> None:
    gateway = environment("external", "ingest-gateway")

    assert gateway["AMQP_URL"] == ("photochanger-connections", "AMQP_URL")
    assert gateway["S3_URL"] == "https://objects.example.org"
    assert gateway["TRUSTED_PROXIES"] == "10.0.0.0/8"
    assert gateway["PHOTOCHANGER_PUBLIC_BASE_URL"] == "https://photos.example.org"
    assert of_kind("external", "StatefulSet") == {}
    assert of_kind("external", "Secret") == {}


def test_the_outside_reaches_what_is_for_booths_and_guests_only() -> None:
    ingresses = of_kind("external", "Ingress")
    ways_in = {
        name: [path["path"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
        for name, ingress in ingresses.items()
    }

    assert ways_in == {"ingest-gateway": ["/ingest", "/api/ingest", "/public"], "web": ["/"]}
    assert not any("/internal/test-runs".startswith(path) for path in ways_in["ingest-gateway"])


def test_the_web_ui_knows_the_admin_api_and_whom_to_believe() -> None:
    web, admin = environment("external", "web"), environment("external", "admin-api")

    assert web["ADMIN_API_URL"] == "http://booths-photochanger-admin-api:8081"
    assert web["PHOTOCHANGER_PUBLIC_BASE_URL"] == "https://photos.example.org"
    assert web["TRUSTED_PROXIES"] == "10.0.0.0/8"
    assert "10.0.0.0/8" in admin["TRUSTED_PROXIES"]
    assert "WEB_FOLDER" not in admin


def test_from_outside_the_admin_api_is_reached_through_the_web_ui_alone() -> None:
    def opens(name: str) -> list[Any]:
        rules = of_kind("monitoring", "NetworkPolicy")[name]["spec"]["ingress"]
        return [rule["from"] for rule in rules if rule["ports"] == [{"port": "http"}]]

    controller = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}]
    [of_web] = of_kind("monitoring", "Deployment")["web"]["spec"]["selector"].values()
    assert opens("web") == [controller]
    assert opens("admin-api") == [[{"podSelector": {"matchLabels": of_web}}]]


def test_under_load_pods_are_added_by_waiting_photos_not_by_cpu() -> None:
    [scaler] = of_kind("ha", "HorizontalPodAutoscaler").values()
    scaled = of_kind("ha", "ScaledObject")["provider-gemini"]["spec"]

    assert scaler["spec"]["metrics"][0]["pods"]["metric"]["name"] == "photochanger_inflight"
    assert scaled["minReplicaCount"] >= 1
    assert scaled["triggers"][0]["metadata"]["protocol"] == "http"
    assert "replicas" not in of_kind("ha", "Deployment")["provider-gemini"]["spec"]


def test_monitoring_scrapes_every_service_and_nobody_else_may() -> None:
    monitored = of_kind("monitoring", "ServiceMonitor")
    services = of_kind("monitoring", "Service")

    assert set(monitored) == set(of_kind("monitoring", "Deployment"))
    for name, monitor in monitored.items():
        labels = services[name]["metadata"]["labels"]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert monitor["metadata"]["labels"]["release"] == "prometheus"
    scrape = of_kind("monitoring", "NetworkPolicy")["dispatcher"]["spec"]["ingress"][0]
    assert scrape["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert of_kind("defaults", "ServiceMonitor") == {}


@pytest.mark.parametrize("case", MATRIX)
def test_no_secret_stands_in_a_settings_map(case: str) -> None:
    for name, config in of_kind(case, "ConfigMap").items():
        assert not [key for key in config["data"] if re.search(r"(_KEY|PASSWORD|AMQP_URL|MONGO_URL)$", key)], name
