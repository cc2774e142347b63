"""The guest page's HTML: one document with its style, no script, nothing from elsewhere."""

import base64
import hashlib
from html import escape

from ingest_gateway.answer import rfc3339
from ingest_gateway.page_words import PageWords, time_left, until
from photochanger.domain.public_link import PublicResult, result_page_url, result_url
from photochanger.infrastructure.media_keys import PreviewSize

_STYLE = """
:root{color-scheme:light dark;--ground:#f4f1ec;--card:#fff;--ink:#1d1a16;--soft:#6b645a;--line:#e4ded4;--accent:#1d1a16;--on-accent:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#141210;--card:#1f1c19;--ink:#f5f1ea;--soft:#a89f93;--line:#37322d;--accent:#f5f1ea;--on-accent:#141210}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1080px;margin:0 auto;padding:16px 16px 40px;display:grid;gap:20px}
h1{font-size:1.5rem;line-height:1.25;margin:8px 0 0}
h2{font-size:1.1rem;margin:0 0 12px}
p{margin:0}
.picture{display:block;width:auto;height:auto;max-width:100%;max-height:78vh;margin:0 auto;border-radius:14px;background:#fff}
.save{display:block;padding:16px 20px;border-radius:14px;background:var(--accent);color:var(--on-accent);font-weight:650;font-size:1.1rem;text-align:center;text-decoration:none}
.save:hover{opacity:.88}
a:focus-visible{outline:3px solid #3b82f6;outline-offset:3px}
.soft{color:var(--soft);font-size:.92rem}
@media(hover:hover){.hint{display:none}}
.panel{display:grid;gap:14px;align-content:start}
.share{border:1px solid var(--line);border-radius:14px;background:var(--card);padding:18px}
.qr{display:block;width:200px;max-width:100%;height:auto;margin:0 auto 12px;border-radius:8px;background:#fff}
.link{display:block;margin-top:4px;overflow-wrap:anywhere;color:inherit;font-size:.92rem}
.only{display:block}
.note{max-width:520px;margin:12vh auto 0;padding:32px 24px;border:1px solid var(--line);border-radius:14px;background:var(--card);text-align:center;display:grid;gap:14px}
.note h1{margin:0}
@media(min-width:840px){main{grid-template-columns:minmax(0,1fr) 320px;gap:20px 40px;padding:40px 32px}.head{grid-column:1/-1}.picture{max-height:82vh}}
"""  # noqa: E501 - CSS
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

#: Only our own pictures and this one style; no script, form or frame.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; img-src 'self'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def picture_page(words: PageWords, result: PublicResult, public_id: str, *, public_base_url: str) -> str:
    """Show the picture, how to save and pass it on, and how long it stays."""
    picture, page = result_url(public_base_url, public_id), result_page_url(public_base_url, public_id)
    # relative, so that the page works under any address that leads here.
    own = f"../{public_id}"
    body = f"""
<main>
<div class="head"><h1>{escape(words.title)}</h1></div>
<a href="{escape(own)}"><img class="picture" src="{escape(own)}/preview" srcset="\
{escape(own)}/preview {_preview_width(result)}w, {escape(own)} {result.width}w" \
sizes="(min-width: 840px) 660px, 100vw" width="{result.width}" height="{result.height}" \
alt="{escape(words.picture)}"></a>
<div class="panel">
<a class="save" href="{escape(own)}?download=1" download>{escape(words.save)}</a>
<p class="soft hint">{escape(words.save_hint)}</p>
<p><strong>{escape(time_left(words, result.left_ms))}</strong><br>
<time class="soft" datetime="{rfc3339(result.expires_at)}">{escape(until(words, result.expires_at))}</time></p>
<section class="share"><h2>{escape(words.share)}</h2>
<img class="qr" src="{escape(own)}/qr.svg" width="200" height="200" alt="{escape(words.qr)}">
<p class="soft">{escape(words.link)}</p>
<a class="link" href="{escape(page)}">{escape(page)}</a></section>
</div>
</main>"""
    shared = f"""<meta property="og:title" content="{escape(words.title)}">
<meta property="og:image" content="{escape(picture)}/preview">
"""
    return _document(words, words.title, body, head=shared)


def note_page(words: PageWords, title: str, text: str, *, link: str = "") -> str:
    """Say why there is no picture; `link` is where trying again leads, if that can help."""
    again = f'<a class="save" href="{escape(link)}">{escape(words.again)}</a>' if link else ""
    body = f"""
<main class="only"><div class="note"><h1>{escape(title)}</h1>
<p>{escape(text)}</p>{again}</div></main>"""
    return _document(words, title, body)


def _document(words: PageWords, title: str, body: str, *, head: str = "") -> str:
    return f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
{head}<style>{_STYLE}</style>
</head>
<body>{body}
</body>
</html>
"""


def _preview_width(result: PublicResult) -> int:
    """Give the width in pixels that the result's preview is made with."""
    scale = min(1.0, PreviewSize.PREVIEW / max(result.width, result.height))
    return max(1, round(result.width * scale))
