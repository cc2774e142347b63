"""The sandbox's page: calls, pictures, invoice, and the scenario to switch. Other clients get the guide at `/`."""

from importlib.resources import files

from aiohttp import hdrs, web

_SOURCES = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'"
_POLICY = f"{_SOURCES}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_TYPES = {"page.css": "text/css", "page.js": "text/javascript"}


def add_page(app: web.Application, *, guide: str) -> None:
    folder = files("sandbox") / "page"
    page = (folder / "page.html").read_text()
    parts = {name: (folder / name).read_text() for name in _TYPES}

    async def show(request: web.Request) -> web.Response:
        if "text/html" in request.headers.get(hdrs.ACCEPT, ""):
            return web.Response(text=page, content_type="text/html", headers=_HEADERS)
        return web.Response(text=guide)

    async def show_guide(_: web.Request) -> web.Response:
        return web.Response(text=guide)

    async def show_part(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return web.Response(text=parts[name], content_type=_TYPES[name], headers=_HEADERS)

    app.router.add_get("/", show)
    app.router.add_get("/guide", show_guide)
    app.router.add_get("/{name:page.css|page.js}", show_part)
