"""The HTML of an event's gallery."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from ingest_gateway.gallery_feed import REFRESH_SECONDS
from ingest_gateway.gallery_words import GalleryWords
from ingest_gateway.page_document import PageStyle, note, page_document
from photochanger.domain.event_gallery import EventGallery
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.gallery_pictures import GalleryPicture
from photochanger.infrastructure.media_keys import PreviewSize

PASSCODE_FIELD = "passcode"
#: Of that many pictures a phone shows at once; the others are fetched when they come into view.
EAGER_PICTURES = 12

_STYLE = PageStyle(
    """
main{max-width:1280px;margin:0 auto;padding:16px 16px 40px;display:grid;gap:16px}
.pictures{list-style:none;margin:0;padding:0;display:grid;gap:10px;grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}
.pictures img{display:block;width:100%;height:auto;aspect-ratio:1;object-fit:cover;border-radius:10px;background:var(--line)}
nav{display:grid;gap:12px}
nav a{color:inherit}
form{display:grid;gap:12px}
input{font:inherit;padding:14px;border:1px solid var(--line);border-radius:14px;background:var(--ground);color:inherit;text-align:center}
button.save{border:0;font:inherit;font-weight:650;cursor:pointer}
""",  # noqa: E501 - CSS
    has_form=True,
)

POLICY = _STYLE.policy


def pictures_page(
    words: GalleryWords,
    gallery: EventGallery,
    pictures: Sequence[GalleryPicture],
    *,
    next_cursor: str | None,
    is_first: bool,
    is_live: bool,
) -> str:
    """Show one page of the pictures, each leading to its own; `is_live`: the browser asks again by itself."""
    title, own = gallery.title or words.title, escape(gallery.id)
    items = "\n".join(_item(words, picture, is_eager=place < EAGER_PICTURES) for place, picture in enumerate(pictures))
    shown = f'<ul class="pictures">\n{items}\n</ul>' if pictures else f"<p>{escape(words.empty)}</p>"
    older = f'<a class="save" href="{own}?cursor={next_cursor}">{escape(words.older)}</a>' if next_cursor else ""
    live = (
        _link(f"{own}?live=0", words.live_on) if is_live else _link(own, words.live_off if is_first else words.newest)
    )
    body = f"""
<main>
<div><h1>{escape(title)}</h1>
<p class="soft">{escape(words.open_until.format(time=_clock(gallery.closes_at)))}</p></div>
{shown}
<nav>{older}<p class="soft">{live}</p></nav>
</main>"""
    refresh = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">\n' if is_live else ""
    return page_document(words.language, title, body, style=_STYLE, head=refresh)


def refusal_page(words: GalleryWords, code: ProblemCode, *, is_try: bool) -> str:
    """Say why there are no pictures; `is_try`: a passcode was given."""
    if code is ProblemCode.PASSCODE_REQUIRED:
        return _passcode_page(words, words.passcode_wrong if is_try else words.passcode)
    again = f'<a class="save" href="">{escape(words.again)}</a>'
    title, text, more = {
        ProblemCode.GALLERY_CLOSED: (words.closed_title, words.closed, ""),
        ProblemCode.GALLERY_NOT_FOUND: (words.missing_title, words.missing, ""),
        ProblemCode.RATE_LIMITED: (words.busy_title, words.busy, again),
    }.get(code, (words.trouble_title, words.trouble, again))
    return page_document(words.language, title, note(title, text, more=more), style=_STYLE)


def _passcode_page(words: GalleryWords, text: str) -> str:
    form = (
        f'<form method="post"><input name="{PASSCODE_FIELD}" type="password" required autofocus maxlength="64" '
        f'autocomplete="off" aria-label="{escape(words.passcode_title)}">'
        f'<button class="save">{escape(words.enter)}</button></form>'
    )
    body = note(words.passcode_title, text, more=form)
    return page_document(words.language, words.passcode_title, body, style=_STYLE)


def _item(words: GalleryWords, picture: GalleryPicture, *, is_eager: bool) -> str:
    # relative, so that the page works under any address that leads here
    result = f"../results/{escape(picture.public_id)}"
    loading = "" if is_eager else ' loading="lazy"'
    return (
        f'<li><a href="{result}/page"><img src="{result}/preview" srcset="{result}/thumbnail '
        f'{PreviewSize.THUMBNAIL}w, {result}/preview {PreviewSize.PREVIEW}w" sizes="(min-width: 640px) 200px, 45vw" '
        f'width="{picture.width}" height="{picture.height}"{loading} '
        f'alt="{escape(words.picture.format(time=_clock(picture.taken_at)))}"></a></li>'
    )


def _link(href: str, text: str) -> str:
    return f'<a href="{href}">{escape(text)}</a>'


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M}"
