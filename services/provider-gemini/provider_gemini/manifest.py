"""What Gemini does and takes."""

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from provider_gemini.params import params_schema
from provider_gemini.prices import PRICES

NAME = "gemini"
TIME_ZONE = "America/Los_Angeles"

#: Of the base64 text; raised from 20 MB in January 2026.
_MAX_REQUEST_BYTES = 100_000_000


def gemini_manifest() -> ProviderManifest:
    """Give the manifest. Quotas are a project's own and written down nowhere: none here."""
    schema = params_schema()
    return ProviderManifest(
        name=NAME,
        title="Google Gemini",
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
        input_types=(PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC, PictureType.HEIF),
        max_request_bytes=_MAX_REQUEST_BYTES,
        time_zone=TIME_ZONE,
        prices=PRICES,
    )
