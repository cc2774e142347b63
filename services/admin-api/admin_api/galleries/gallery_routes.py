"""Galleries of events: open one for some minutes, close it early, see which there were."""

import secrets

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.galleries.gallery_models import GalleryOpening, GalleryPage, GalleryQuery, GalleryShown, gallery_shown
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from photochanger.domain.event_gallery import EventGallery, passcode_verifier
from photochanger.domain.failure import ProblemCode
from photochanger.domain.public_link import new_public_id
from photochanger.domain.user import Role
from photochanger.infrastructure.event_gallery_repository import EventGalleryRepository, NewGallery
from photochanger.infrastructure.slot_repository import SlotRepository

PATH = "/api/v1/event-galleries"
ONE = f"{PATH}/{{id}}"


class GalleryRoutes:
    def __init__(
        self,
        galleries: EventGalleryRepository,
        slots: SlotRepository,
        *,
        audit: Audit,
        public_base_url: str,
        secret_key: str,
    ) -> None:
        self._galleries, self._slots, self._audit = galleries, slots, audit
        self._public_base_url, self._secret_key = public_base_url, secret_key

    def endpoints(self) -> tuple[Endpoint, ...]:
        get, post = hdrs.METH_GET, hdrs.METH_POST
        return (
            Endpoint(
                get,
                PATH,
                self.list,
                Role.VIEWER,
                summary="Galleries of events, newest first; closed ones for 30 days",
                query=GalleryQuery,
                answer=GalleryPage,
            ),
            Endpoint(get, ONE, self.show, Role.VIEWER, summary="One event's gallery", answer=GalleryShown),
            Endpoint(
                post,
                PATH,
                self.open,
                Role.OPERATOR,
                summary="Open a gallery of some slots to guests, for some minutes",
                body=GalleryOpening,
                answer=GalleryShown,
                status=201,
            ),
            Endpoint(
                post,
                f"{ONE}/close",
                self.close,
                Role.OPERATOR,
                summary="Close a gallery before its time; the pictures' own links stay",
                answer=GalleryShown,
                problems=(ProblemCode.CONFLICT,),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, GalleryQuery)
        found = await self._galleries.newest_first(limit=query.limit + 1, before=query.cursor)
        page, next_cursor = cut_page(found, limit=query.limit, cursor_of=lambda gallery: gallery.id)
        return json_answer(GalleryPage(items=tuple(map(self._shown, page)), next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(self._shown(await self._existing(request)))

    async def open(self, request: web.Request) -> web.Response:
        asked, by = body_of(request, GalleryOpening), actor_of(request)
        await self._check_slots(asked)
        gallery_id = new_public_id(secrets.token_bytes)
        verifier = None
        if asked.passcode is not None:
            passcode = asked.passcode.get_secret_value()
            verifier = passcode_verifier(passcode, gallery_id, secret_key=self._secret_key)
        new = NewGallery(
            id=gallery_id,
            title=asked.title,
            slot_ids=tuple(dict.fromkeys(asked.slot_ids)),
            minutes=asked.minutes,
            since=asked.since,
            opened_by=by.login,
            passcode_verifier=verifier,
        )
        told = asked.model_dump(mode="json", exclude={"passcode"}) | {"is_closed_to_strangers": verifier is not None}
        async with self._audit.change(by, "open", _target(gallery_id), None, told):
            gallery = await self._galleries.open(new)
        return json_answer(self._shown(gallery), status=201)

    async def close(self, request: web.Request) -> web.Response:
        gallery = await self._existing(request)
        async with self._audit.change(actor_of(request), "close", _target(gallery.id)):
            if not await self._galleries.close(gallery.id):
                raise conflict(ConflictReason.GALLERY_CLOSED, "This gallery is closed already.")
        return json_answer(self._shown(await self._existing(request)))

    async def _check_slots(self, asked: GalleryOpening) -> None:
        here = {slot.id for slot in await self._slots.list()}
        unknown = [(place, slot_id) for place, slot_id in enumerate(asked.slot_ids) if slot_id not in here]
        if unknown:
            raise Refused.for_faults(*(_no_slot(place, slot_id) for place, slot_id in unknown))

    async def _existing(self, request: web.Request) -> EventGallery:
        gallery = await self._galleries.read(request.match_info["id"])
        if gallery is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such gallery.")
        return gallery

    def _shown(self, gallery: EventGallery) -> GalleryShown:
        return gallery_shown(gallery, public_base_url=self._public_base_url)


def _no_slot(place: int, slot_id: str) -> FieldFault:
    wrong = Wrong(FaultCode.UNKNOWN_SLOT, "there is no such slot", subject=slot_id)
    return FieldFault.at("slot_ids", place, wrong=wrong)


def _target(gallery_id: str) -> str:
    return f"event-galleries/{gallery_id}"
