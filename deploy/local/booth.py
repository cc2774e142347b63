"""Posts a photo to the stack as a booth does."""

import http.client
import uuid

from deploy.local.part import LOOPBACK

DEMO_SLOTS = ("demo-gemini", "demo-edit", "demo-turbotext", "demo-face")
ANSWER_SECONDS = 65


def booth_request(photo: bytes, password: str) -> tuple[str, bytes]:
    """Content type and body of a multipart form as DSLR Remote Pro sends it."""
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="fileToUpload"; filename="IMG_0001.JPG"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    tail = (
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n{password}'
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\nfirst photo\r\n--{boundary}--\r\n'
    )
    return f"multipart/form-data; boundary={boundary}", head.encode() + photo + tail.encode()


def post_photo(port: int, photo: bytes, password: str, *, slot: str = DEMO_SLOTS[0]) -> tuple[int, bytes]:
    """Status and body of the slot's answer; status 0 and the reason without an answer."""
    content_type, body = booth_request(photo, password)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", f"/ingest/{slot}", body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error).encode()
    finally:
        connection.close()
