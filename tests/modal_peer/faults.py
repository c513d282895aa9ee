"""What a test orders to go wrong with the next calls of an RPC."""

from dataclasses import dataclass, field
from typing import Literal

from grpclib import GRPCError, Status

_Harm = GRPCError | Literal["drop", "lose"]


@dataclass
class Faults:
    """The harm still to be done, by RPC, in the order it was ordered."""

    _planned: list[tuple[str, _Harm]] = field(default_factory=list)

    def refuse(self, rpc: str, status: Status, message: str = "", times: int = 1) -> None:
        """Let the next calls end in this status, with nothing done."""
        refusal = GRPCError(status, message or f"{rpc} was refused on a test's order.")
        self._plan(rpc, refusal, times)

    def drop(self, rpc: str, times: int = 1) -> None:
        """Let the next calls break off before anything is done."""
        self._plan(rpc, "drop", times)

    def lose_answer(self, rpc: str, times: int = 1) -> None:
        """Let the next calls be done, and break off instead of being answered."""
        self._plan(rpc, "lose", times)

    def take(self, rpc: str) -> _Harm | None:
        """Return what is to happen to a call that came in."""
        for planned in self._planned:
            if planned[0] == rpc:
                self._planned.remove(planned)
                return planned[1]
        return None

    def _plan(self, rpc: str, harm: _Harm, times: int) -> None:
        self._planned.extend((rpc, harm) for _ in range(times))

    @property
    def left(self) -> int:
        """How many faults have not happened yet."""
        return len(self._planned)
