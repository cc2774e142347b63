"""Whether Google takes a key: the list of models is asked for, which costs nothing."""

from datetime import UTC, datetime

from google.genai import types
from pydantic import SecretStr

from provider_gemini.clients import GeminiClients
from provider_gemini.errors import CALL_ERRORS, translate


class KeyCheck:
    def __init__(self, clients: GeminiClients) -> None:
        self._clients = clients

    async def check(self, key: SecretStr) -> None:
        """Ask for one model's name.

        Raises:
            ProviderFailure: the key does not serve, or there is no telling.
        """
        try:
            async with self._clients.of(key) as client:
                await client.aio.models.list(config=types.ListModelsConfig(page_size=1))
        except CALL_ERRORS as error:
            secrets = (key.get_secret_value(),)
            raise translate(error, model="", now=datetime.now(UTC), secrets=secrets) from None
