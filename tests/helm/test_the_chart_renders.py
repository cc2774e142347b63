import pytest

from deploy.local.fetch_helm import KUBERNETES_VERSIONS
from tests.helm.chart import CHART, MATRIX, faults, helm, rendered, template, values_file


@pytest.mark.parametrize("case", MATRIX)
def test_helm_finds_nothing_to_complain_about(case: str) -> None:
    linted = helm("lint", str(CHART), "--strict", "--kube-version", KUBERNETES_VERSIONS[0], "-f", values_file(case))

    assert linted.returncode == 0, linted.stdout
    assert "[WARNING]" not in linted.stdout


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("case", MATRIX)
def test_kubernetes_takes_every_manifest(case: str, version: str) -> None:
    manifests = rendered(case, version)

    assert len(manifests) > 20
    assert [fault for manifest in manifests for fault in faults(manifest, version)] == []


@pytest.mark.parametrize("case", MATRIX)
def test_no_two_objects_share_a_name(case: str) -> None:
    names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in rendered(case)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "servers.minio.enabled=false"], "servers.minio.enabled is false: secrets.existingSecret"),
        (["--set", "services.sandbox.enabled=false"], "secrets.providerSecret or secrets.existingSecret"),
        (
            ["--set", "secrets.existingSecret=x,servers.minio.enabled=false"],
            "servers.minio.url must be the store's address",
        ),
        (["--set", "services.ingest-gateway.ingress.enabled=true"], "services.ingest-gateway.ingress.host must be set"),
        (["--set", "services.ingest-gateway.ingress.paths={/internal/test-runs}"], "paths"),
        (["--set", "service.dispatcher.replicas=2"], "service"),
        (["--set", "services.dispatcher.replica=2"], "replica"),
        (["--set", "services.dispatcher.replicas=two"], "replicas"),
    ],
)
def test_a_wrong_value_is_refused_and_named(arguments: list[str], told: str) -> None:
    done = template(*arguments)

    assert done.returncode != 0
    assert told in done.stderr
