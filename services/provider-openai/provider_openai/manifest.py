"""What OpenAI's image models do and take."""

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from photochanger.domain.usage import Price
from provider_openai.image_models import KNOWN_MODELS
from provider_openai.params import params_schema

NAME = "openai"

#: Of one picture.
_MAX_PICTURE_BYTES = 50_000_000
#: Millionths of a dollar. Text that goes in is cheaper than pictures, and counted as them.
_PER_MILLION_INPUT_TOKENS, _PER_MILLION_OUTPUT_TOKENS = 8_000_000, 30_000_000
#: A picture of 1024 x 1536 pixels in high quality, and two that go in.
_TYPICAL_CALL = 210_000


def openai_manifest() -> ProviderManifest:
    """Give the manifest. Rate limits are an organisation's own, by its tier: none here."""
    schema = params_schema()
    return ProviderManifest(
        name=NAME,
        title="OpenAI",
        version=1,
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
        input_types=(PictureType.JPEG, PictureType.PNG, PictureType.WEBP),
        max_request_bytes=_MAX_PICTURE_BYTES,
        prices=tuple(
            Price(
                model=model,
                per_million_input_tokens=_PER_MILLION_INPUT_TOKENS,
                per_million_output_tokens=_PER_MILLION_OUTPUT_TOKENS,
                typical_call=_TYPICAL_CALL,
            )
            for model in KNOWN_MODELS
        ),
    )
