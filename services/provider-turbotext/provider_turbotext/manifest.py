"""What Turbotext does and takes."""

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from photochanger.domain.usage import MICROS, Price
from provider_turbotext.params import IdentityTransferParams, ImageEditParams, StyleTransferParams

NAME = "turbotext"
#: ISO 4217's code for "no currency": a call takes one photo attempt of the tariff, whose price in money the API's
#: documentation does not name. Whether a failed or refused call takes one too it does not say either.
PHOTO_ATTEMPTS = "XXX"


def turbotext_manifest() -> ProviderManifest:
    """Give the manifest. Limits of size and rate are documented nowhere: none here."""
    return ProviderManifest(
        name=NAME,
        title="Turbotext",
        version=2,
        operations={
            Operation.IMAGE_EDIT: OperationManifest(params_schema=ImageEditParams.model_json_schema()),
            Operation.STYLE_TRANSFER: OperationManifest(
                params_schema=StyleTransferParams.model_json_schema(),
                template_roles=(TemplateRole(role="style", is_required=True),),
            ),
            Operation.IDENTITY_TRANSFER: OperationManifest(
                params_schema=IdentityTransferParams.model_json_schema(),
                template_roles=(TemplateRole(role="face", is_required=True),),
            ),
        },
        input_types=(PictureType.JPEG, PictureType.PNG),
        time_zone="Europe/Moscow",
        currency=PHOTO_ATTEMPTS,
        prices=(Price(per_call=MICROS, typical_call=MICROS),),
    )
