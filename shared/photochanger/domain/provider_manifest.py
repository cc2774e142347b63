"""What a provider can do and takes: limits, formats and quotas as data."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_limits import ProviderLimits
from photochanger.domain.slot import Operation, ProviderName
from photochanger.domain.usage import Price


class TemplateRole(BaseModel):
    """A picture an operation takes besides the guest's photo."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    is_required: bool = False
    max_count: int = 1


class OperationManifest(BaseModel):
    """One operation: its parameters as JSON Schema, its template roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    params_schema: dict[str, JsonValue]
    template_roles: tuple[TemplateRole, ...] = ()


class ProviderManifest(BaseModel):
    """Versioned; each provider service upserts its own at start. None means: the provider names no such limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ProviderName
    title: str
    version: int = Field(ge=1)
    operations: dict[Operation, OperationManifest]
    input_types: tuple[PictureType, ...]
    max_input_side: int | None = None
    max_request_bytes: int | None = None
    requests_per_minute: int | None = None
    requests_per_day: int | None = None
    images_per_minute: int | None = None
    #: in millionths of `currency`
    money_per_day: int | None = None
    concurrency: int | None = None
    time_zone: str = "UTC"
    #: of `prices`, ISO 4217
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    prices: tuple[Price, ...] = ()

    @property
    def limits(self) -> ProviderLimits:
        """What holds where no administrator set anything else."""
        return ProviderLimits.model_validate({name: getattr(self, name) for name in ProviderLimits.model_fields})
