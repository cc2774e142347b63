"""Writes the OpenAPI document without any server: `python -m admin_api.openapi_file > docs/api/openapi.json`."""

import asyncio
import json
import logging
import sys
from typing import Any

from pydantic import SecretStr

from admin_api.all_endpoints import all_endpoints, new_accounts
from admin_api.operations.audit import Audit
from admin_api.operations_endpoints import operations_endpoints
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
        accounts, stop = new_accounts(settings, mongo), asyncio.Event()
        async with operations_endpoints(telemetry, mongo, of_photos.broker, accounts.auth, stop=stop) as of_operations:
            others = (*of_photos.endpoints, *of_operations)
            endpoints = all_endpoints(settings, telemetry, mongo, accounts=accounts, others=others)
            # what was begun in there begins and ends
            stop.set()
            await asyncio.sleep(0)
        return Contract(endpoints, cookie_name=accounts.auth.cookie_name).document


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
    # libraries tell of the servers that are not there
    logging.disable()
    document = asyncio.run(contract(settings, configure("openapi-file", "CRITICAL")))
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
