"""What a call used, as its answer says."""

from photochanger.domain.usage import Usage
from provider_gemini.answer import Answer, Candidate, Part


def pictures_of(candidate: Candidate) -> tuple[Part, ...]:
    """The pictures that are the model's answer, not its thoughts."""
    parts = (candidate.content.parts if candidate.content else None) or ()
    return tuple(part for part in parts if part.inline_data is not None and not part.thought)


def usage_of(answer: Answer, model: str) -> Usage:
    """Give what the answer says; `images` are those of every candidate, as each is charged."""
    said = answer.usage_metadata
    images = sum(len(pictures_of(candidate)) for candidate in answer.candidates or ())
    if said is None:
        return Usage(bare_name(model), images=images)
    return Usage(
        bare_name(model),
        input_tokens=said.prompt_token_count,
        output_tokens=said.candidates_token_count,
        thought_tokens=said.thoughts_token_count,
        images=images,
    )


def bare_name(model: str) -> str:
    """The model's name as prices and lists have it."""
    return model.removeprefix("models/")
