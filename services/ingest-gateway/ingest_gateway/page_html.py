"""The guest page's HTML."""

from html import escape

from ingest_gateway.answer import rfc3339
from ingest_gateway.page_document import PageStyle, note, page_document
from ingest_gateway.page_words import PageWords, time_left, until
from photochanger.domain.public_link import PublicResult, result_page_url, result_url
from photochanger.infrastructure.media_keys import PreviewSize

_STYLE = PageStyle("""
main{max-width:1080px;margin:0 auto;padding:16px 16px 40px;display:grid;gap:20px}
h2{font-size:1.1rem;margin:0 0 12px}
.picture{display:block;width:auto;height:auto;max-width:100%;max-height:78vh;margin:0 auto;border-radius:14px;background:#fff}
@media(hover:hover){.hint{display:none}}
.panel{display:grid;gap:14px;align-content:start}
.share{border:1px solid var(--line);border-radius:14px;background:var(--card);padding:18px}
.qr{display:block;width:200px;max-width:100%;height:auto;margin:0 auto 12px;border-radius:8px;background:#fff}
.link{display:block;margin-top:4px;overflow-wrap:anywhere;color:inherit;font-size:.92rem}
@media(min-width:840px){main{grid-template-columns:minmax(0,1fr) 320px;gap:20px 40px;padding:40px 32px}.head{grid-column:1/-1}.picture{max-height:82vh}}
""")  # noqa: E501 - CSS

CONTENT_SECURITY_POLICY = _STYLE.policy


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
    return page_document(words.language, words.title, body, style=_STYLE, head=shared)


def note_page(words: PageWords, title: str, text: str, *, link: str = "") -> str:
    """Say why there is no picture; `link` is where trying again leads, if that can help."""
    again = f'<a class="save" href="{escape(link)}">{escape(words.again)}</a>' if link else ""
    return page_document(words.language, title, note(title, text, more=again), style=_STYLE)


def _preview_width(result: PublicResult) -> int:
    """Give the width in pixels that the result's preview is made with."""
    scale = min(1.0, PreviewSize.PREVIEW / max(result.width, result.height))
    return max(1, round(result.width * scale))
