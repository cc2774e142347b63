"""Renders the chart with the real Helm and checks what comes out against Kubernetes' own schemas."""

import functools
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from deploy.local.fetch_helm import KUBERNETES_VERSIONS, helm_path, kubernetes_schemas_path
from deploy.local.layout import read_layout

LAYOUT = read_layout(os.environ)
CHART = LAYOUT.checkout / "deploy" / "k8s"
MATRIX = sorted(file.name.removesuffix("-values.yaml") for file in (CHART / "ci").glob("*-values.yaml"))

Manifest = dict[str, Any]


def helm(*arguments: str) -> "subprocess.CompletedProcess[str]":
    home = {"HELM_CACHE_HOME": "/nonexistent", "HELM_CONFIG_HOME": "/nonexistent", "HELM_DATA_HOME": "/nonexistent"}
    command = [str(helm_path(LAYOUT)), *arguments]
    return subprocess.run(command, env=home, capture_output=True, text=True, timeout=60, check=False)


def template(*arguments: str, version: str = KUBERNETES_VERSIONS[0]) -> "subprocess.CompletedProcess[str]":
    return helm("template", "booths", str(CHART), "--namespace", "photos", "--kube-version", version, *arguments)


def values_file(case: str) -> str:
    return str(CHART / "ci" / f"{case}-values.yaml")


@functools.cache
def rendered(case: str, version: str = KUBERNETES_VERSIONS[0]) -> tuple[Manifest, ...]:
    done = template("-f", values_file(case), version=version)
    assert done.returncode == 0, done.stderr
    return tuple(manifest for manifest in yaml.safe_load_all(done.stdout) if manifest)


def of_kind(case: str, kind: str) -> dict[str, Manifest]:
    """By component, whatever the release is called."""
    return {
        manifest["metadata"]["name"].removeprefix("booths-photochanger-"): manifest
        for manifest in rendered(case)
        if manifest["kind"] == kind
    }


def pods(case: str) -> Iterator[tuple[str, Manifest]]:
    for kind in ("Deployment", "StatefulSet", "Job"):
        for name, manifest in of_kind(case, kind).items():
            yield name, manifest["spec"]["template"]


def faults(manifest: Manifest, version: str) -> list[str]:
    """What Kubernetes of that version would not take; kinds of others than Kubernetes' own have no faults."""
    folder = kubernetes_schemas_path(LAYOUT) / f"v{version}.0-local-strict"
    group, _, kind_version = manifest["apiVersion"].rpartition("/")
    name = "-".join(part for part in (manifest["kind"].lower(), group.partition(".")[0], kind_version) if part)
    if group.endswith(("coreos.com", "keda.sh")):
        return []
    schema = json.loads((folder / f"{name}.json").read_text())
    validator = Draft7Validator(schema, registry=_definitions(folder))
    label = f"{manifest['kind']} {manifest['metadata']['name']}"
    return [f"{label}: {error.json_path}: {error.message}" for error in validator.iter_errors(manifest)]


@functools.cache
def _definitions(folder: Path) -> "Registry[Any]":
    contents = json.loads((folder / "_definitions.json").read_text())
    registry: Registry[Any] = Registry[Any]().with_resource("_definitions.json", DRAFT7.create_resource(contents))
    return registry
