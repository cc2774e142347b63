"""What Gemini does and takes."""

from decimal import Decimal

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from photochanger.domain.usage import MICROS, Price
from provider_gemini.image_models import KNOWN_MODELS, ImageModel
from provider_gemini.params import params_schema

NAME = "gemini"
TIME_ZONE = "America/Los_Angeles"

#: Of the base64 text; raised from 20 MB in January 2026.
_MAX_REQUEST_BYTES = 100_000_000
#: What a usual call sends: a prompt and two pictures.
_USUAL_INPUT_TOKENS = 3_000


def gemini_manifest() -> ProviderManifest:
    """Give the manifest. Quotas are a project's own and written down nowhere: none here."""
    schema = params_schema()
    return ProviderManifest(
        name=NAME,
        title="Google Gemini",
        version=2,
        operations={
            Operation.STYLE_TRANSFER: OperationManifest(
                params_schema=schema,
                template_roles=(TemplateRole(role="style", max_count=3), TemplateRole(role="background")),
            ),
            Operation.IMAGE_EDIT: OperationManifest(
                params_schema=schema,
                template_roles=(
                    TemplateRole(role="reference", max_count=5),
                    TemplateRole(role="background"),
                    TemplateRole(role="overlay"),
                ),
            ),
            Operation.IDENTITY_TRANSFER: OperationManifest(
                params_schema=schema, template_roles=(TemplateRole(role="face", is_required=True, max_count=2),)
            ),
        },
        input_types=(PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC, PictureType.HEIF),
        max_request_bytes=_MAX_REQUEST_BYTES,
        time_zone=TIME_ZONE,
        currency="USD",
        prices=tuple(_price(name, model) for name, model in KNOWN_MODELS.items()),
    )


def _price(name: str, model: ImageModel) -> Price:
    """The list price as data; a model that is not known has none."""
    tokens_in, tokens_out = _micros(model.input_price), _micros(model.picture_price)
    usual = (_USUAL_INPUT_TOKENS * tokens_in + model.picture_tokens * tokens_out) // MICROS
    return Price(
        model=name,
        per_million_input_tokens=tokens_in,
        per_million_output_tokens=tokens_out,
        typical_call=usual,
    )


def _micros(dollars: str) -> int:
    return int(Decimal(dollars) * MICROS)
