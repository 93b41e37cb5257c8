"""What long work is doing: said by those who do it, heard by whoever shows it, or by nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Listener = Callable[[str, dict[str, Any]], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def step(what: str, **values: object) -> None:
    """Say that a step begins: the end of a key `progress.…`, and what its sentence names."""
    listener = _listener.get()
    if listener is not None:
        listener(what, values)


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Let a listener hear the steps of what is done inside; the outermost one hears all."""
    if _listener.get() is not None:
        yield
        return
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
