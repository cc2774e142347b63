"""`python healthy.py /health/ready`: exit code 0 when the service in this container answers 200 there."""

import http.client
import os
import sys

TIMEOUT_SECONDS = 3


def is_healthy(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_healthy(int(os.environ["METRICS_PORT"]), sys.argv[1]) else 1)
