"""Replays dead letters: each has its job handed out again once, as long as that can still help."""

from collections.abc import Sequence

from admin_api.operations.dead_letters.letter_models import ReplayedLetter
from photochanger.domain.dead_letter import DeadLetter, JobOutlook, Replay, replay_outlook
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.infrastructure.job_replay import JobReplay
from photochanger.observability import get_logger

log = get_logger(__name__)


class LetterReplay:
    """What a letter's message said is not sent again: what its job needs now follows from the job's row."""

    def __init__(self, letters: DeadLetterRepository, jobs: JobReplay) -> None:
        self._letters = letters
        self._jobs = jobs

    async def outlooks(self, letters: Sequence[DeadLetter]) -> dict[str, Replay]:
        """Tell for each letter what a replay would do now."""
        jobs = await self._jobs.outlooks({letter.job_id for letter in letters if letter.job_id is not None})
        return {letter.id: replay_outlook(letter, _job_of(letter, jobs)) for letter in letters}

    async def replay(self, letters: Sequence[DeadLetter], *, by: str | None) -> list[ReplayedLetter]:
        """Replay what can be replayed, on behalf of `by`; None: a dry run."""
        outlooks = await self.outlooks(letters)
        done = []
        for letter in letters:
            result = outlook = outlooks[letter.id]
            if outlook is Replay.CAN_BE_REPLAYED and by is not None:
                result = await self._hand_out(letter, by)
            done.append(ReplayedLetter.of(letter.id, letter.job_id, result))
        return done

    async def _hand_out(self, letter: DeadLetter, by: str) -> Replay:
        """Claim the letter first: should this process die in between, nothing was done twice."""
        if letter.job_id is None or not await self._letters.claim(letter.id, by=by):
            return Replay.ALREADY_REPLAYED
        if await self._jobs.make_due(letter.job_id):
            log.info("dead_letter_replayed", letter_id=letter.id, job_id=letter.job_id, by=by)
            return Replay.REPLAYED
        await self._letters.give_back(letter.id)
        jobs = await self._jobs.outlooks([letter.job_id])
        outlook = replay_outlook(letter, jobs.get(letter.job_id))
        # it could be replayed a moment ago: whatever it is now, it was not this letter that did it
        return Replay.UNDER_WAY if outlook is Replay.CAN_BE_REPLAYED else outlook


def _job_of(letter: DeadLetter, jobs: dict[str, JobOutlook]) -> JobOutlook | None:
    return None if letter.job_id is None else jobs.get(letter.job_id)
