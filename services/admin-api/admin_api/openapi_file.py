"""Writes the OpenAPI document without any server: `python -m admin_api.openapi_file > docs/api/openapi.json`."""

import asyncio
import json
import sys
from contextlib import redirect_stdout
from typing import Any

from pydantic import SecretStr

from admin_api.__main__ import SERVICE, all_endpoints, new_auth
from admin_api.accounts.passwords import Passwords
from admin_api.operations.audit import Audit
from admin_api.photo_endpoints import photo_endpoints
from admin_api.rest.contract.served import Contract
from admin_api.settings import Settings
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.mongo import connect
from photochanger.observability import Telemetry, configure

#: Nothing is asked of any of these, and nobody is there.
_NOBODY = "127.0.0.1:9"
_DATABASE_TIMEOUT_MS = 100


async def contract(settings: Settings, telemetry: Telemetry) -> dict[str, Any]:
    """Give the document of all that the service serves, put together as the service does it."""
    async with (
        connect(settings.mongo_url, timeout_ms=_DATABASE_TIMEOUT_MS) as mongo,
        photo_endpoints(settings, telemetry, mongo, Audit(AuditRepository(mongo.database))) as of_photos,
    ):
        passwords = Passwords()
        auth = new_auth(settings, mongo, passwords)
        endpoints = all_endpoints(settings, telemetry, mongo, of_photos, auth=auth, passwords=passwords)
        return Contract(endpoints, cookie_name=auth.cookie_name).document


def main() -> None:
    settings = Settings(
        mongo_url=SecretStr(f"mongodb://{_NOBODY}/nothing"),
        amqp_url=SecretStr(f"amqp://{_NOBODY}/"),
        s3_url=f"http://{_NOBODY}",
        s3_access_key=SecretStr("nobody"),
        s3_secret_key=SecretStr("nothing"),
        photochanger_secret_key=SecretStr("x" * 32),
        metrics_port=0,
        photochanger_public_base_url="https://photos.example",
    )
    # that nobody is there is logged, but not into the document
    with redirect_stdout(sys.stderr):
        document = asyncio.run(contract(settings, configure(SERVICE, "CRITICAL")))
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
