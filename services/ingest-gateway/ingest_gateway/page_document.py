"""What the guests' pages have in common: one document with its style, no script, nothing from elsewhere."""

import base64
import hashlib
from html import escape

_COMMON_STYLE = """
:root{color-scheme:light dark;--ground:#f4f1ec;--card:#fff;--ink:#1d1a16;--soft:#6b645a;--line:#e4ded4;--accent:#1d1a16;--on-accent:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#141210;--card:#1f1c19;--ink:#f5f1ea;--soft:#a89f93;--line:#37322d;--accent:#f5f1ea;--on-accent:#141210}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:8px 0 0}
p{margin:0}
.save{display:block;padding:16px 20px;border-radius:14px;background:var(--accent);color:var(--on-accent);font-weight:650;font-size:1.1rem;text-align:center;text-decoration:none}
.save:hover{opacity:.88}
a:focus-visible{outline:3px solid #3b82f6;outline-offset:3px}
.soft{color:var(--soft);font-size:.92rem}
.only{display:block}
.note{max-width:520px;margin:12vh auto 0;padding:32px 24px;border:1px solid var(--line);border-radius:14px;background:var(--card);text-align:center;display:grid;gap:14px}
.note h1{margin:0}
"""  # noqa: E501 - CSS


class PageStyle:
    """A page's style: what all pages share, then its own. `policy` admits it, our own pictures, and nothing else."""

    def __init__(self, own: str, *, has_form: bool = False) -> None:
        self.text = _COMMON_STYLE + own
        digest = base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()
        form_action = "'self'" if has_form else "'none'"
        self.policy = (
            f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
            f"base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
        )


def page_document(language: str, title: str, body: str, *, style: PageStyle, head: str = "") -> str:
    """Put the page together; `body` and `head` are HTML, `title` is text."""
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
{head}<style>{style.text}</style>
</head>
<body>{body}
</body>
</html>
"""


def note(title: str, text: str, *, more: str = "") -> str:
    """Say one thing instead of showing a page; `more` is HTML below it."""
    return f"""
<main class="only"><div class="note"><h1>{escape(title)}</h1>
<p>{escape(text)}</p>{more}</div></main>"""
