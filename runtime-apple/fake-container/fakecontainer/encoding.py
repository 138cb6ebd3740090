"""JSON as the CLI writes it: Swift's encoder, in the forms that it had over time."""

import json
import time

REFERENCE_DATE = 978307200  # 2001-01-01T00:00:00Z


class Date:
    """A point in time, in seconds of the Unix epoch."""

    def __init__(self, seconds):
        self.seconds = seconds

    def iso(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.seconds))


def encode(document, sort, pretty=False, iso=False):
    """The text of a document. Without sorting the order of keys is another one in each process."""
    plain = _plain(document, sort, iso)
    text = _pretty(plain, "") if pretty else _string(plain)
    return text


def _plain(value, sort, iso):
    if isinstance(value, Date):
        return value.iso() if iso else round(value.seconds - REFERENCE_DATE, 6)
    if isinstance(value, dict):
        keys = sorted(value) if sort else sorted(value, key=hash)
        return {key: _plain(value[key], sort, iso) for key in keys if value[key] is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item, sort, iso) for item in value]
    return value


def _string(value):
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("/", "\\/")


def _pretty(value, indent):
    inner = indent + "  "
    if isinstance(value, dict):
        lines = ["%s%s : %s" % (inner, _string(key), _pretty(item, inner)) for key, item in value.items()]
        return "{\n%s\n%s}" % (",\n".join(lines), indent)
    if isinstance(value, list):
        lines = [inner + _pretty(item, inner) for item in value]
        return "[\n%s\n%s]" % (",\n".join(lines), indent)
    return _string(value)
