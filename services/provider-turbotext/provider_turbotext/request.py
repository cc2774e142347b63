"""A job's parameters and links as one form of Turbotext's queue protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue, ValidationError

from photochanger.domain.slot import Operation
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputLink
from photochanger.provider_worker.provider_text import presentable
from provider_turbotext.params import IdentityTransferParams, ImageEditParams, Params, StyleTransferParams

METHODS = MappingProxyType(
    {
        Operation.IMAGE_EDIT: "generate_image2image",
        Operation.STYLE_TRANSFER: "mix_images",
        Operation.IDENTITY_TRANSFER: "deepfake_photo",
    }
)
#: Lists what the account may use; the same queue protocol, but no photo.
AVAILABLE = "available_api"
_PARAMS: Mapping[Operation, type[Params]] = MappingProxyType(
    {
        Operation.IMAGE_EDIT: ImageEditParams,
        Operation.STYLE_TRANSFER: StyleTransferParams,
        Operation.IDENTITY_TRANSFER: IdentityTransferParams,
    }
)


@dataclass(frozen=True)
class TurbotextCall:
    """A method and the form that `create_queue` sends to it."""

    method: str
    fields: Mapping[str, str] = field(repr=False)


def checked(operation: Operation, params: Mapping[str, JsonValue]) -> Params:
    """Give the operation's parameters.

    Raises:
        ProviderFailure: they are not what the operation takes.
    """
    try:
        return _PARAMS[operation].model_validate(params)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))} {fault['msg']}" for fault in error.errors())
        raise ProviderFailure(FailureKind.BAD_REQUEST, presentable(f"parameters: {faults}")) from None


def build_request(
    operation: Operation, params: Params, photo: InputLink, templates: Sequence[InputLink]
) -> TurbotextCall:
    """Name each picture as the method does: what is worked on is `url` in two methods and `url_image_target` in one.

    Raises:
        ProviderFailure: the slot has no picture that the operation needs.
    """
    match params:
        case ImageEditParams():
            fields = {"url": photo.url, **_edit_fields(params)}
        case StyleTransferParams():
            style = _only(templates, "style")
            fields = {"url_image_target": photo.url, "url": style.url, **_given(content=params.prompt)}
        case IdentityTransferParams():
            face = _only(templates, "face")
            fields = {"url": photo.url, "url_image_target": face.url, "face_restore": str(params.face_restore)}
    return TurbotextCall(METHODS[operation], fields)


def _edit_fields(params: ImageEditParams) -> dict[str, str]:
    return _given(
        content=params.prompt,
        negative_prompt=params.negative_prompt,
        strength=params.strength,
        seed=params.seed,
        scale=params.scale,
        original_language=params.original_language,
        user_id=params.user_id,
    )


def _given(**values: str | float | None) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


def _only(templates: Sequence[InputLink], role: str) -> InputLink:
    for template in templates:
        if template.role == role:
            return template
    raise ProviderFailure(FailureKind.BAD_REQUEST, f"the slot has no {role} picture")
