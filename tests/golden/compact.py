"""JSON as people read it: what is short stands on one line, however deep."""

import json
from typing import Any

LONGEST = 110


def compact(value: Any, indent: str = "") -> str:
    """Write a value; lists and objects that are longer than a line should be are spread out."""
    line = json.dumps(value, ensure_ascii=False)
    if not (isinstance(value, dict | list) and value) or len(line) <= LONGEST:
        return line
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {compact(item, inner)}" for key, item in value.items()]
    else:
        parts = [compact(item, inner) for item in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    spread = ",\n".join(inner + part for part in parts)
    return f"{brackets[0]}\n{spread}\n{indent}{brackets[1]}"
