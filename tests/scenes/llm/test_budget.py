"""A paper's budget is never overdrawn, whoever spends from it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel

from arxiviz_pipeline.domain.catalog import llm_spending_key
from arxiviz_pipeline.domain.errors import RenderError, WritingError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.budget import BudgetSpentError, Ledger, PaperBudget, Spending
from arxiviz_pipeline.scenes.llm.kept_spending import KeptSpending
from tests.scenes.llm.answers import CODE_ANSWER, PLAN, ScriptedLlm, writer_asking
from tests.scenes.sections import make_paper, make_section


def ask(
    budget: PaperBudget,
    most: tuple[float | None, int],
    billed: tuple[float | None, int] = (None, 0),
) -> None:
    """Send a request that may cost so much, and is billed so much."""

    async def send() -> None:
        async with budget.hold(*most) as receipt:
            receipt.settle(*billed)

    asyncio.run(send())


def test_a_request_takes_what_it_cost_and_gives_back_the_rest():
    budget = PaperBudget(1.0, 0)
    for _ in range(4):
        ask(budget, (0.7, 100), billed=(0.1, 100))
    with pytest.raises(
        BudgetSpentError, match=r"up to \$0.7000, and \$0.4000 of the paper's \$1.00"
    ):
        ask(budget, (0.7, 100))


def test_a_request_without_a_known_price_is_paid_in_tokens():
    budget = PaperBudget(0.0, 1000)
    ask(budget, (None, 900), billed=(None, 300))
    with pytest.raises(
        BudgetSpentError, match="900 tokens, and 300 of the paper's 1,000 are spent"
    ):
        ask(budget, (None, 900))


def test_a_request_whose_cost_is_not_told_takes_the_most_it_may_be():
    budget = PaperBudget(1.0, 0)
    ask(budget, (0.6, 1), billed=(None, 0))
    with pytest.raises(BudgetSpentError, match=r"\$0.6000 of"):
        ask(budget, (0.6, 1))


def test_a_request_that_was_refused_takes_nothing():
    async def send() -> None:
        async with budget.hold(1.0, 1):
            raise ConnectionError

    budget = PaperBudget(1.0, 0)
    with pytest.raises(ConnectionError):
        asyncio.run(send())
    ask(budget, (1.0, 1))


def test_a_request_that_would_fit_later_waits_for_those_under_way():
    order: list[str] = []

    async def send(name: str, after: asyncio.Event) -> None:
        async with budget.hold(0.6, 1) as receipt:
            await after.wait()
            order.append(name)
            receipt.settle(0.1, 1)

    async def send_both() -> None:
        now, later = asyncio.Event(), asyncio.Event()
        now.set()
        first = asyncio.create_task(send("first", later))
        await asyncio.sleep(0)
        second = asyncio.create_task(send("second", now))
        await asyncio.sleep(0)
        later.set()
        await asyncio.gather(first, second)

    budget = PaperBudget(1.0, 0)
    asyncio.run(send_both())
    assert order == ["first", "second"]


def test_a_request_that_waits_for_others_can_be_cancelled():
    async def send_both() -> None:
        async with budget.hold(0.6, 1) as receipt:
            second = asyncio.ensure_future(budget.hold(0.6, 1).__aenter__())
            await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            receipt.settle(0.1, 1)

    budget = PaperBudget(1.0, 0)
    asyncio.run(send_both())
    ask(budget, (0.9, 1))


def test_many_threads_together_spend_no_more_than_there_is():
    budget = PaperBudget(1.0, 0)
    spent: list[float] = []

    def spend() -> None:
        try:
            while True:
                ask(budget, (0.3, 1), billed=(0.07, 1))
                spent.append(0.07)
        except BudgetSpentError:
            pass

    threads = [threading.Thread(target=spend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert 0.7 < sum(spent) <= 1.0


def test_each_paper_has_a_budget_of_its_own():
    ledger = Ledger(1.0, 0)
    assert ledger.budget_of("2401.00001") is ledger.budget_of("2401.00001")
    assert ledger.budget_of("2401.00001") is not ledger.budget_of("2401.00002")


def test_a_writer_whose_budget_is_spent_does_not_ask(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer = writer_asking(llm, store, budget_tokens=1000)
    with pytest.raises(
        WritingError, match="was not asked for .*: budget: .*ARXIVIZ_LLM_BUDGET_TOKENS"
    ):
        writer.write(make_paper(), make_section("A text."))
    assert llm.heard == []


def test_a_writer_stops_in_the_midst_of_a_script_and_tells_what_it_cost(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer = writer_asking(llm, store, budget_tokens=12_000)
    with pytest.raises(WritingError, match="was not asked for the code of section .* budget") as it:
        writer.write(make_paper(), make_section("A text."))
    assert it.value.usage is not None
    assert it.value.usage.request_count == len(llm.heard) == 1


def test_an_answer_that_cannot_be_read_is_counted_as_asked_for(store: ObjectStore):
    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        message = "The answer has a part of no known kind."
        raise UnexpectedModelBehavior(message)

    writer = writer_asking(lambda: FunctionModel(answer), store)
    with pytest.raises(WritingError, match="no answer was usable") as caught:
        writer.write(make_paper(), make_section("A text."))
    assert caught.value.usage is not None
    assert caught.value.usage.request_count == 1


class CancelledOnceLookedAt(threading.Event):
    """Is set once somebody has looked often enough to be waiting."""

    def __init__(self, look_count: int) -> None:
        super().__init__()
        self._left = look_count

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_a_writer_that_waits_for_what_others_hold_ends_once_it_is_cancelled(store: ObjectStore):
    is_asked, may_answer = threading.Event(), threading.Event()

    async def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        is_asked.set()
        await asyncio.to_thread(may_answer.wait, 60)
        message = "There is no answer."
        raise UnexpectedModelBehavior(message)

    writer = writer_asking(lambda: FunctionModel(answer), store, budget_tokens=12_000)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.write, make_paper(), make_section("A text."))
        try:
            assert is_asked.wait(60)
            with pytest.raises(RenderError) as caught:
                writer.write(make_paper(), make_section("B text."), CancelledOnceLookedAt(3))
            assert caught.value.kind == "cancelled"
            assert not first.done()
        finally:
            may_answer.set()
        with pytest.raises(WritingError):
            first.result()


def test_what_a_paper_has_cost_is_remembered_by_the_next_writer(store: ObjectStore):
    answers = [PLAN, CODE_ANSWER]
    writer_asking(ScriptedLlm(*answers), store, budget_tokens=30_000).write(
        make_paper(), make_section("A text.")
    )
    (book,) = store.list("papers/2401.00001/llm_spending")
    spent = KeptSpending(store).read("2401.00001")
    assert book.size_bytes
    assert (spent.usd, spent.tokens > 0) == (0.0, True)
    limit = int(spent.tokens) + 100
    with pytest.raises(WritingError, match=f"and {spent.tokens:,.0f} of the paper's {limit:,}"):
        writer_asking(ScriptedLlm(*answers), store, budget_tokens=limit).write(
            make_paper(), make_section("B text.")
        )


def test_a_record_of_costs_that_cannot_be_read_is_as_good_as_none(store: ObjectStore):
    key = llm_spending_key(ArxivId.parse("2401.00001"))
    store.put(key, b"not a record", content_type="application/json")
    assert KeptSpending(store).read("2401.00001") == Spending()
