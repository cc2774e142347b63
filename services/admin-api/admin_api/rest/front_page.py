"""A plain page that says where everything is."""

from collections.abc import Sequence
from html import escape

from aiohttp import hdrs, web

from admin_api.rest.endpoint import HTML, Endpoint


def front_page_endpoint(endpoints: Sequence[Endpoint], *, public_base_url: str) -> Endpoint:
    """Give `/`: the addresses of the endpoints and of what booths and guests use."""
    html = _html(endpoints, public_base_url)

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=html, content_type=HTML)

    return Endpoint(hdrs.METH_GET, "/", show, None, summary="This page", answer_type=HTML)


def _html(endpoints: Sequence[Endpoint], public_base_url: str) -> str:
    base = escape(public_base_url)
    rows = "\n".join(
        f"<dt><code>{endpoint.method} {escape(endpoint.path)}</code></dt>"
        f"<dd>{escape(endpoint.summary)} ({endpoint.role or 'everybody'})</dd>"
        for endpoint in endpoints
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>PhotoChanger</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<h1>PhotoChanger</h1>"
        f"<p>Booths post photos to <code>{base}/ingest/&lt;slot&gt;</code>;"
        f" finished pictures are at <code>{base}/public/results/&lt;id&gt;</code>.</p>"
        '<h2>The administrators\' API</h2><p><a href="/api/v1/docs">Described to the last field</a>,'
        ' also as <a href="/api/v1/openapi.json">OpenAPI document</a>;'
        f" in brackets the role that each needs.</p><dl>{rows}</dl></html>"
    )
