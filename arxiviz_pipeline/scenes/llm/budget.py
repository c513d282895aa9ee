"""What may be spent on a paper: a request that could go beyond it is not sent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Protocol

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Spending:
    """What a paper has cost: dollars where a model's price is known, tokens where it is not."""

    usd: float = 0.0
    tokens: float = 0.0


class SpendingBook(Protocol):
    """Remembers what papers have cost: `kept_spending`."""

    def read(self, arxiv_id: str) -> Spending:
        """Return what a paper has cost up to now."""
        ...

    def write(self, arxiv_id: str, spending: Spending) -> None:
        """Note what a paper has cost up to now."""
        ...


class BudgetSpentError(Exception):
    """What a request may cost is more than is left; the message tells both."""


class Receipt:
    """What a request turned out to cost; nothing until it is told."""

    def __init__(self, most: float, *, in_usd: bool) -> None:
        self.amount = 0.0
        self._most = most
        self._in_usd = in_usd

    def settle(self, usd: float | None, token_count: int) -> None:
        """Enter what was billed; where the service did not tell, the most that it may be."""
        told = usd if self._in_usd else token_count or None
        self.amount = self._most if told is None else told

    def settle_at_most(self) -> None:
        """Enter the most that it may be."""
        self.amount = self._most


class Pot:
    """An amount to spend from, by several threads.

    A request takes the most that it may cost, and gives back what it did not need. While others
    hold what they may yet give back, a request that would fit then waits for them; it does so in
    its event loop, where it can be cancelled.
    """

    def __init__(self, limit: float, spent: float = 0.0) -> None:
        self.limit = limit
        self._spent = spent
        self._held = 0.0
        self._lock = Lock()

    @property
    def spent(self) -> float:
        """What is spent for good."""
        with self._lock:
            return self._spent

    @asynccontextmanager
    async def hold(self, receipt: Receipt, most: float) -> AsyncIterator[Receipt]:
        """Hold the most that a request may cost while it is under way.

        Raises:
            BudgetSpentError: If it is more than is left.
        """
        while not self._take(most):
            await asyncio.sleep(_LOOK_SECONDS)
        try:
            yield receipt
        finally:
            with self._lock:
                self._held -= most
                self._spent += receipt.amount

    def _take(self, most: float) -> bool:
        """Take an amount if it is there; tell if it may be there later."""
        with self._lock:
            if self._spent + most > self.limit:
                raise BudgetSpentError(self._spent)
            if self._spent + self._held + most > self.limit:
                return False
            self._held += most
            return True


class PaperBudget:
    """A paper's two pots: dollars for models of known price, tokens for the others."""

    def __init__(
        self,
        limit_usd: float,
        limit_tokens: int,
        spent: Spending | None = None,
        note: Callable[[Spending], None] = lambda _: None,
    ) -> None:
        """Take the limits, what was spent before, and who is told whenever that is more."""
        spent = spent or Spending()
        self._usd = Pot(limit_usd, spent.usd)
        self._tokens = Pot(limit_tokens, spent.tokens)
        self._note = note
        self._noting = Lock()

    @asynccontextmanager
    async def hold(self, most_usd: float | None, most_tokens: int) -> AsyncIterator[Receipt]:
        """Hold the most that a request may cost, in dollars if its price is known.

        Raises:
            BudgetSpentError: If it is more than is left.
        """
        in_usd = most_usd is not None
        pot, most = (self._usd, most_usd) if in_usd else (self._tokens, float(most_tokens))
        receipt = Receipt(most, in_usd=in_usd)
        try:
            async with pot.hold(receipt, most):
                yield receipt
        except BudgetSpentError as error:
            raise BudgetSpentError(_told(pot, most, in_usd=in_usd)) from error
        finally:
            if receipt.amount:
                with self._noting:  # so that the last to note is the one who knows of all
                    self._note(Spending(self._usd.spent, self._tokens.spent))


class Ledger:
    """The budgets of all papers."""

    def __init__(
        self, limit_usd: float, limit_tokens: int, book: SpendingBook | None = None
    ) -> None:
        """Take what each paper may cost, and where it is kept what it has cost."""
        self._limit_usd = limit_usd
        self._limit_tokens = limit_tokens
        self._book = book
        self._budgets: dict[str, PaperBudget] = {}
        self._lock = Lock()

    def budget_of(self, arxiv_id: str) -> PaperBudget:
        """Return a paper's budget, the same each time."""
        with self._lock:
            if arxiv_id not in self._budgets:
                self._budgets[arxiv_id] = self._open(arxiv_id)
            return self._budgets[arxiv_id]

    def _open(self, arxiv_id: str) -> PaperBudget:
        if self._book is None:
            return PaperBudget(self._limit_usd, self._limit_tokens)
        note = partial(self._book.write, arxiv_id)
        spent = self._book.read(arxiv_id)
        return PaperBudget(self._limit_usd, self._limit_tokens, spent, note)


def _told(pot: Pot, most: float, *, in_usd: bool) -> str:
    if in_usd:
        return (
            f"budget: the next request may cost up to ${most:.4f}, and ${pot.spent:.4f} of the "
            f"paper's ${pot.limit:.2f} is spent. Raise ARXIVIZ_LLM_BUDGET_USD to allow more"
        )
    return (
        f"budget: the next request may take up to {most:,.0f} tokens, and {pot.spent:,.0f} of the "
        f"paper's {pot.limit:,.0f} are spent. Raise ARXIVIZ_LLM_BUDGET_TOKENS to allow more"
    )
