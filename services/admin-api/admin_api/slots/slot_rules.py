"""Whether a slot's providers can do what it asks of them; each fault names its field by JSON pointer."""

from collections.abc import Collection, Iterator, Mapping

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from admin_api.rest.problems import FieldFault
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
            known = ", ".join(sorted(manifests)) or "none"
            faults.append(FieldFault.at(*path, "provider", detail=f"unknown provider; there are: {known}"))
        elif operation is None:
            can = ", ".join(sorted(manifest.operations))
            faults.append(FieldFault.at(*path, "operation", detail=f"{route.provider} does not do this, but: {can}"))
        else:
            operations.append(operation)
            faults += _param_faults(route, operation, path)
            faults += _missing_roles(slot, operation)
    faults += _template_faults(slot, operations, media_ids)
    return tuple(dict.fromkeys(faults))


def event_window_faults(slot: Slot) -> tuple[FieldFault, ...]:
    """An event that is over before it begins."""
    if slot.opens_at is None or slot.closes_at is None or slot.opens_at < slot.closes_at:
        return ()
    return (FieldFault.at("closes_at", detail="must be after opens_at"),)


def key_warnings(slot: Slot, without_key: Collection[str]) -> tuple[FieldFault, ...]:
    """A warning for each provider of the slot that has no API key yet; it may get one after the slot is saved."""
    return tuple(
        FieldFault.at(
            *(() if index == 0 else ("fallbacks", index - 1)),
            "provider",
            detail=f"{route.provider} has no API key; ignore_warnings=true saves it all the same",
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
            detail=f"{route.provider} does not list this model: retired or misspelt; ignore_warnings=true saves it",
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


def _param_faults(route: Route, operation: OperationManifest, path: _Path) -> Iterator[FieldFault]:
    for error in Draft202012Validator(operation.params_schema).iter_errors(route.params):
        telling = best_match([error]) or error
        where = (*path, "params", *telling.absolute_path)
        for name in _named_fields(telling):
            yield FieldFault.at(*where, *name, detail=_worded(telling))


def _worded(error: ValidationError) -> str:
    """Say what is wrong without the value, which may be a prompt."""
    return error.message.replace(repr(error.instance), "this", 1)[:300]


def _named_fields(error: ValidationError) -> list[_Path]:
    """Which fields of the object an error is about: JSON Schema itself points at the object that lacks them."""
    if not isinstance(error.instance, dict):
        return [()]
    if error.validator == "required":
        required = error.schema["required"] if isinstance(error.schema, dict) else ()
        return [(name,) for name in required if name not in error.instance]
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return [(name,) for name in error.instance if name not in known]
    return [()]


def _missing_roles(slot: Slot, operation: OperationManifest) -> Iterator[FieldFault]:
    for role in operation.template_roles:
        count = sum(use.role == role.role for use in slot.template_media)
        if role.is_required and not count:
            yield FieldFault.at("template_media", detail=f"a picture in the role {role.role} is missing")
        if count > role.max_count:
            yield FieldFault.at("template_media", detail=f"at most {role.max_count} in the role {role.role}")


def _template_faults(
    slot: Slot, operations: Collection[OperationManifest], media_ids: Collection[str]
) -> Iterator[FieldFault]:
    roles = {role.role for operation in operations for role in operation.template_roles}
    for index, use in enumerate(slot.template_media):
        if use.media_id not in media_ids:
            yield FieldFault.at("template_media", index, "media_id", detail="there is no such template")
        if operations and use.role not in roles:
            taken = ", ".join(sorted(roles)) or "none"
            yield FieldFault.at("template_media", index, "role", detail=f"no such role here; there are: {taken}")
