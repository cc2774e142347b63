"""The check that a slot passes before it is saved or tried."""

from admin_api.rest.problems import Refused
from admin_api.slots.slot_rules import key_warnings, model_warnings, slot_faults
from photochanger.domain.slot import Slot
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.template_repository import TemplateRepository


class SlotCheck:
    def __init__(
        self, providers: ProviderRepository, templates: TemplateRepository, models: ProviderModelRepository
    ) -> None:
        self._providers, self._templates, self._models = providers, templates, models

    async def check(self, slot: Slot, *, ignore_warnings: bool) -> None:
        """Pass a slot that its providers can serve, with `ignore_warnings` also one that they may serve later.

        Raises:
            Refused: they cannot; each fault names its field.
        """
        manifests = {manifest.name: manifest for manifest in await self._providers.list()}
        media_ids = frozenset(template.id for template in await self._templates.list())
        faults = slot_faults(slot, manifests, media_ids)
        if not ignore_warnings:
            faults += key_warnings(slot, await self._providers.without_key())
            listed = {name: models.listed for name, models in (await self._models.by_provider()).items()}
            faults += model_warnings(slot, manifests, listed)
        if faults:
            raise Refused.for_faults(*faults)
