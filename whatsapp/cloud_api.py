"""The only module that speaks to the Graph API. Its errors say what is certain about the call.

NotSent: not one byte of the request left us, so it may be repeated. Refused: Meta said no and why. AnswerLost: the
request may have been taken; nobody may repeat it blindly, because Meta has no idempotency key for messages.
The token travels in a header only, and stands in no repr, no message and no log line.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import default_headers
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError

from whatsapp.errors import ErrorInfo, Kind, lookup

CONNECT_SECONDS, READ_SECONDS = 4.0, 20.0
TIMEOUT = (CONNECT_SECONDS, READ_SECONDS)
# Registering takes Meta long, and ten tries in three days are all there are: no try may be lost to impatience.
REGISTER_TIMEOUT = (CONNECT_SECONDS, 60.0)
POOL_SIZE = 160
# A connection idle for longer may just be closing at the other end; a POST on it would be "answer lost" for nothing.
IDLE_SECONDS = 20.0
NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,name_status,status,quality_rating,throughput,platform_type,"
    "whatsapp_business_manager_messaging_limit,code_verification_status,is_on_biz_app,health_status,"
    "is_pin_enabled,webhook_configuration"
)
ACCOUNT_FIELDS = "id,name,account_review_status,business_verification_status,health_status"
TEMPLATE_FIELDS = (
    "id,name,language,status,category,previous_category,components,parameter_format,rejected_reason,quality_score"
)
# Codes that say that the token itself is dead: expired, revoked, or none at all.
DEAD_TOKEN = frozenset({0, 190})
_NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, NameResolutionError)

logger = logging.getLogger(__name__)


class CloudApiError(Exception):
    """Base of what can go wrong with a call; `sentence` is for staff."""

    sentence = "Meta could not be reached."


class NotSent(CloudApiError):
    """The request never left: no connection was made."""


class AnswerLost(CloudApiError):
    """The request may have arrived; its answer did not, or proves nothing."""

    sentence = "Meta's answer was lost: the call may have worked."

    def __init__(self, why: str, http_status: int | None = None) -> None:
        super().__init__(why)
        self.http_status = http_status


class Refused(CloudApiError):
    """Meta refused, with a code of the table in `whatsapp/errors.py`."""

    def __init__(self, code: int, http_status: int, error: dict[str, Any]) -> None:
        self.code, self.http_status, self.error = code, http_status, error
        self.subcode: int | None = error.get("error_subcode")
        self.details = str((error.get("error_data") or {}).get("details") or error.get("error_user_msg") or "")
        super().__init__(f"{code}: {self.details or error.get('message', '')}")

    @property
    def info(self) -> ErrorInfo:
        return lookup(self.code)

    @property
    def sentence(self) -> str:  # type: ignore[override]
        return f"{self.info.sentence} {self.details}".strip()


@dataclass(frozen=True)
class Accepted:
    """Meta took the message: accepted is neither sent nor delivered. `held` when it waits for a quality check."""

    wamid: str
    wa_id: str = ""
    bsuid: str = ""
    message_status: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaAddress:
    """Where Meta keeps a file for the next five minutes."""

    url: str
    mime_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Credentials:
    """What a call needs of an account, free of the database, so that it can be used in any thread."""

    waba_id: str
    base_url: str
    version: str
    token: str = field(repr=False)
    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    previous_token: str = field(default="", repr=False)


class _Session:
    """One pooled session per process, made anew after an idle time (see IDLE_SECONDS)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._used = 0.0

    def get(self) -> requests.Session:
        with self._lock:
            now = time.monotonic()
            if self._session is None or now - self._used > IDLE_SECONDS:
                if self._session is not None:
                    self._session.close()
                self._session = requests.Session()
                self._session.trust_env = False  # a .netrc must not replace our Authorization header
                adapter = HTTPAdapter(pool_connections=8, pool_maxsize=POOL_SIZE, max_retries=0, pool_block=True)
                self._session.mount("https://", adapter)
                self._session.mount("http://", adapter)
            self._used = now
            return self._session

    def post_json(self, url: str, authorization: str, body: dict[str, Any]) -> requests.Response:
        """What `post(json=…)` of the session does for a message, at half its CPU: the request is prepared once for an
        account, and neither cookies nor redirects are looked for (docs/performance.md). Raises what requests raises."""
        request = _prepared(url, authorization).copy()
        request.prepare_body(json.dumps(body, allow_nan=False).encode(), None)
        response = self.get().get_adapter(url).send(request, timeout=TIMEOUT)
        response.content  # noqa: B018  (read while an error of reading is still the request's)
        return response

    def close(self) -> None:
        """Let go of every connection; the next call opens new ones."""
        with self._lock:
            if self._session is not None:
                self._session.close()
            self._session = None


