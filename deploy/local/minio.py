"""An own MinIO on loopback, with one folder as its drive."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.part import LOOPBACK, Part, answers_http
from deploy.local.server_tools import ServerTools


@dataclass(frozen=True)
class MinioPlace:
    folder: Path
    access_key: str
    secret_key: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def minio_part(place: MinioPlace, tools: ServerTools, *, environ: Mapping[str, str]) -> Part:
    kept = {name: value for name, value in environ.items() if not name.startswith("MINIO_")}
    own = {
        "HOME": str(place.folder),
        "MINIO_ROOT_USER": place.access_key,
        "MINIO_ROOT_PASSWORD": place.secret_key,
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
    }
    return Part(
        name="minio",
        command=(
            str(tools.minio),
            "server",
            "--quiet",
            "--address",
            f"{LOOPBACK}:{place.port}",
            str(place.folder / "data"),
        ),
        env=kept | own,
        # `ready` is 200 before the store takes requests (its cmd/healthcheck-handler.go)
        is_ready=lambda: answers_http(place.port, "/minio/health/cluster"),
        prepare=lambda: (place.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700),
    )
