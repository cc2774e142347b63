"""The services of the stack. A new service is one entry here."""

from dataclasses import dataclass

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


SERVICES = (
    Service("sandbox", "SANDBOX_PORT", needs=()),
    Service("ingest-gateway", "GATEWAY_PORT"),
    Service("dispatcher"),
    Service("provider-gemini", needs=(*SERVERS, "sandbox")),
    Service("provider-turbotext", needs=(*SERVERS, "sandbox")),
    Service("media-janitor"),
    Service("admin-api", "ADMIN_PORT"),
)
