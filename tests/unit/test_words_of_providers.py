"""What providers call their parameters and template roles can be said by the web UI in each of its languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from photochanger.domain.provider_manifest import ProviderManifest
from provider_gemini.manifest import gemini_manifest
from provider_openai.manifest import openai_manifest
from provider_turbotext.manifest import turbotext_manifest

TEXTS = Path(__file__).parents[2] / "web" / "src" / "i18n"
MANIFESTS = [gemini_manifest(), openai_manifest(), turbotext_manifest()]


def key_of(text: str) -> str:
    """As `web/src/slots/editor/ParamsForm.tsx` makes it."""
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")


def words(manifest: ProviderManifest) -> Iterator[str]:
    for operation in manifest.operations.values():
        properties = operation.params_schema["properties"]
        assert isinstance(properties, dict)
        for described in properties.values():
            assert isinstance(described, dict)
            yield from (str(described[name]) for name in ("title", "description") if name in described)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest.name)
def test_the_form_of_a_slot_can_say_everything_of_a_provider(manifest: ProviderManifest, language: str) -> None:
    said = json.loads((TEXTS / language / "slots.json").read_text())["providerWords"]
    roles = json.loads((TEXTS / language / "common.json").read_text())["templateRole"]

    assert [text for text in words(manifest) if key_of(text) not in said] == []
    asked = {role.role for operation in manifest.operations.values() for role in operation.template_roles}
    assert asked <= set(roles)
    if language == "en":
        assert [text for text in words(manifest) if said[key_of(text)] != text] == []
