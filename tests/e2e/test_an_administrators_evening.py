"""An administrator's first evening, from the login to the booth's new password."""

import asyncio
import io
import json
import uuid
from typing import Any

import aiohttp

from tests.admin_people import ask, log_in, logged_in
from tests.dslr_client import Answer, Shot, shoot
from tests.e2e.product import Product
from tests.photos import camera_jpeg, decoded, difference

#: A saved slot or setting is in force on every replica within this time.
IN_FORCE_SECONDS = 2.0


async def upload(http: aiohttp.ClientSession, path: str, data: bytes, **fields: str) -> dict[str, Any]:
    form = aiohttp.FormData(fields)
    form.add_field("file", io.BytesIO(data), filename="style.jpg", content_type="image/jpeg")
    async with http.post(path, data=form) as answer:
        body: dict[str, Any] = await answer.json(content_type=None)
        assert answer.status in {200, 201}, body
        return body


def evening_slot(style_id: str) -> dict[str, Any]:
    name = f"evening-{uuid.uuid4().hex[:8]}"
    return {
        "id": name,
        "name": "The evening",
        "provider": "gemini",
        "operation": "style_transfer",
        "params": {"prompt": f"{name}: in the style of the second picture"},
        "template_media": [{"role": "style", "media_id": style_id}],
    }


async def shoot_at(url: str, photo: bytes, password: str) -> Answer:
    return await shoot(url, Shot.captured(photo, password))


async def test_an_administrators_evening(product: Product) -> None:
    url = str(product.stack.info["admin_url"])
    login, password = str(product.stack.info["admin_login"]), str(product.stack.info["admin_password"])
    photo = camera_jpeg(1200, 800)
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, login, password)
    async with logged_in(url, token) as admin:
        style = await upload(admin, "/api/v1/template-media", camera_jpeg(600, 400, name="coffee.png"), name="Coffee")
        wanted = evening_slot(style["id"])

        status, problem = await ask(admin, "POST", "/api/v1/slots", {**wanted, "params": {"prompt": "", "size": 7}})
        assert status == 422
        assert {error["pointer"] for error in problem["errors"]} == {"/params/prompt", "/params/size"}

        trial = await upload(admin, "/api/v1/test-runs", photo, slot=json.dumps(wanted))
        assert (trial["status"], trial["attempts"][0]["outcome"]) == ("done", "delivered"), trial
        assert trial["timing_ms"]["ms_total"] > 0
        assert (await product.fetch(trial["result"]["url"]))[0] == 200

        again = await upload(admin, f"/api/v1/test-runs/{trial['job_id']}/retry", photo)
        assert (again["status"], again["job_id"] != trial["job_id"]) == ("done", True), again
        status, job = await ask(admin, "GET", f"/api/v1/jobs/{again['job_id']}")
        assert (job["source"], job["slot"]["routes"][0]["params"]) == ("test_run", wanted["params"])

        refused = {**wanted, "params": {"prompt": f"{wanted['id']} [sandbox:safety]"}}
        trial = await upload(admin, "/api/v1/test-runs", photo, slot=json.dumps(refused))
        assert (trial["status"], trial["failure_reason"], trial["result"]) == ("failed", "provider_refused", None)
        assert "SAFETY" in trial["provider_error"], trial

        status, slot = await ask(admin, "POST", "/api/v1/slots", wanted)
        assert status == 201, slot
        booth = slot["client_settings"]
        answer = await shoot_at(booth["url"], photo, product.stack.ingest_password)
        assert answer.status == 200, answer.body[:500]
        assert difference(answer.body, photo) > 8, "the photo came back as it was"

        job_id = answer.headers["x-job-id"]
        status, job = await ask(admin, "GET", f"/api/v1/jobs/{job_id}")
        assert (status, job["status"], job["slot_id"], job["source"]) == (200, "done", slot["id"], "ingest")
        assert [attempt["provider"] for attempt in job["attempts"]] == ["gemini"]

        status, gallery = await ask(admin, "GET", f"/api/v1/results?slot_id={slot['id']}")
        assert [item["id"] for item in gallery["items"]] == [job_id], "the test run is not in the gallery"
        shown = gallery["items"][0]
        async with admin.get(shown["download_url"]) as downloaded:
            assert await downloaded.read() == answer.body
        async with admin.get(shown["preview_url"]) as preview:
            assert max(decoded(await preview.read()).size) == 512
        assert (await product.fetch(shown["qr_url"]))[0] == 200
        assert (await product.fetch(shown["result_url"]))[0] == 200

        status, event = await ask(admin, "POST", "/api/v1/event-galleries", {"slot_ids": [slot["id"]]})
        assert status == 201, event
        assert await pictures_of(product, event) == [shown["result_url"]]
        assert f"{shown['result_url'].rpartition('/')[2]}/page" in (await product.fetch(event["url"]))[2].decode()
        assert (await product.fetch(event["qr_url"]))[0] == 200

        async with admin.post(f"/api/v1/results/{job_id}/revoke") as revoked:
            assert revoked.status == 204
        assert (await product.fetch(shown["result_url"]))[0] == 410
        assert (await product.fetch(shown["page_url"]))[0] == 410
        assert await pictures_of(product, event) == []

        async with admin.post(f"/api/v1/event-galleries/{event['id']}/close") as closed:
            assert closed.status == 200
        assert (await product.fetch(event["url"]))[0] == 403


