"""Whether a slot's providers can do what it asks of them; each fault names its field by JSON pointer."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.slots.wrong_params import wrong_params
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Route, Slot

_Path = tuple[str | int, ...]


def slot_faults(
    slot: Slot, manifests: Mapping[str, ProviderManifest], media_ids: Collection[str]
) -> tuple[FieldFault, ...]:
    """Everything that the providers, by their manifests, cannot do; `media_ids` are the templates that exist."""
    operations: list[OperationManifest] = []
    faults: list[FieldFault] = []
    for index, route in enumerate(slot.routes):
        path: _Path = () if index == 0 else ("fallbacks", index - 1)
        manifest = manifests.get(route.provider)
        operation = None if manifest is None else manifest.operations.get(route.operation)
        if manifest is None:
            faults.append(FieldFault.at(*path, "provider", wrong=_unknown_provider(manifests)))
        elif operation is None:
            faults.append(FieldFault.at(*path, "operation", wrong=_unknown_operation(manifest)))
        else:
            operations.append(operation)
            faults += (
                FieldFault.at(*path, "params", *where, wrong=wrong)
                for where, wrong in wrong_params(operation.params_schema, route.params)
            )
            faults += _missing_roles(slot, operation)
    faults += _template_faults(slot, operations, media_ids)
    return tuple(dict.fromkeys(faults))


def event_window_faults(slot: Slot) -> tuple[FieldFault, ...]:
    """An event that is over before it begins."""
    if slot.opens_at is None or slot.closes_at is None or slot.opens_at < slot.closes_at:
        return ()
    return (FieldFault.at("closes_at", wrong=Wrong(FaultCode.ENDS_BEFORE_START, "must be after opens_at")),)


def key_warnings(slot: Slot, without_key: Collection[str]) -> tuple[FieldFault, ...]:
    """A warning for each provider of the slot that has no API key yet; it may get one after the slot is saved."""
    return tuple(
        FieldFault.at(
            *(() if index == 0 else ("fallbacks", index - 1)),
            "provider",
            wrong=Wrong(
                FaultCode.NO_KEY,
                f"{route.provider} has no API key; ignore_warnings=true saves it all the same",
                subject=route.provider,
            ),
            is_warning=True,
        )
        for index, route in enumerate(slot.routes)
        if route.provider in without_key
    )


def model_warnings(
    slot: Slot, manifests: Mapping[str, ProviderManifest], listed: Mapping[str, Collection[str]]
) -> tuple[FieldFault, ...]:
    """A warning for each model that its provider, by the list it last gave, does not have: retired or misspelt."""
    return tuple(
        FieldFault.at(
            *(() if index == 0 else ("fallbacks", index - 1)),
            "params",
            "model",
            wrong=Wrong(
                FaultCode.MODEL_NOT_LISTED,
                f"{route.provider} does not list this model: retired or misspelt; ignore_warnings=true saves it",
                subject=route.provider,
            ),
            is_warning=True,
        )
        for index, route in enumerate(slot.routes)
        if route.provider in listed and _model_of(route, manifests) not in {None, *listed[route.provider]}
    )


def _model_of(route: Route, manifests: Mapping[str, ProviderManifest]) -> str | None:
    """The model that the route asks for, by its own parameters or the schema's default."""
    operation = manifests[route.provider].operations.get(route.operation) if route.provider in manifests else None
    properties = None if operation is None else operation.params_schema.get("properties")
    described = properties.get("model") if isinstance(properties, dict) else None
    model = route.params.get("model") or (described.get("default") if isinstance(described, dict) else None)
    return model.removeprefix("models/") if isinstance(model, str) else None


def _unknown_provider(manifests: Iterable[str]) -> Wrong:
    known = tuple(sorted(manifests))
    return Wrong(FaultCode.UNKNOWN_PROVIDER, f"unknown provider; there are: {_listed(known)}", allowed=known)


def _unknown_operation(manifest: ProviderManifest) -> Wrong:
    can = tuple(sorted(manifest.operations))
    detail = f"{manifest.name} does not do this, but: {_listed(can)}"
    return Wrong(FaultCode.UNKNOWN_OPERATION, detail, allowed=can, subject=manifest.name)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) or "none"


def _missing_roles(slot: Slot, operation: OperationManifest) -> Iterator[FieldFault]:
    for role in operation.template_roles:
        count = sum(use.role == role.role for use in slot.template_media)
        if role.is_required and not count:
            detail = f"a picture in the role {role.role} is missing"
            yield FieldFault.at("template_media", wrong=Wrong(FaultCode.TEMPLATE_MISSING, detail, subject=role.role))
        if count > role.max_count:
            detail = f"at most {role.max_count} in the role {role.role}"
            wrong = Wrong(FaultCode.TOO_MANY_TEMPLATES, detail, limit=role.max_count, subject=role.role)
            yield FieldFault.at("template_media", wrong=wrong)


def _template_faults(
    slot: Slot, operations: Collection[OperationManifest], media_ids: Collection[str]
) -> Iterator[FieldFault]:
    roles = {role.role for operation in operations for role in operation.template_roles}
    for index, use in enumerate(slot.template_media):
        if use.media_id not in media_ids:
            wrong = Wrong(FaultCode.UNKNOWN_TEMPLATE, "there is no such template")
            yield FieldFault.at("template_media", index, "media_id", wrong=wrong)
        if operations and use.role not in roles:
            taken = tuple(sorted(roles))
            detail = f"no such role here; there are: {_listed(taken)}"
            yield FieldFault.at(
                "template_media", index, "role", wrong=Wrong(FaultCode.UNKNOWN_ROLE, detail, allowed=taken)
            )
