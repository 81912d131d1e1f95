"""A small HTTP client for deliveries, on top of `http.client`.

It does not follow redirects: an endpoint that has moved should be changed in
the configuration, or payloads might end up with strangers.
"""

from __future__ import annotations

import email.utils
import hashlib
import hmac
import http.client
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Mapping
from urllib.parse import urlsplit

from .errors import DeliveryError

USER_AGENT = "ferrywright/0.7"

#: More of an answer than this is not read.
MAX_ANSWER = 16 * 1024

#: Requests with a signature older than this should be refused by endpoints.
SIGNATURE_LIFETIME = 300.0


@dataclass(frozen=True)
class Answer:
    """What an endpoint said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Client:
    """Sends JSON documents with POST."""

    connect_timeout: float = 3.0
    read_timeout: float = 30.0
    signing_secret: str = ""
    extra_headers: dict[str, str] = field(default_factory=dict)

    def post(self, url: str, body: bytes, job_id: str) -> Answer:
        """Send a body and return the answer, or raise `DeliveryError`.

        The header `Idempotency-Key` carries the identifier of the job, so
        that an endpoint can recognise a delivery it has seen before.
        """
        parts = urlsplit(url)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": USER_AGENT,
            "Idempotency-Key": job_id,
            **self.extra_headers,
        }
        if self.signing_secret:
            stamp = str(int(time.time()))
            headers["X-Ferry-Timestamp"] = stamp
            headers["X-Ferry-Signature"] = sign(self.signing_secret, stamp, body)
        connection = self._connect(parts.scheme, parts.hostname, parts.port)
        target = parts.path or "/"
        if parts.query:
            target += "?" + parts.query
        try:
            connection.connect()
            if connection.sock is not None:
                connection.sock.settimeout(self.read_timeout)
            connection.request("POST", target, body=body, headers=headers)
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()),
                            response.read(MAX_ANSWER))
        except socket.timeout as error:
            raise DeliveryError(f"{url}: timed out") from error
        except ssl.SSLCertVerificationError as error:
            # Not a passing fault, but certificates do get renewed.
            raise DeliveryError(f"{url}: bad certificate: {error.verify_message}") from error
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryError(f"{url}: {error}") from error
        finally:
            connection.close()
        if not answer.ok:
            raise DeliveryError(f"{url}: status {answer.status}", answer.status,
                                retry_after(answer.headers))
        return answer

    def _connect(self, scheme: str, host: str | None,
                 port: int | None) -> http.client.HTTPConnection:
        if host is None:
            raise DeliveryError("the address has no host name", 400)
        if scheme == "https":
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            return http.client.HTTPSConnection(host, port, timeout=self.connect_timeout,
                                               context=context)
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.connect_timeout)
        raise DeliveryError(f"unsupported scheme {scheme!r}", 400)


def sign(secret: str, stamp: str, body: bytes) -> str:
    """HMAC over the timestamp, a full stop and the body, in hexadecimal.

    The timestamp is part of what is signed, so that a recorded request
    cannot be replayed later.
    """
    mac = hmac.new(secret.encode("utf-8"), digestmod=hashlib.sha256)
    mac.update(stamp.encode("ascii"))
    mac.update(b".")
    mac.update(body)
    return mac.hexdigest()


def verify(secret: str, stamp: str, body: bytes, signature: str,
           now: float | None = None) -> bool:
    """For endpoints written in Python: check a signature in constant time."""
    now = time.time() if now is None else now
    if not stamp.isdigit() or abs(now - int(stamp)) > SIGNATURE_LIFETIME:
        return False
    return hmac.compare_digest(sign(secret, stamp, body), signature)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Read the header `Retry-After`: seconds or a date.

    Returns the number of seconds to wait, or nothing if the header is absent
    or makes no sense.
    """
    for name, value in headers.items():
        if name.lower() == "retry-after":
            break
    else:
        return None
    value = value.strip()
    if value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    now = time.time() if now is None else now
    return max(moment.timestamp() - now, 0.0)
