"""The sandbox shares no code with the services, so its prices are held against theirs here."""

from photochanger.domain.usage import Usage, cost_micros
from provider_gemini.manifest import gemini_manifest
from provider_turbotext.manifest import turbotext_manifest
from sandbox.behaviours import Provider
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.prices import CURRENCIES, TIME_ZONES, Billed, tariff_of


def test_the_services_and_the_sandbox_have_the_same_prices() -> None:
    gemini, turbotext = gemini_manifest(), turbotext_manifest()

    for model in IMAGE_MODELS:
        used = Usage(model=model, input_tokens=1_311, output_tokens=1_120)
        assert cost_micros(gemini.prices, used) == tariff_of(Provider.GEMINI, model).amount(Billed(1_311, 1_120)), model
    assert cost_micros(turbotext.prices, Usage()) == tariff_of(Provider.TURBOTEXT, "").amount(Billed())
    for provider, manifest in ((Provider.GEMINI, gemini), (Provider.TURBOTEXT, turbotext)):
        assert (CURRENCIES[provider], TIME_ZONES[provider]) == (manifest.currency, manifest.time_zone)
