"""How a record is laid out: its fields, with units and meanings, and an array of such records."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: its name, kind (``float`` or ``int``), unit and meaning."""

    name: str
    kind: type
    unit: str
    meaning: str
    default: float


@cache
def fields(record: type) -> tuple[Field, ...]:
    """List the fields of a record class in order."""
    hints = get_type_hints(record, include_extras=True)
    listed = []
    for field in dataclasses.fields(record):
        hint = hints[field.name]
        if get_origin(hint) is not Annotated:
            message = f"{record.__name__}.{field.name} states no unit and meaning"
            raise TypeError(message)
        kind, unit, meaning = get_args(hint)
        listed.append(Field(field.name, kind, unit, meaning, kind(field.default)))
    return tuple(listed)


@cache
def dtype(record: type) -> np.dtype[Any]:
    """Give the layout of an array of such records: eight bytes a field."""
    import numpy as np

    codes = {float: "f8", int: "i8"}
    return np.dtype([(f.name, codes[f.kind]) for f in fields(record)], align=True)
