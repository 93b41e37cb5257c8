"""Which keys the beginning of a JSON text holds: a quick look that never parses."""

import re
from typing import Final

from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError

_KEY: Final = re.compile(r'"([A-Za-z_][\w .-]{0,60})"\s*:')


def keys_of(file: SourceFile) -> frozenset[str]:
    """Return the keys in the head of a file; empty when it is no JSON object or list."""
    try:
        if not file.is_text:
            return frozenset()
        head = file.head_text.lstrip("\ufeff \t\n")
    except (FileError, OSError):
        return frozenset()
    return frozenset(_KEY.findall(head)) if head[:1] in ("{", "[") else frozenset()
