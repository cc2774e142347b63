"""A plain page that says where everything is."""

from html import escape

from aiohttp import web

_ROWS = (
    ("POST /api/v1/session", "log in: {&quot;login&quot;, &quot;password&quot;} gives a token and a cookie"),
    ("GET /api/v1/session", "who is logged in"),
    ("DELETE /api/v1/session", "log out"),
    ("GET /api/v1/slots", "slots with the links booths post to"),
    ("GET /api/v1/jobs?limit=50", "photos, newest first"),
    ("GET /api/v1/jobs/{id}", "one photo: attempts, events, result"),
)


class FrontPage:
    def __init__(self, public_base_url: str) -> None:
        routes = "\n".join(f"<dt><code>{route}</code></dt><dd>{what}</dd>" for route, what in _ROWS)
        self._html = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>PhotoChanger</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<h1>PhotoChanger</h1>"
            f"<p>Booths post photos to <code>{escape(public_base_url)}/ingest/&lt;slot&gt;</code>;"
            f" finished pictures are at <code>{escape(public_base_url)}/public/results/&lt;id&gt;</code>.</p>"
            f"<h2>The administrators' API</h2><dl>{routes}</dl></html>"
        )

    async def show(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._html, content_type="text/html")
