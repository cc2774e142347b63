"""The OpenAPI document as one page to read: no script, nothing loaded, one style that the page's policy names."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

_Document = dict[str, Any]

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:auto;padding:1rem}
nav{columns:16rem}nav a{display:block}
article,section{border-top:1px solid #8886;padding:.5rem 0}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.2rem .6rem .2rem 0}
td,th{text-align:left;vertical-align:top;overflow-wrap:anywhere}
pre{overflow:auto;padding:.5rem;background:#8882}
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: As for every answer, and this one style.
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_html(document: _Document) -> str:
    operations = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    areas = [tag["name"] for tag in document["tags"]]
    components = document["components"]
    title = escape(document["info"]["title"])
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title} {escape(document['info']['version'])}</h1>",
            "<p>Requests and answers are JSON; errors are problem+json with a stable <code>code</code>. ",
            "The same for programs: <a href='/api/v1/openapi.json'>openapi.json</a>.</p><nav>",
            *(f'<a href="#{_id(path, method)}">{method} {escape(path)}</a>' for method, path, _ in operations),
            "</nav>",
            *(_area(area, [one for one in operations if area in one[2]["tags"]], components) for area in areas),
            "<h2>What is in the bodies</h2>",
            *(_schema(name, schema) for name, schema in sorted(components["schemas"].items())),
            "</body></html>",
        )
    )


def _area(name: str, operations: Iterable[tuple[str, str, _Document]], components: _Document) -> str:
    told = ("".join(_operation(*operation, components["responses"])) for operation in operations)
    return f"<h2>{escape(name)}</h2>{''.join(told)}"


def _operation(method: str, path: str, operation: _Document, refusals: _Document) -> Iterator[str]:
    yield f'<article id="{_id(path, method)}"><h3><code>{method} {escape(path)}</code></h3>'
    yield f"<p><strong>{escape(operation['summary'])}</strong> (for: {operation.get('x-role', 'everybody')})</p>"
    yield f"<p>{escape(operation['description'])}</p>" if "description" in operation else ""
    yield _table(
        ("parameter", "where", "what it may be", "meaning"),
        [
            (
                given["name"] + ("" if given["required"] else "?"),
                given["in"],
                _said(given["schema"]),
                given["description"],
            )
            for given in operation["parameters"]
        ],
    )
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body: <code>{escape(media_type)}</code> {_kind(content['schema'])}</p>{_example(content)}"
    yield "<table><tr><th>answer<th>meaning<th>headers</tr>"
    for status, told in operation["responses"].items():
        answer = refusals[told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        kinds = " ".join(_kind(content.get("schema", {})) for content in answer.get("content", {}).values())
        headers = escape(", ".join(answer.get("headers", {})))
        yield f"<tr><td>{status}<td>{escape(answer['description'])} {kinds}<td>{headers}</tr>"
    yield "</table></article>"


def _schema(name: str, schema: _Document) -> str:
    required = schema.get("required", ())
    rows = [
        (field if field in required else f"{field}?", _said(kind), kind.get("description", ""))
        for field, kind in schema.get("properties", {}).items()
    ]
    described = escape(schema.get("description", ""))
    values = "" if rows else f"<p><code>{escape(_said(schema))}</code></p>"
    table = _table(("field", "what it may be", "meaning"), rows)
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{described}</p>{values}{table}</section>'


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{head}" for head in heads)
    return f"<table><tr>{head}</tr>{cells}</table>" if cells else ""


def _kind(schema: _Document) -> str:
    """Link to the named schema, if it is one."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name else ""


def _example(content: _Document) -> str:
    if "example" not in content:
        return ""
    return f"<pre>{escape(json.dumps(content['example'], indent=2, ensure_ascii=False))}</pre>"


def _said(schema: _Document) -> str:
    """The schema in one line."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_said(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("format", schema.get("type", "anything")))
    kind += f" of {_said(schema['items'])}" if "items" in schema else ""
    limits = [f"{name} {schema[key]}" for key, name in _LIMITS.items() if key in schema]
    return ", ".join((kind, *limits))


_LIMITS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least so long:",
    "maxLength": "at most so long:",
    "minItems": "at least so many:",
    "maxItems": "at most so many:",
    "pattern": "as",
    "default": "else",
}


def _id(path: str, method: str) -> str:
    return escape(f"{method} {path}".replace(" ", "-"))
