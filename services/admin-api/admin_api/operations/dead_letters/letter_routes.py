"""Messages that no consumer could take: seen, replayed while that can help, discarded.

They are rows of the database. The queue that they came through is never looked into for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.operations.dead_letters.letter_models import (
    MAX_LETTERS,
    Discarded,
    LetterDetail,
    LetterIds,
    LetterPage,
    LetterQuery,
    ReplayedLetter,
    ReplayReport,
    ReplayRequest,
    letter_detail,
    letter_shown,
)
from admin_api.operations.dead_letters.replay_letters import LetterReplay
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from admin_api.rest.versions import check_if_match, version_conflict
from photochanger.domain.dead_letter import DeadLetter, Replay
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository, cursor_of

PATH = "/api/v1/dead-letters"
ONE = f"{PATH}/{{id}}"


@dataclass(frozen=True)
class _Chosen:
    """Letters to replay; what is told of ids without one; whether a filter finds more."""

    letters: Sequence[DeadLetter]
    missing: Sequence[ReplayedLetter] = ()
    has_more: bool = False

    def reported(self, items: Sequence[ReplayedLetter], *, dry_run: bool) -> ReplayReport:
        return ReplayReport.of((*items, *self.missing), dry_run=dry_run, has_more=self.has_more)


class LetterRoutes:
    def __init__(self, letters: DeadLetterRepository, replay: LetterReplay, audit: Audit) -> None:
        self._letters = letters
        self._replay = replay
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        get, post, operator = hdrs.METH_GET, hdrs.METH_POST, Role.OPERATOR
        stale = (ProblemCode.VERSION_CONFLICT, ProblemCode.PRECONDITION_REQUIRED)
        return (
            Endpoint(
                get,
                PATH,
                self.list,
                operator,
                summary="Messages that died, newest first, with the reason and what a replay would do now",
                query=LetterQuery,
                answer=LetterPage,
            ),
            Endpoint(
                get,
                ONE,
                self.show,
                operator,
                summary="One dead letter with headers and body",
                answer=LetterDetail,
                has_etag=True,
            ),
            Endpoint(
                post,
                f"{PATH}/replay",
                self.replay,
                operator,
                summary="Hand out again the photos of letters that still have time, each once; told of each",
                body=ReplayRequest,
                answer=ReplayReport,
            ),
            Endpoint(
                post,
                f"{PATH}/discard",
                self.discard_all,
                operator,
                summary="Remove the named letters",
                body=LetterIds,
                answer=Discarded,
            ),
            Endpoint(
                hdrs.METH_DELETE, ONE, self.discard, operator, summary="Remove a letter", status=204, problems=stale
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, LetterQuery)
        wanted = query.as_filter(is_replayed=query.is_replayed)
        found = await self._letters.newest_first(limit=query.limit + 1, after=query.cursor, wanted=wanted)
        letters, next_cursor = cut_page(found, limit=query.limit, cursor_of=cursor_of)
        outlooks = await self._replay.outlooks(letters)
        items = tuple(letter_shown(letter, outlooks[letter.id]) for letter in letters)
        return json_answer(LetterPage(items=items, next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        letter = await self._existing(request)
        outlooks = await self._replay.outlooks([letter])
        return json_answer(letter_detail(letter, outlooks[letter.id]), version=letter.version)

    async def replay(self, request: web.Request) -> web.Response:
        asked = body_of(request, ReplayRequest)
        chosen = await self._chosen(asked)
        if asked.dry_run:
            report = await self._replay.replay(chosen.letters, by=None)
            return json_answer(chosen.reported(report, dry_run=True))
        actor, said = actor_of(request), asked.model_dump(mode="json", exclude_unset=True)
        async with self._audit.change(actor, "replay", "dead-letters", None, said) as change:
            report = await self._replay.replay(chosen.letters, by=actor.login)
            replayed = [item.id for item in report if item.result is Replay.REPLAYED]
            change.after, change.is_made = {**said, "replayed": replayed}, bool(replayed)
        return json_answer(chosen.reported(report, dry_run=False))

    async def _chosen(self, asked: ReplayRequest) -> _Chosen:
        if asked.filter is not None:
            wanted = asked.filter.as_filter(is_replayed=False)
            found = await self._letters.newest_first(limit=MAX_LETTERS + 1, wanted=wanted)
            return _Chosen(found[:MAX_LETTERS], has_more=len(found) > MAX_LETTERS)
        ids = tuple(dict.fromkeys(asked.ids or ()))
        letters = {letter.id: letter for letter in await self._letters.find(ids)}
        missing = tuple(ReplayedLetter.of(named, None, Replay.NOT_FOUND) for named in ids if named not in letters)
        return _Chosen([letters[named] for named in ids if named in letters], missing)

    async def discard(self, request: web.Request) -> web.Response:
        letter = await self._existing(request)
        check_if_match(request, version=letter.version)
        async with self._audit.change(actor_of(request), "discard", f"dead-letters/{letter.id}", _recorded(letter)):
            if not await self._letters.discard(letter.id, expected_version=letter.version):
                raise version_conflict()
        return web.Response(status=204)

    async def discard_all(self, request: web.Request) -> web.Response:
        letters = await self._letters.find(tuple(dict.fromkeys(body_of(request, LetterIds).ids)))
        before = {letter.id: _recorded(letter) for letter in letters}
        async with self._audit.change(actor_of(request), "discard", "dead-letters", before) as change:
            removed = await self._letters.discard_all([letter.id for letter in letters]) if letters else 0
            change.is_made = bool(removed)
        return json_answer(Discarded(discarded=removed))

    async def _existing(self, request: web.Request) -> DeadLetter:
        letter = await self._letters.get(request.match_info["id"])
        if letter is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such dead letter.")
        return letter


def _recorded(letter: DeadLetter) -> dict[str, object]:
    return {"queue": letter.queue, "reason": letter.reason, "job_id": letter.job_id, "received_at": letter.received_at}
