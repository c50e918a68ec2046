"""What models may cost in a day, and what they did.

Owns: prices, the limits, what is held for calls that are under way, when the budget begins anew.
Does not own: the sums (store.ledger), telling the operator (bot).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from store import ledger
from store.db import Db
from store.errors import BudgetSpent


class Budget:
    """A day's limits in US dollars and in tokens (in and out together); 0 means none.

    `today` gives the operator's calendar day. Calls made elsewhere on the same database count, for the ledger is asked
    each time; calls under way count only within this object: make one a process. One thread may use it.
    """

    def __init__(self, db: Db, today: Callable[[], date], usd: float = 0.0, tokens: int = 0) -> None:
        self._db, self._today = db, today
        self._usd, self._tokens = usd, tokens
        self._held_usd, self._held_tokens = 0.0, 0

    @property
    def today(self) -> date:
        """The day whose budget this is now."""
        return self._today()

    def check(self) -> None:
        """Make sure that the day's calls, with what is held for those under way, are below both limits.

        A limit is thus passed by one call's cost at most. While calls are under way it may count as reached a
        little early, since they hold the most that they may cost.

        Raises:
            BudgetSpent: a limit is reached; its text says which one.
        """
        if self._usd <= 0 and self._tokens <= 0:
            return
        day = self._today()
        spent = ledger.spent(self._db, day)
        usd, tokens = spent.cost_usd + self._held_usd, spent.tokens + self._held_tokens
        if 0 < self._usd <= usd:
            said = f"${usd:.2f} of ${self._usd:.2f}"
        elif 0 < self._tokens <= tokens:
            said = f"{tokens:,} of {self._tokens:,} tokens"
        else:
            return
        until = day + timedelta(days=1)
        raise BudgetSpent(f"The day's budget for models is spent ({said}): the rest waits for {until}.", until)

    @contextmanager
    def hold(self, tokens: int, cost_usd: float) -> Iterator[None]:
        """Hold what a call may cost while the block runs; its end gives it back, whatever was booked.

        Raises:
            BudgetSpent: as for `check`; nothing is held.
        """
        self.check()
        self._held_tokens += tokens
        self._held_usd += cost_usd
        try:
            yield
        finally:
            self._held_tokens -= tokens
            self._held_usd -= cost_usd

    def book(self, model: str, purpose: str, tokens_in: int, tokens_out: int, cost_usd: float) -> None:
        """Write what a call did cost into the ledger, under the day on which it ended.

        Raises:
            StoreError: the database can't be written.
        """
        ledger.add(self._db, self._today(), model, purpose, tokens_in, tokens_out, cost_usd)


@dataclass(slots=True)
class Bill:
    """What the calls for one answer came to."""

    purpose: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0

    def add(self, other: "Bill") -> None:
        """Put what `other` came to on this one, too."""
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out
        self.cost_usd += other.cost_usd


@dataclass(frozen=True, slots=True)
class Till:
    """A budget with prices: US dollars per million tokens. `share` is what of them a call costs (a batch: half)."""

    budget: Budget
    price_in: float
    price_out: float

    def hold(self, tokens_in: int, max_tokens: int, share: float = 1.0) -> AbstractContextManager[None]:
        """As `Budget.hold`, for a call whose answer may take all of `max_tokens`."""
        return self.budget.hold(tokens_in + max_tokens, share * self._cost(tokens_in, max_tokens))

    def book(
        self, model: str, bill: Bill, tokens_in: int, tokens_out: int, share: float = 1.0, *, again: bool = False
    ) -> None:
        """Put a call on the bill and into the ledger; `again` when it is there already."""
        cost_usd = share * self._cost(tokens_in, tokens_out)
        bill.tokens_in += tokens_in
        bill.tokens_out += tokens_out
        bill.cost_usd += cost_usd
        if not again:
            self.budget.book(model, bill.purpose, tokens_in, tokens_out, cost_usd)

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6
