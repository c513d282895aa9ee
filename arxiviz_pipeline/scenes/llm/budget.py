"""What may be spent on a paper: a request that could go beyond it is not sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock


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
    hold what they may yet give back, a request that would fit then waits for them.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._spent = 0.0
        self._held = 0.0
        self._changed = Condition()

    @property
    def spent(self) -> float:
        """What is spent for good."""
        with self._changed:
            return self._spent

    @contextmanager
    def hold(self, receipt: Receipt, most: float) -> Iterator[Receipt]:
        """Hold the most that a request may cost while it is under way.

        Raises:
            BudgetSpentError: If it is more than is left.
        """
        self._take(most)
        try:
            yield receipt
        finally:
            with self._changed:
                self._held -= most
                self._spent += receipt.amount
                self._changed.notify_all()

    def _take(self, most: float) -> None:
        with self._changed:
            while self._spent + self._held + most > self.limit:
                if self._spent + most > self.limit:
                    raise BudgetSpentError(self._spent)
                self._changed.wait()
            self._held += most


class PaperBudget:
    """A paper's two pots: dollars for models of known price, tokens for the others."""

    def __init__(self, limit_usd: float, limit_tokens: int) -> None:
        self._usd = Pot(limit_usd)
        self._tokens = Pot(limit_tokens)

    @contextmanager
    def hold(self, most_usd: float | None, most_tokens: int) -> Iterator[Receipt]:
        """Hold the most that a request may cost, in dollars if its price is known.

        Raises:
            BudgetSpentError: If it is more than is left.
        """
        in_usd = most_usd is not None
        pot, most = (self._usd, most_usd) if in_usd else (self._tokens, float(most_tokens))
        try:
            with pot.hold(Receipt(most, in_usd=in_usd), most) as receipt:
                yield receipt
        except BudgetSpentError as error:
            raise BudgetSpentError(_told(pot, most, in_usd=in_usd)) from error


class Ledger:
    """The budgets of all papers."""

    def __init__(self, limit_usd: float, limit_tokens: int) -> None:
        self._limit_usd = limit_usd
        self._limit_tokens = limit_tokens
        self._budgets: dict[str, PaperBudget] = {}
        self._lock = Lock()

    def budget_of(self, arxiv_id: str) -> PaperBudget:
        """Return a paper's budget, the same each time."""
        with self._lock:
            if arxiv_id not in self._budgets:
                self._budgets[arxiv_id] = PaperBudget(self._limit_usd, self._limit_tokens)
            return self._budgets[arxiv_id]


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
