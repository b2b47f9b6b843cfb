"""The call flows that campaigns name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from strategies.document import Document, Place
from strategies.errors import ConfigError, ConfigErrors
from strategies.flow.compile import compile_flow, flows
from strategies.schema import Mode


def flow_path(name: str, folder: Path) -> Path:
    """Return the file of a flow that comes with Paceline, or of one in `folder`."""
    return flows().get(name) or folder / name


def flow_faults(
    document: Document, place: Place, name: str, modes: Iterable[Mode], *, by_voice: bool, tapes: bool
) -> Iterator[ConfigError]:
    """Yield every fault of the flow `name`, which calls in these modes follow, and of naming it at `place`.

    `by_voice`: whether what people say can reach it; `tapes`: whether it can be recorded.
    """
    path = flow_path(name, Path(document.file).parent)
    if not path.is_file():
        hint = f"write a path relative to this file, or one of {', '.join(flows())}"
        yield document.fault(place, "there is no such call flow", hint)
        return
    try:
        flow = compile_flow(path)
    except ConfigErrors as found:
        yield from found.errors
        return
    if flow.phrases is not None and not by_voice:
        hint = "take a flow without `intents`, or Asterisk with a recogniser beside it"
        yield document.fault(place, f"{flow.name} listens to words, and this adapter hears keys only", hint)
    if not tapes and any(state.record for state in flow.states.values()):
        hint = "take a flow without `record`, or Asterisk with a section `recording`"
        yield document.fault(place, f"{flow.name} records, and this run's telephony does not", hint)
    for mode in modes:
        if mode not in ("robot", "robot_then_human"):
            hint = "leave `flow` out, or let a robot call"
            yield document.fault(place, f"no robot speaks in the mode {mode}", hint)
        elif mode == "robot" and flow.transfers:
            hint = "take a flow without `transfer`, or the mode robot_then_human"
            yield document.fault(place, f"{flow.name} leads to an agent, and robot calls have none", hint)
