"""The simulator's control API, as the rehearsal's people use it: read the chat, tap, type, pay."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 30


class Phones:
    """Every phone of the rehearsal, behind the simulator at `url`. Raises requests.HTTPError on a refused call."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def _post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.session.post(f"{self.url}/_sim{path}", json=body or {}, timeout=TIMEOUT)
        answer.raise_for_status()
        return dict(answer.json())

    def _get(self, path: str) -> Any:
        answer = self.session.get(f"{self.url}/_sim{path}", timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def register(self, wa_id: str, name: str, role: str, language: str, *, on_whatsapp: bool = True) -> None:
        person = {"wa_id": wa_id, "name": name, "role": role, "language": language, "on_whatsapp": on_whatsapp}
        self._post("/phones", person)

    def knobs(self, **values: Any) -> None:
        self._post("/knobs", values)

    def log(self) -> list[dict[str, Any]]:
        """Every message the simulator accepted, in order."""
        answer = self._get("/log")
        return list(answer["log"] if isinstance(answer, dict) else answer)

    def chat(self, wa_id: str) -> list[dict[str, Any]]:
        answer = self._get(f"/phones/{wa_id}/messages")
        return list(answer["messages"] if isinstance(answer, dict) else answer)

    def open_chat(self, wa_id: str) -> None:
        """Looking at a chat marks its messages read: read statuses go back as webhooks."""
        self._post(f"/phones/{wa_id}/open")

    def say(self, wa_id: str, text: str) -> None:
        self._post(f"/phones/{wa_id}/text", {"body": text})

    def tap(self, wa_id: str, wamid: str, index: int) -> None:
        self._post(f"/phones/{wa_id}/tap", {"wamid": wamid, "index": index})

    def pick(self, wa_id: str, wamid: str, row_id: str) -> None:
        self._post(f"/phones/{wa_id}/tap", {"wamid": wamid, "row_id": row_id})

    def pay(self, link_id: str, *, again: bool = False) -> None:
        self._post(f"/pay/{link_id}" + ("?again=1" if again else ""))

    def pending(self) -> int:
        return int(self._get("/pending")["pending"])

    def flush(self) -> None:
        """Have every webhook delivered now, retries included."""
        self._post("/flush")