@lru_cache(maxsize=64)
def _prepared(url: str, authorization: str) -> requests.PreparedRequest:
    headers = {**default_headers(), "Authorization": authorization, "Content-Type": "application/json"}
    return requests.Request("POST", url, headers=headers).prepare()


_SESSION = _Session()


@dataclass(frozen=True)
class CloudApi:
    """Calls for one account. Every method raises NotSent, AnswerLost or Refused."""

    credentials: Credentials

    def send(self, phone_number_id: str, body: dict[str, Any]) -> Accepted:
        """POST one message. A 200 without a wamid proves nothing and raises AnswerLost."""
        answer = self._call("POST", f"{phone_number_id}/messages", message=body)
        try:
            message = answer["messages"][0]
            wamid = message["id"]
        except (KeyError, IndexError, TypeError) as error:
            raise AnswerLost("Meta answered 200 without a message id", 200) from error
        who = (answer.get("contacts") or [{}])[0]
        status = message.get("message_status", "")
        return Accepted(wamid, who.get("wa_id", ""), who.get("user_id", ""), status, answer)

    def mark_read(self, phone_number_id: str, body: dict[str, Any]) -> None:
        self._call("POST", f"{phone_number_id}/messages", json=body)

    def number(self, phone_number_id: str) -> dict[str, Any]:
        return self._call("GET", phone_number_id, params={"fields": NUMBER_FIELDS})

    def numbers(self) -> Iterator[dict[str, Any]]:
        return self._pages(f"{self.credentials.waba_id}/phone_numbers", {"fields": NUMBER_FIELDS, "limit": "50"})

    def account(self) -> dict[str, Any]:
        return self._call("GET", self.credentials.waba_id, params={"fields": ACCOUNT_FIELDS})

    def subscribed_apps(self) -> list[dict[str, Any]]:
        return list(self._call("GET", f"{self.credentials.waba_id}/subscribed_apps").get("data", []))

    def subscribe(self) -> None:
        """Without it Meta's own test button works and no real webhook ever arrives."""
        self._call("POST", f"{self.credentials.waba_id}/subscribed_apps")

    def debug_token(self) -> dict[str, Any]:
        """Whether the token is valid, until when, with which scopes. Needs app id and secret."""
        creds = self.credentials
        headers = {"Authorization": f"Bearer {creds.app_id}|{creds.app_secret}"}
        return dict(
            self._call("GET", "debug_token", params={"input_token": creds.token}, headers=headers).get("data", {})
        )

    def templates(self) -> Iterator[dict[str, Any]]:
        return self._pages(f"{self.credentials.waba_id}/message_templates", {"fields": TEMPLATE_FIELDS, "limit": "100"})

    def create_template(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", f"{self.credentials.waba_id}/message_templates", json=body)

    def edit_template(self, template_id: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", template_id, json=body)

    def register(self, phone_number_id: str, pin: str) -> None:
        """Sets the two-step PIN where there is none, else it must be the one that is set."""
        body = {"messaging_product": "whatsapp", "pin": pin}
        self._call("POST", f"{phone_number_id}/register", json=body, timeout=REGISTER_TIMEOUT)

    def request_code(self, phone_number_id: str, method: str, language: str) -> None:
        """Meta sends the number a code, by SMS or VOICE."""
        body = {"code_method": method, "language": language}
        self._call("POST", f"{phone_number_id}/request_code", json=body)

    def verify_code(self, phone_number_id: str, code: str) -> None:
        self._call("POST", f"{phone_number_id}/verify_code", json={"code": code})

    def upload(self, phone_number_id: str, name: str, data: bytes, mime_type: str) -> str:
        """The media id, which Meta keeps for 30 days."""
        form = {"messaging_product": "whatsapp", "type": mime_type}
        files = {"file": (name, data, mime_type)}
        return _said(self._call("POST", f"{phone_number_id}/media", data=form, files=files), "id")

    def upload_example(self, name: str, data: bytes, mime_type: str) -> str:
        """The handle of a template's example file (the resumable upload, in one piece); of no use for sending."""
        about = {"file_name": name, "file_length": str(len(data)), "file_type": mime_type}
        app = self.credentials.app_id or _said(self._call("GET", "app"), "id")
        session = _said(self._call("POST", f"{app}/uploads", params=about), "id")
        headers = {"Authorization": f"OAuth {self.credentials.token}", "file_offset": "0"}
        return _said(self._call("POST", session, data=data, headers=headers), "h")

    def media(self, media_id: str, phone_number_id: str) -> MediaAddress:
        found = self._call("GET", media_id, params={"phone_number_id": phone_number_id})
        kind, digest, size = (str(found.get(name) or "") for name in ("mime_type", "sha256", "file_size"))
        return MediaAddress(_said(found, "url"), kind, digest, int(size) if size.isdigit() else 0)

    def download(self, url: str, limit: int) -> bytes:
        """The bytes behind a media address; refuses more than `limit` of them without reading on."""
        response = self._request("GET", url, stream=True, headers=self._authorization())
        with response:
            data = bytearray()
            try:
                if response.status_code != requests.codes.ok:
                    error = _refusal(response)
                    other = self._other_token(error)
                    if other is None:
                        raise error
                    return other.download(url, limit)
                for chunk in response.iter_content(64 * 1024):
                    data += chunk
                    if len(data) > limit:
                        raise Refused(131052, response.status_code, {"message": f"larger than {limit} bytes"})
            except requests.RequestException as error:
                raise AnswerLost(type(error).__name__) from error
        return bytes(data)

    def with_one_token(self, token: str) -> CloudApi:
        """The same account with this token alone: no other takes over when Meta refuses it."""
        return CloudApi(replace(self.credentials, token=token, previous_token=""))

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.credentials.token}"}

    def _other_token(self, error: CloudApiError) -> CloudApi | None:
        """While a rotation is under way two tokens may be right: when Meta refuses the newer one for what it is, the
        call was not carried out and the one before it is tried."""
        previous = self.credentials.previous_token
        if not previous or not isinstance(error, Refused) or error.code not in DEAD_TOKEN:
            return None
        logger.warning("Meta refuses the access token (error %s); trying the previous one", error.code)
        return self.with_one_token(previous)

    def _pages(self, path: str, params: dict[str, str]) -> Iterator[dict[str, Any]]:
        while True:
            page = self._call("GET", path, params=params)
            yield from page.get("data", [])
            paging = page.get("paging") or {}
            after = (paging.get("cursors") or {}).get("after")
            if not paging.get("next") or not after:
                return
            params = {**params, "after": after}

    def _call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        creds, own = self.credentials, given.pop("headers", None)
        headers = own or self._authorization()
        response = self._request(method, f"{creds.base_url}/{creds.version}/{path}", headers=headers, **given)
        if response.ok:
            return _json(response)
        error = _refusal(response)
        other = None if own else self._other_token(error)
        if other is None:
            raise error
        return other._call(method, path, **given)

    def _request(self, method: str, url: str, **given: Any) -> requests.Response:
        try:
            if "message" in given:
                return _SESSION.post_json(url, given["headers"]["Authorization"], given["message"])
            return _SESSION.get().request(method, url, allow_redirects=False, **{"timeout": TIMEOUT, **given})
        except requests.RequestException as error:
            # `from None`: the original carries the request with its headers, and a log would print the token.
            raise (NotSent if _never_left(error) else AnswerLost)(type(error).__name__) from None


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, _NEVER_LEFT)


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except (ValueError, requests.RequestException) as error:
        raise AnswerLost("the answer is no JSON", response.status_code) from error
    if not isinstance(answer, dict):
        raise AnswerLost("the answer is no JSON object", response.status_code)
    return answer


def _said(answer: dict[str, Any], name: str) -> str:
    """What a 200 must tell; without it nobody knows what the call has done."""
    if not answer.get(name):
        raise AnswerLost(f"Meta answered 200 without “{name}”", requests.codes.ok)
    return str(answer[name])


def _refusal(response: requests.Response) -> CloudApiError:
    """What a non-2xx answer proves. A 5xx may have come after Meta took the message: only codes of the table that
    name an overload or a dead credential prove the contrary."""
    status = response.status_code
    try:
        error = json.loads(response.content)["error"]
        code = int(error["code"])
    except (ValueError, KeyError, TypeError):
        if status == requests.codes.too_many_requests:
            return Refused(130429, status, {"message": "HTTP 429 without a body"})
        if status in (requests.codes.unauthorized, requests.codes.forbidden):
            return Refused(190 if status == requests.codes.unauthorized else 10, status, {"message": f"HTTP {status}"})
        return AnswerLost(f"HTTP {status} without an error of Meta's", status)
    info = lookup(code)
    if status >= requests.codes.server_error and not (info.refused or info.kind is Kind.ACCOUNT):
        return AnswerLost(f"HTTP {status} with error {code}", status)
    return Refused(code, status, error)
