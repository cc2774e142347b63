"""The services of the stack. A new service is one entry here."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local.errors import StackError

SERVERS = ("rabbitmq", "mongodb", "minio")


@dataclass(frozen=True)
class Service:
    """One service folder; it runs as `python -m <package>` and answers /health/ready on its metrics port."""

    name: str
    #: The variable with the port that it serves to the outside, "" without one.
    port_variable: str = ""
    needs: tuple[str, ...] = SERVERS

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def provider(self) -> str:
        """Whom it speaks to; "" for a service that is no provider's."""
        return self.name.removeprefix("provider-") if self.name.startswith("provider-") else ""


SERVICES = (
    Service("sandbox", "SANDBOX_PORT", needs=()),
    Service("ingest-gateway", "GATEWAY_PORT"),
    Service("dispatcher"),
    Service("provider-gemini", needs=(*SERVERS, "sandbox")),
    Service("provider-turbotext", needs=(*SERVERS, "sandbox")),
    Service("provider-openai", needs=(*SERVERS, "sandbox")),
    Service("media-janitor"),
    Service("admin-api", "ADMIN_PORT"),
)

#: The caller's choice of providers to start, comma separated; empty: all.
PROVIDERS_VARIABLE = "PHOTOCHANGER_PROVIDERS"
#: Variables that begin so are one provider's own.
PROVIDER_PREFIXES = tuple(f"{service.provider.upper()}_" for service in SERVICES if service.provider)


def chosen_services(environ: Mapping[str, str]) -> tuple[Service, ...]:
    """Give the services to start.

    Raises:
        StackError: a provider is chosen that there is not.
    """
    known = {service.provider for service in SERVICES if service.provider}
    chosen = {name.strip() for name in environ.get(PROVIDERS_VARIABLE, "").split(",") if name.strip()} or known
    if chosen - known:
        raise StackError(
            f"{PROVIDERS_VARIABLE} knows {', '.join(sorted(known))}, not {', '.join(sorted(chosen - known))}",
            exit_code=78,
        )
    return tuple(service for service in SERVICES if not service.provider or service.provider in chosen)
