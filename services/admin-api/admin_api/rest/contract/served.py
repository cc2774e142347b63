"""The document about what is served, and the same as a page for people."""

from collections.abc import Sequence

from aiohttp import hdrs, web

from admin_api.rest.contract.document import openapi_document
from admin_api.rest.contract.page import PAGE_POLICY, page_html
from admin_api.rest.endpoint import HTML, JSON, Endpoint

DOCUMENT_PATH = "/api/v1/openapi.json"
PAGE_PATH = "/api/v1/docs"


class Contract:
    """`endpoints` are those given and the two that tell of them all."""

    def __init__(self, endpoints: Sequence[Endpoint], *, cookie_name: str) -> None:
        get = hdrs.METH_GET
        document = Endpoint(get, DOCUMENT_PATH, self.show_document, None, summary="This document", answer_type=JSON)
        page = Endpoint(get, PAGE_PATH, self.show_page, None, summary="This document as a page", answer_type=HTML)
        self.endpoints = (*endpoints, document, page)
        self.document = openapi_document(self.endpoints, cookie_name=cookie_name)
        self._page = page_html(self.document)

    async def show_document(self, _request: web.Request) -> web.Response:
        return web.json_response(self.document)

    async def show_page(self, _request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return web.Response(text=self._page, content_type=HTML, headers=headers)
