"""The check that a slot passes before it is saved or tried."""

from collections.abc import Collection, Sequence

from admin_api.rest.field_fault import FieldFault
from admin_api.rest.problems import Refused
from admin_api.slots.slot_rules import event_window_faults, key_warnings, model_warnings, slot_faults
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
        [faults] = await self.faults([slot], ignore_warnings=ignore_warnings)
        if faults:
            raise Refused.for_faults(*faults)

    async def faults(
        self, slots: Sequence[Slot], *, ignore_warnings: bool, new_media: Collection[str] = ()
    ) -> list[tuple[FieldFault, ...]]:
        """Give what is wrong with each slot; `new_media` are templates that would be saved with it."""
        manifests = {manifest.name: manifest for manifest in await self._providers.list()}
        media_ids = frozenset({*new_media, *(template.id for template in await self._templates.list())})
        without_key = await self._providers.without_key()
        listed = {name: models.listed for name, models in (await self._models.by_provider()).items()}
        found = []
        for slot in slots:
            faults = slot_faults(slot, manifests, media_ids) + event_window_faults(slot)
            if not ignore_warnings:
                faults += key_warnings(slot, without_key) + model_warnings(slot, manifests, listed)
            found.append(faults)
        return found


def check_event_window(slot: Slot) -> None:
    """Pass a slot whose event begins before it ends; all that is asked of a change that no provider cares about.

    Raises:
        Refused: it does not.
    """
    if faults := event_window_faults(slot):
        raise Refused.for_faults(*faults)
