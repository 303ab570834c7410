"""Is web healthy? For a container's health check: exit code 0 when it is, else 1 and one line that says why.

    python -m scripts.healthy http://127.0.0.1:8000/healthz            the database answers
    python -m scripts.healthy http://web:8000/healthz --clock          ... and beat, broker and worker move

Asks as the proxy would: by the site's public name and over https, which web insists on.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def problem(url: str, public_url: str, clock: bool) -> str | None:
    """What is wrong with the site that answers at `url`, or None."""
    public = urlsplit(public_url)
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme} if public.netloc else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=4) as response:  # noqa: S310
            answer = json.load(response)
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException, ValueError) as error:
        return f"{url}: {error}"
    if clock and answer.get("clock") != "ok":
        return f"beat, broker and worker are {answer.get('clock')}; last sign: {answer.get('heartbeat_age_seconds')} s"
    return None


def main(arguments: list[str]) -> int:
    found = problem(arguments[0], os.environ.get("PUBLIC_BASE_URL", ""), clock="--clock" in arguments[1:])
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
