"""Settings: defaults, then a file, then the environment, then arguments.

Later sources win. The file is INI with one section, `[ferrywright]`; an
environment variable is the name of the setting in capitals with the prefix
`FERRYWRIGHT_`.
"""

from __future__ import annotations

import configparser
import os
import re
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Mapping

from .errors import ConfigError

ENV_PREFIX = "FERRYWRIGHT_"
SECTION = "ferrywright"

#: Searched in this order if no file is named; the first that exists is used.
SEARCH_PATH = ("./ferrywright.ini", "~/.config/ferrywright.ini", "/etc/ferrywright.ini")

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZES = {"": 1, "k": 1024, "m": 1024 ** 2}


@dataclass(frozen=True)
class Config:
    """All settings with their defaults."""

    #: Where the jobs are kept. ":memory:" keeps them until the process ends.
    database: str = "jobs.db"
    #: How long a worker may hold a job without a sign of life.
    lease: float = 120.0
    #: How many jobs one worker process handles at the same time.
    concurrency: int = 4
    #: How long to wait for a locked database before `StorageBusy`.
    busy_timeout: float = 5.0
    #: The largest payload, in bytes after encoding.
    max_payload: int = 64 * 1024
    #: How often an idle worker looks for new jobs.
    poll_interval: float = 0.5
    #: Finished jobs are deleted after this time.
    keep_done: float = 7 * 86400.0
    #: Time limits of the HTTP client.
    connect_timeout: float = 3.0
    read_timeout: float = 30.0
    #: Sent as the signature of each delivery; empty switches signing off.
    signing_secret: str = ""
    #: Where metrics are served; empty switches them off.
    metrics_address: str = ""

    def validate(self) -> "Config":
        """Check that the settings make sense together."""
        if self.concurrency < 1:
            raise ConfigError("concurrency", "must be at least 1")
        if self.lease <= self.read_timeout + self.connect_timeout:
            raise ConfigError("lease", "must be longer than both timeouts together, "
                                       "or slow deliveries are made twice")
        if self.poll_interval <= 0:
            raise ConfigError("poll_interval", "must be positive")
        if 0 < len(self.signing_secret) < 16:
            raise ConfigError("signing_secret", "must have at least 16 characters")
        return self


def parse_duration(text: str) -> float:
    """Read "250ms", "10s", "5m", "2h" or "7d" as seconds.

    A bare number is taken as seconds. Compound values such as "1h30m" are
    accepted; spaces are not.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"not a duration: {text!r}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def parse_size(text: str) -> int:
    """Read "65536", "64k" or "1m" as a number of bytes."""
    match = re.fullmatch(r"(\d+)([km]?)", text.lower())
    if match is None:
        raise ValueError(f"not a size: {text!r}")
    return int(match[1]) * _SIZES[match[2]]


_PARSERS = {
    "lease": parse_duration,
    "busy_timeout": parse_duration,
    "poll_interval": parse_duration,
    "keep_done": parse_duration,
    "connect_timeout": parse_duration,
    "read_timeout": parse_duration,
    "max_payload": parse_size,
    "concurrency": int,
}


def _convert(key: str, text: str) -> Any:
    try:
        return _PARSERS.get(key, str)(text)
    except ValueError as error:
        raise ConfigError(key, str(error)) from None


def _apply(config: Config, values: Mapping[str, str]) -> Config:
    known = {field.name for field in fields(Config)}
    for key in values:
        if key not in known:
            hint = _closest(key, known)
            raise ConfigError(key, f"unknown, did you mean {hint!r}?" if hint else "unknown")
    return replace(config, **{key: _convert(key, text) for key, text in values.items()})


def _closest(word: str, known: set[str]) -> str | None:
    """The known name most like a misspelt one, if any is near enough."""
    import difflib

    matches = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.7)
    return matches[0] if matches else None


def find_file() -> Path | None:
    """The first existing file on the search path."""
    for name in SEARCH_PATH:
        path = Path(name).expanduser()
        if path.is_file():
            return path
    return None


def load_config(path: str | None = None, environ: Mapping[str, str] | None = None,
                **overrides: Any) -> Config:
    """Put the settings together from all sources and check them."""
    config = Config()
    file = Path(path) if path else find_file()
    if file is not None:
        parser = configparser.ConfigParser(interpolation=None)
        with open(file, encoding="utf-8") as stream:
            parser.read_file(stream)
        if parser.has_section(SECTION):
            config = _apply(config, dict(parser[SECTION]))
    environ = os.environ if environ is None else environ
    # Unknown variables with our prefix are an error, too: silence about a
    # typing mistake has cost us a weekend.
    from_environment = {
        name[len(ENV_PREFIX):].lower(): value
        for name, value in environ.items()
        if name.startswith(ENV_PREFIX)
    }
    config = _apply(config, from_environment)
    overrides = {key: value for key, value in overrides.items() if value is not None}
    return replace(config, **overrides).validate()
