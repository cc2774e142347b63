"""What a public link stands for, or why it shows nothing: the same rules for picture, preview, page and QR code."""

from aiohttp import web

from ingest_gateway.link_misses import LinkMisses
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.public_link import PublicResult, is_public_id
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.mongo import DatabaseUnavailable


class ResultFinder:
    """Asks the row at every request: a link ends to the second, and at once when revoked."""

    def __init__(self, rows: JobUpkeep, misses: LinkMisses) -> None:
        self._rows, self._misses = rows, misses

    async def find(self, request: web.Request) -> tuple[PublicResult, str]:
        """Give the result that the path's `public_id` stands for, and its picture's key.

        Raises:
            Refusal: unknown, not ready or failed (404, one body; 429 when there were too many of them), expired or
                revoked (410), or not to be known (503).
        """
        public_id, result = request.match_info["public_id"], None
        if is_public_id(public_id):
            try:
                result = await self._rows.find_by_public_id(public_id)
            except DatabaseUnavailable as error:
                detail = "the database does not answer"
                raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error
        if result is None:
            raise self._misses.refusal(request)
        if result.is_expired or result.key is None:
            raise Refusal(ProblemCode.RESULT_EXPIRED, "this picture was kept for its time and is gone now")
        return result, result.key
