"""What is there to be asked about: without it most requests would end at a name that nothing has."""

import random
from typing import Any

from pydantic import BaseModel

Fields = dict[str, Any]


class Known(BaseModel):
    """Kept beside the world that it tells of.

    Args:
        names: by the path up to a part, what exists there.
        spare: of these whatever is deleted may be: the others stay for the requests after it.
        fields: what a field of this name holds in any body, at any depth, so that it means something.
        bodies, queries: the same for one operation.
        etags: the newest version that was told, by path.
    """

    names: dict[str, list[str]]
    spare: dict[str, list[str]]
    fields: Fields
    bodies: dict[str, Fields]
    queries: dict[str, Fields]
    etags: dict[str, str] = {}

    def name(self, method: str, path: str, chance: random.Random) -> str | None:
        """Choose what the first part of the path names, if anything is known of it."""
        place = path.partition("}")[0] + "}"
        is_deletion = method.upper() == "DELETE" and path == place
        names = (self.spare if is_deletion else self.names).get(place)
        return chance.choice(names) if names else None

    def meant(self, operation: str, body: Fields) -> Fields:
        known = body if operation in self.bodies else self._with_fields(body)
        return {**known, **{name: value for name, value in self.bodies.get(operation, {}).items() if name in body}}

    def _with_fields(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: self.fields[name] if name in self.fields else self._with_fields(value[name]) for name in value
            }
        return [self._with_fields(item) for item in value] if isinstance(value, list) else value

    def etag(self, path: str) -> str | None:
        """Give that of the thing itself, or of the nearest above it."""
        above = [other for other in [*self.etags] if f"{path}/".startswith(f"{other}/")]
        return self.etags[max(above, key=len)] if above else None
