"""Log lines for people and for machines; fields never hold a patient name, identifier or birth date."""

import datetime
import json
import logging
import warnings
from typing import Any

from pipelines.standard_streams import tell

LOGGER = logging.getLogger("vcfimg")


class PlainFormatter(logging.Formatter):
    """``12:00:01 screened study=1.2.3 status=ok seconds=3.1``."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {key}={_word(value)}" for key, value in _fields(record).items())
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        return f"{datetime.datetime.fromtimestamp(record.created):%H:%M:%S} {level}{record.getMessage()}{fields}"


class JsonFormatter(logging.Formatter):
    """One JSON object per line: ``time``, ``level``, ``event`` and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage(), **_fields(record)}
        return json.dumps(line, ensure_ascii=True)


class StderrHandler(logging.Handler):
    """Writes to whatever standard error is at that moment, so that a progress bar can keep the lines above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(self.format(record))


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log one event; studies are named by their UID."""
    LOGGER.log(level, event, extra={"fields": {key: value for key, value in fields.items() if value is not None}})


def set_up_logging(*, as_json: bool = False, level: int = logging.INFO) -> None:
    """Send vcfimg's events to standard error and keep quiet whatever else might quote a header."""
    handler = StderrHandler()
    handler.setFormatter(JsonFormatter() if as_json else PlainFormatter())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False
    quiet_libraries()


def quiet_libraries() -> None:
    """Silence libraries whose warnings quote DICOM values."""
    warnings.simplefilter("ignore")
    for name in ("pydicom", "highdicom", "pylibjpeg"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return dict(getattr(record, "fields", {}))


def _word(value: Any) -> str:
    """One token on one line, whatever the value holds."""
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)
