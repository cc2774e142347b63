"""What a slot's providers cannot do is named by the field."""

from typing import Any

import pytest

from admin_api.rest.field_fault import FaultCode
from admin_api.slots.slot_rules import key_warnings, model_warnings, slot_faults
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from provider_gemini.manifest import gemini_manifest
from tests.job_rows import new_slot

PAINTER = ProviderManifest(
    name="painter",
    title="Painter",
    version=1,
    operations={
        Operation.IMAGE_EDIT: OperationManifest(params_schema={"type": "object"}),
        Operation.STYLE_TRANSFER: OperationManifest(
            params_schema={"type": "object"}, template_roles=(TemplateRole(role="style", is_required=True),)
        ),
    },
    input_types=(PictureType.JPEG,),
)
MANIFESTS = {"painter": PAINTER, "gemini": gemini_manifest()}
STYLE = {"role": "style", "media_id": "kept"}


def pointers(**changes: Any) -> list[str]:
    return [fault.pointer for fault in slot_faults(new_slot(**changes), MANIFESTS, {"kept"})]


def test_a_slot_that_its_provider_serves_has_no_fault() -> None:
    assert pointers() == []
    assert pointers(provider="painter", params={}, template_media=[STYLE]) == []


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"prompt": "canary" * 10_000}, "this is too long"),
        ({"prompt": ["canary"]}, "this is not of type 'string'"),
        ({"prompt": "x", "image_size": "canary"}, "this is not"),
        ({"prompt": "x", "seed": -1}, "this is less than"),
    ],
)
def test_a_fault_does_not_repeat_the_value_which_may_be_a_prompt(params: dict[str, Any], detail: str) -> None:
    faults = slot_faults(new_slot(params=params), MANIFESTS, {"kept"})

    assert faults
    assert all(fault.detail.startswith(detail) for fault in faults)
    assert "canary" not in str(faults)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"provider": "nobody"}, ["/provider"]),
        ({"provider": "painter", "operation": "identity_transfer"}, ["/operation"]),
        ({"params": {}}, ["/params/prompt"]),
        ({"params": {"prompt": "x", "a/b~c": 1}}, ["/params/a~1b~0c"]),
        ({"params": {"prompt": "x", "seed": -1}}, ["/params/seed"]),
        ({"params": {"prompt": "x", "image_size": "512"}}, ["/params/image_size"]),
        ({"params": {"prompt": "x", "model": "gemini-2.5-flash-image", "image_size": "1K"}}, ["/params/image_size"]),
        ({"operation": "identity_transfer"}, ["/template_media"]),
        ({"template_media": [STYLE] * 4}, ["/template_media"]),
        ({"template_media": [{"role": "style", "media_id": "gone"}]}, ["/template_media/0/media_id"]),
        ({"template_media": [STYLE, {"role": "hat", "media_id": "kept"}]}, ["/template_media/1/role"]),
        (
            {
                "fallbacks": [
                    {"provider": "painter", "operation": "style_transfer"},
                    {"provider": "x", "operation": "image_edit"},
                ]
            },
            ["/template_media", "/fallbacks/1/provider"],
        ),
    ],
)
def test_each_fault_names_its_field(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(pointers(**changes)) == sorted(expected)


@pytest.mark.parametrize(
    ("changes", "code", "bounds"),
    [
        ({"params": {}}, "missing", {}),
        ({"params": {"prompt": "x", "hue": 1}}, "unknown_field", {}),
        ({"params": {"prompt": "x" * 20_000}}, "too_long", {"limit": 16_000}),
        ({"params": {"prompt": 7}}, "wrong_type", {"allowed": ["text"]}),
        ({"params": {"prompt": "x", "seed": -1}}, "too_small", {"limit": 0}),
        ({"params": {"prompt": "x", "model": "Ä"}}, "wrong_form", {}),
        ({"provider": "nobody"}, "unknown_provider", {"allowed": ["gemini", "painter"]}),
        (
            {"provider": "painter", "operation": "identity_transfer"},
            "unknown_operation",
            {"allowed": ["image_edit", "style_transfer"], "subject": "painter"},
        ),
        ({"provider": "painter", "operation": "style_transfer"}, "template_missing", {"subject": "style"}),
        ({"template_media": [STYLE] * 4}, "too_many_templates", {"limit": 3, "subject": "style"}),
    ],
)
def test_a_fault_tells_programs_what_is_wrong_and_its_bounds(
    changes: dict[str, Any], code: str, bounds: dict[str, Any]
) -> None:
    [told] = [fault.as_json() for fault in slot_faults(new_slot(**changes), MANIFESTS, {"kept"})]

    assert told["code"] == code
    assert {name: told[name] for name in told.keys() - {"pointer", "detail", "code"}} == bounds


def test_a_value_that_is_none_of_a_list_comes_with_the_list() -> None:
    [fault] = slot_faults(new_slot(params={"prompt": "x", "image_size": "512"}), MANIFESTS, {"kept"})

    assert fault.wrong.code is FaultCode.NOT_ALLOWED
    assert "1K" in fault.wrong.allowed


def test_a_provider_without_a_key_is_a_warning_at_its_field() -> None:
    fallbacks = [{"provider": "painter", "operation": "image_edit"}, {"provider": "gemini", "operation": "image_edit"}]

    warnings = key_warnings(new_slot(provider="gemini", fallbacks=fallbacks), {"gemini"})

    assert [warning.pointer for warning in warnings] == ["/provider", "/fallbacks/1/provider"]
    assert all(warning.is_warning for warning in warnings)


def test_a_model_that_is_not_listed_is_a_warning_at_its_field_the_default_too() -> None:
    fallbacks = [
        {"provider": "gemini", "operation": "image_edit", "params": {"prompt": "x", "model": "models/a-listed-one"}},
        {"provider": "gemini", "operation": "image_edit", "params": {"prompt": "x", "model": "gone"}},
        {"provider": "painter", "operation": "image_edit"},
    ]
    slot = new_slot(provider="gemini", operation="image_edit", params={"prompt": "x"}, fallbacks=fallbacks)

    warnings = model_warnings(slot, MANIFESTS, {"gemini": ["a-listed-one"], "painter": ["brush"]})

    assert [warning.pointer for warning in warnings] == ["/params/model", "/fallbacks/1/params/model"]
    assert all(warning.is_warning for warning in warnings)
    assert model_warnings(slot, MANIFESTS, {}) == ()
