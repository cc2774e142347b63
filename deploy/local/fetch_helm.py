"""Helm built from source and Kubernetes' own schemas out of a PyPI wheel: what testing the chart needs."""

import shutil
import tempfile
from pathlib import Path

from deploy.local.fetch_binaries import built_fetch, into_cache, pip_into
from deploy.local.fetch_plan import Fetch, FetchTools
from deploy.local.layout import Layout
from deploy.local.server_tools import pinned_entry

HELM_VERSION = "v3.22.0"
#: Oldest and newest Kubernetes that the chart is for, and two between.
KUBERNETES_VERSIONS = ("1.28", "1.30", "1.34", "1.37")


def helm_path(layout: Layout) -> Path:
    return layout.cache / f"helm-{HELM_VERSION}" / "helm"


def kubernetes_schemas_path(layout: Layout) -> Path:
    """A folder `v<version>.0-local-strict` for each version, a JSON schema for each kind in it."""
    return pinned_entry(layout, "kubernetes")


def helm_fetch(layout: Layout) -> Fetch:
    module = f"helm.sh/helm/v3/cmd/helm@{HELM_VERSION}"
    return built_fetch(layout, module, helm_path(layout), "builds Helm (1 minute on two cores)")


def kubernetes_schemas_fetch(layout: Layout) -> Fetch:
    entry = kubernetes_schemas_path(layout)

    def build(tools: FetchTools, building: Path) -> None:
        with tempfile.TemporaryDirectory(dir=building, prefix="wheel-") as unpacked:
            pip_into(layout, "kubernetes.txt", Path(unpacked), tools)
            schemas = Path(unpacked) / "kubernetes_validate" / "kubernetes-json-schema"
            for version in KUBERNETES_VERSIONS:
                shutil.move(schemas / f"v{version}.0-local-strict", building)

    return Fetch(
        "kubernetes", "downloads Kubernetes' schemas (23 MB)", entry.exists, into_cache(layout, entry, build), ("venv",)
    )
