"""A paper's budget is never overdrawn, whoever spends from it."""

import threading

import pytest
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel

from arxiviz_pipeline.domain.errors import WritingError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.budget import BudgetSpentError, Ledger, PaperBudget
from tests.scenes.llm.answers import CODE_ANSWER, PLAN, ScriptedLlm, writer_asking
from tests.scenes.sections import make_paper, make_section


def test_a_request_takes_what_it_cost_and_gives_back_the_rest():
    budget = PaperBudget(1.0, 0)
    for _ in range(4):
        with budget.hold(0.7, 100) as receipt:
            receipt.settle(0.1, 100)
    with pytest.raises(
        BudgetSpentError, match=r"up to \$0.7000, and \$0.4000 of the paper's \$1.00"
    ):
        budget.hold(0.7, 100).__enter__()


def test_a_request_without_a_known_price_is_paid_in_tokens():
    budget = PaperBudget(0.0, 1000)
    with budget.hold(None, 900) as receipt:
        receipt.settle(None, 300)
    with pytest.raises(
        BudgetSpentError, match="900 tokens, and 300 of the paper's 1,000 are spent"
    ):
        budget.hold(None, 900).__enter__()


def test_a_request_whose_cost_is_not_told_takes_the_most_it_may_be():
    budget = PaperBudget(1.0, 0)
    with budget.hold(0.6, 1) as receipt:
        receipt.settle(None, 0)
    with pytest.raises(BudgetSpentError, match=r"\$0.6000 of"):
        budget.hold(0.6, 1).__enter__()


def test_a_request_that_was_refused_takes_nothing():
    budget = PaperBudget(1.0, 0)
    with pytest.raises(ConnectionError), budget.hold(1.0, 1):
        raise ConnectionError
    with budget.hold(1.0, 1):
        pass


def test_a_request_that_would_fit_later_waits_for_those_under_way():
    budget = PaperBudget(1.0, 0)
    order: list[str] = []

    def ask() -> None:
        with budget.hold(0.6, 1):
            order.append("second")

    thread = threading.Thread(target=ask)
    with budget.hold(0.6, 1) as receipt:
        thread.start()
        thread.join(timeout=0.05)
        order.append("first")
        receipt.settle(0.1, 1)
    thread.join(timeout=10)
    assert order == ["first", "second"]


def test_many_threads_together_spend_no_more_than_there_is():
    budget = PaperBudget(1.0, 0)
    spent: list[float] = []

    def ask() -> None:
        try:
            while True:
                with budget.hold(0.3, 1) as receipt:
                    receipt.settle(0.07, 1)
                    spent.append(0.07)
        except BudgetSpentError:
            pass

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
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
