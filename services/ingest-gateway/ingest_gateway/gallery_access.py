"""Who sees an event's gallery: those with its link while it is open, and with its passcode if it has one."""

from collections.abc import Callable, Sequence

from aiohttp import web

from ingest_gateway.link_misses import LinkMisses
from ingest_gateway.refusal import Refusal
from ingest_gateway.sliding_rate import SlidingRate
from photochanger.domain.event_gallery import EventGallery, gallery_pass, pass_is_valid, passcode_matches
from photochanger.domain.failure import ProblemCode
from photochanger.domain.public_link import is_public_id
from photochanger.infrastructure.event_gallery_repository import EventGalleryRepository
from photochanger.infrastructure.http_server import Network, address_of, limit_key
from photochanger.infrastructure.mongo import DatabaseUnavailable

#: Of one address: 200 phones behind one router, each asking every 10 s.
REQUESTS_PER_MINUTE = 1_200
#: Wrong passcodes of one address, and of all addresses together, for one gallery.
TRIES_PER_MINUTE = 5
TRIES_PER_MINUTE_OF_ALL = 30
PASS_COOKIE = "photochanger_gallery"  # noqa: S105 - a name
PASSCODE_HEADER = "X-Gallery-Passcode"
#: Longer than any passcode, so that a cut one is none either.
MAX_PASSCODE_CHARACTERS = 128


class GalleryAccess:
    """Asks the row at every request: a gallery closes to the second. The rates are this process's own."""

    def __init__(
        self,
        galleries: EventGalleryRepository,
        misses: LinkMisses,
        *,
        trusted_proxies: Sequence[Network],
        secret_keys: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._galleries, self._misses = galleries, misses
        self._trusted_proxies, self._secret_keys, self._clock = trusted_proxies, secret_keys, clock
        self._requests, self._tries, self._tries_of_all = SlidingRate(), SlidingRate(), SlidingRate()

    async def find(self, request: web.Request) -> EventGallery:
        """Give the gallery that the path names, open now.

        Raises:
            Refusal: unknown (404; 429 when there were too many), closed (403), too many requests (429), or not to be
                known (503).
        """
        wait = self._requests.take(self._address(request), REQUESTS_PER_MINUTE, now=self._clock())
        if wait > 0:
            detail = f"more than {REQUESTS_PER_MINUTE} requests a minute"
            raise Refusal(ProblemCode.RATE_LIMITED, detail, retry_after_seconds=wait)
        gallery_id, gallery = request.match_info["gallery_id"], None
        if is_public_id(gallery_id):
            try:
                gallery = await self._galleries.read(gallery_id)
            except DatabaseUnavailable as error:
                detail = "the database does not answer"
                raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error
        if gallery is None:
            detail = "there is no gallery under this link"
            raise self._misses.refusal(request, code=ProblemCode.GALLERY_NOT_FOUND, detail=detail)
        if not gallery.is_open:
            raise Refusal(ProblemCode.GALLERY_CLOSED, "this gallery is closed")
        return gallery

    def check(self, request: web.Request, gallery: EventGallery) -> None:
        """Let in who has given the passcode, in this request's header or earlier.

        Raises:
            Refusal: neither (401), or too many wrong ones (429).
        """
        if gallery.passcode_verifier is None:
            return
        if pass_is_valid(request.cookies.get(PASS_COOKIE, ""), gallery, secret_keys=self._secret_keys):
            return
        given = request.headers.get(PASSCODE_HEADER)
        if given is None:
            raise Refusal(ProblemCode.PASSCODE_REQUIRED, f"send the passcode as {PASSCODE_HEADER}")
        self.check_passcode(request, gallery, given)

    def check_passcode(self, request: web.Request, gallery: EventGallery, given: str) -> None:
        """Let in who gives the right passcode; only wrong ones are counted, guests share an address.

        Raises:
            Refusal: wrong (401), or too many wrong ones before: then a right one is not looked at either (429).
        """
        now, own = self._clock(), f"{gallery.id} {self._address(request)}"
        wait = max(
            self._tries.wait(own, TRIES_PER_MINUTE, now=now),
            self._tries_of_all.wait(gallery.id, TRIES_PER_MINUTE_OF_ALL, now=now),
        )
        if wait > 0:
            raise Refusal(ProblemCode.RATE_LIMITED, "too many wrong passcodes", retry_after_seconds=wait)
        if not passcode_matches(given[:MAX_PASSCODE_CHARACTERS], gallery, secret_keys=self._secret_keys):
            self._tries.take(own, TRIES_PER_MINUTE, now=now)
            self._tries_of_all.take(gallery.id, TRIES_PER_MINUTE_OF_ALL, now=now)
            raise Refusal(ProblemCode.PASSCODE_REQUIRED, "the passcode is wrong")

    def pass_for(self, gallery: EventGallery) -> str:
        """Give what the browser keeps instead of the passcode."""
        return gallery_pass(gallery, secret_key=self._secret_keys[0])

    def _address(self, request: web.Request) -> str:
        return limit_key(address_of(request, trusted=self._trusted_proxies))