async def pictures_of(product: Product, event: dict[str, Any]) -> list[str]:
    status, _, content = await product.fetch(event["pictures_url"])
    assert status == 200
    return [picture["picture_url"] for picture in json.loads(content)["pictures"]]


async def test_the_booths_get_a_new_password_and_the_old_one_works_for_its_overlap(product: Product) -> None:
    url = str(product.stack.info["admin_url"])
    login, password = str(product.stack.info["admin_login"]), str(product.stack.info["admin_password"])
    slot, photo, old = await product.slot(), camera_jpeg(900, 600), product.stack.ingest_password
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, login, password)
    async with logged_in(url, token) as admin:
        status, rotated = await ask(admin, "POST", "/api/v1/settings/ingest-password", {"overlap_minutes": 60})
        assert status == 200, rotated
        await asyncio.sleep(IN_FORCE_SECONDS)

        answers = [
            await shoot_at(product.ingest(slot), photo, given)
            for given in (rotated["password"], old, "neither of them")
        ]
        back = {"password": old, "overlap_minutes": 0}
        assert (await ask(admin, "POST", "/api/v1/settings/ingest-password", back))[0] == 200
        await asyncio.sleep(IN_FORCE_SECONDS)
        ended = await shoot_at(product.ingest(slot), photo, rotated["password"])

    assert [answer.status for answer in answers] == [200, 200, 401]
    assert ended.status == 401


async def test_a_person_changes_the_own_password(product: Product) -> None:
    url = str(product.stack.info["admin_url"])
    first, second = "a long first password", "a long second password"
    person = f"person-{uuid.uuid4().hex[:8]}"
    async with aiohttp.ClientSession(url, cookie_jar=aiohttp.DummyCookieJar()) as stranger:
        token = await log_in(
            stranger, str(product.stack.info["admin_login"]), str(product.stack.info["admin_password"])
        )
        async with logged_in(url, token) as admin:
            body = {"login": person, "password": first, "role": "operator"}
            assert (await ask(admin, "POST", "/api/v1/users", body))[0] == 201
        async with logged_in(url, await log_in(stranger, person, first)) as own:
            change = {"current_password": first, "new_password": second}
            assert (await ask(own, "PUT", "/api/v1/session/password", change))[0] == 204
        await log_in(stranger, person, second)
        assert (await ask(stranger, "POST", "/api/v1/session", {"login": person, "password": first}))[0] == 401
