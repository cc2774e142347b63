"""What `make run` prints once the stack is ready."""

import shlex
from collections.abc import Iterator, Sequence

from deploy.local.credentials import Credentials
from deploy.local.layout import Layout
from deploy.local.stack_parts import StackParts

#: The default sync window, and how much longer the booth's client must wait.
WINDOW_SECONDS, CLIENT_MARGIN_SECONDS = 48, 5


def summary_lines(
    layout: Layout, parts: StackParts, credentials: Credentials, demo_slots: Sequence[str]
) -> Iterator[str]:
    slot = demo_slots[0]
    ingest = f"{parts.public_url}/ingest/{slot}"
    photo = layout.checkout / "deploy" / "local" / "demo-photo.jpg"
    curl = [
        *("curl", "--fail-with-body", "-o", str(layout.home / "photo-result.jpg")),
        *("-F", f"password={credentials.ingest_password}", "-F", f"fileToUpload=@{photo};type=image/jpeg"),
        f"{parts.gateway_url}/ingest/{slot}",
    ]
    yield ""
    if parts.turbotext_cannot_fetch:
        yield "WARNING: Turbotext fetches the photos itself and cannot reach this machine's own address:"
        yield "  every photo of a Turbotext slot fails until PHOTOCHANGER_PUBLIC_BASE_URL is an address it can reach."
        yield ""
    yield "PhotoChanger is ready."
    yield f"  Gateway   {parts.gateway_url}   slots: {', '.join(demo_slots)}"
    yield f"  Web UI    {parts.admin_url}   login {credentials.admin_login}   password {credentials.admin_password}"
    yield f"  Sandbox   {parts.sandbox_url}"
    yield f"  Logs      {layout.logs}   addresses and pids for scripts: {layout.stack_file}"
    yield "  Send a photo:"
    yield f"    {shlex.join(curl)}"
    yield "  Type into DSLR Remote Pro:"
    yield f"    URL {ingest}   password {credentials.ingest_password}   "
    yield f"    timeout {WINDOW_SECONDS + CLIENT_MARGIN_SECONDS} s (the sync window and {CLIENT_MARGIN_SECONDS} s)"
    yield "  Ctrl-C or `make stop` ends everything."
    yield ""
