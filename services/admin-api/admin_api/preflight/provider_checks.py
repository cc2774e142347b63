"""Whether a provider takes its key, may be asked, and has enough left for the expected guests."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from admin_api.preflight.findings import About, Finding, FindingCode
from admin_api.preflight.slot_checks import Known
from photochanger.domain.availability import Availability
from photochanger.domain.key_test import KeyTest, KeyVerdict
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import MICROS, Price
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.quota_repository import QuotaUse

LOOK_SECONDS = 0.3
KEY_SECONDS = 12.0


async def findings_of_key(provider: str, key_tests: KeyTestRepository) -> list[Finding]:
    """Have the provider's own service ask whether the key is taken; no picture is made."""
    await key_tests.ask(provider)
    try:
        async with asyncio.timeout(KEY_SECONDS) as limit:
            while (test := await key_tests.result(provider)) is None:  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        if not limit.expired():
            raise
        problem = f"The service of {provider} did not take up a question within {KEY_SECONDS:g} s."
        return [About(provider=provider).error(FindingCode.PROVIDER_SILENT, problem)]
    return list(_of_verdict(provider, test))


def _of_verdict(provider: str, test: KeyTest) -> Iterator[Finding]:
    about, words = About(provider=provider), f" ({test.detail})" if test.detail else ""
    if test.verdict is KeyVerdict.NO_KEY:
        yield about.error(FindingCode.KEY_MISSING, f"{provider} has no API key.")
    elif test.verdict is KeyVerdict.REFUSED:
        yield about.error(FindingCode.KEY_REFUSED, f"{provider} does not take its key{words}.")
    elif test.verdict is KeyVerdict.UNKNOWN:
        yield about.warning(FindingCode.KEY_UNTESTED, f"{provider} did not say whether it takes its key{words}.")


def findings_of_breakers(providers: Iterable[str], availability: Availability) -> Iterator[Finding]:
    for (name, reason), breaker in availability.breakers.items():
        if name not in set(providers) or breaker.is_closed:
            continue
        about = About(provider=name)
        if breaker.is_manual:
            yield about.error(FindingCode.PROVIDER_PAUSED, f"{name} is not asked: {breaker.detail}.")
        else:
            yield about.error(FindingCode.BREAKER_OPEN, f"{name} is not asked now ({reason}): {breaker.detail}.")


def findings_of_quota(
    known: Known, limits: Mapping[str, ProviderLimits], uses: Iterable[QuotaUse], *, now: datetime
) -> Iterator[Finding]:
    """Hold what is left of each provider's limits against the expected photos, by `now` of the database."""
    used = {(use.provider, use.limit): use for use in uses}
    for name in known.providers():
        manifest = known.manifests.get(name)
        photos = known.photos_of_provider(name)
        if manifest is None or not photos:
            continue
        in_force = limits.get(name, ProviderLimits()).over(manifest.limits)
        today = now.astimezone(ZoneInfo(manifest.time_zone)).date().isoformat()
        yield from _of_day(manifest, in_force, used, photos=photos, today=today)
        yield from _of_rate(name, in_force, known.rush(photos))


def _of_day(
    manifest: ProviderManifest,
    limits: ProviderLimits,
    used: Mapping[tuple[str, Limit], QuotaUse],
    *,
    photos: float,
    today: str,
) -> Iterator[Finding]:
    about = About(provider=manifest.name)

    def left(limit: Limit) -> int | None:
        most, use = limits.of(limit), used.get((manifest.name, limit))
        return None if most is None else most - (use.used or 0 if use is not None and use.day == today else 0)

    requests, money = left(Limit.REQUESTS_PER_DAY), left(Limit.MONEY_PER_DAY)
    if requests is not None and requests < photos:
        problem = f"{manifest.name} has {max(0, requests)} requests left today, but {photos:.0f} photos are expected."
        yield about.error(FindingCode.QUOTA_SHORT, problem)
    cost = photos * max((_of_one(price) for price in manifest.prices), default=0)
    if money is not None and money < cost:
        problem = (
            f"{manifest.name} may spend {max(0, money) / MICROS:.2f} {manifest.currency} today, but "
            f"{photos:.0f} photos may cost {cost / MICROS:.2f}."
        )
        yield about.warning(FindingCode.MONEY_SHORT, problem)


def _of_rate(name: str, limits: ProviderLimits, rush: float) -> Iterator[Finding]:
    for limit in (Limit.REQUESTS_PER_MINUTE, Limit.IMAGES_PER_MINUTE):
        most = limits.of(limit)
        if most is not None and most < rush:
            problem = f"{name} takes {most} a minute ({limit}), but {rush:.0f} photos may come in a rush."
            yield About(provider=name).warning(FindingCode.RATE_SHORT, problem)


def _of_one(price: Price) -> int:
    """About what one photo costs."""
    return price.typical_call or price.per_call + price.per_image
