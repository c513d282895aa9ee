"""The writer and a service over real HTTP: what is sent, and what comes of every kind of answer."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from stamina.instrumentation import RetryDetails, get_on_retry_hooks, set_on_retry_hooks

from arxiviz_pipeline.domain.errors import RenderError, WritingError
from arxiviz_pipeline.domain.models import LlmUsage
from tests.scenes.llm.answers import CODE, CODE_ANSWER, PLAN
from tests.scenes.llm.chat_server import Received, Reply, calls, completion, refuses, says, serving
from tests.scenes.llm.conftest import WriterOf
from tests.scenes.sections import make_paper, make_section

PAPER = make_paper()
SECTION = make_section("A stone falls.", ["s = g t^2 / 2"])


def test_a_script_is_written_through_chat_completions(writer_of: WriterOf):
    with serving(calls(PLAN), says(CODE_ANSWER)) as server:
        script = writer_of(server).write(PAPER, SECTION)
    assert script.manim_code == CODE
    # $1.25 a million tokens in, $10 a million out: genai-prices' word on gpt-5
    assert script.llm_usage == LlmUsage("openai-chat:gpt-5", 2, 0, 2000, 400, pytest.approx(0.0065))
    plan, code = server.received
    assert plan.path == "/v1/chat/completions"
    assert plan.headers["authorization"] == "Bearer made-up-key"
    assert plan.body["model"] == "gpt-5"
    assert [tool["function"]["name"] for tool in plan.body["tools"]] == ["final_result"]
    assert plan.body["max_completion_tokens"] == 8000
    assert "tools" not in code.body
    assert code.body["max_completion_tokens"] == 16000
    assert [message["role"] for message in code.body["messages"]] == ["system", "system", "user"]
    assert "A stone falls." in code.body["messages"][2]["content"]


def test_a_script_is_written_through_openais_responses(writer_of: WriterOf):
    with serving(
        _response(
            type="function_call", name="final_result", call_id="c1", arguments=json.dumps(PLAN)
        ),
        _response(
            type="message",
            role="assistant",
            content=[{"type": "output_text", "text": CODE_ANSWER, "annotations": []}],
        ),
    ) as server:
        script = writer_of(server, "openai:gpt-5").write(PAPER, SECTION)
    assert script.manim_code == CODE
    assert script.llm_usage is not None
    assert script.llm_usage.cost_usd == pytest.approx(0.0065)
    assert {each.path for each in server.received} == {"/v1/responses"}


def test_a_script_is_written_through_anthropics_messages(writer_of: WriterOf):
    with serving(
        _message({"type": "tool_use", "id": "t1", "name": "final_result", "input": PLAN}),
        _message({"type": "text", "text": CODE_ANSWER}),
    ) as server:
        script = writer_of(server, "anthropic:claude-sonnet-5-5").write(PAPER, SECTION)
    assert script.manim_code == CODE
    assert script.llm_usage is not None
    assert script.llm_usage.cost_usd == pytest.approx(2000 * 2e-6 + 400 * 10e-6)
    assert {each.path.partition("?")[0] for each in server.received} == {"/v1/messages"}
    # What every section's question starts with is kept in memory by the service.
    assert server.received[1].body["system"][0]["cache_control"]["type"] == "ephemeral"


def test_a_script_is_written_through_googles_gemini(writer_of: WriterOf):
    with serving(
        _candidate({"functionCall": {"name": "final_result", "args": PLAN}}),
        _candidate({"text": CODE_ANSWER}),
    ) as server:
        script = writer_of(server, "google:gemini-2.5-pro").write(PAPER, SECTION)
    assert script.manim_code == CODE
    assert server.received[0].path == "/v1beta/models/gemini-2.5-pro:generateContent"


def test_who_asks_to_wait_is_asked_again_when_told(writer_of: WriterOf):
    waits: list[float] = []

    def remember(details: RetryDetails) -> None:
        waits.append(details.wait_for)

    hooks = get_on_retry_hooks()
    set_on_retry_hooks([remember])
    try:
        with serving(
            refuses(429, "rate_limit_exceeded", retry_after_ms="30"), calls(PLAN), says(CODE_ANSWER)
        ) as server:
            script = writer_of(server).write(PAPER, SECTION)
    finally:
        set_on_retry_hooks(hooks)
    assert waits == [0.03]
    assert script.llm_usage is not None
    assert script.llm_usage.request_count == len(server.received) == 3
    assert script.llm_usage.cost_usd == pytest.approx(0.0065)


def test_who_asks_to_wait_for_an_hour_is_left(writer_of: WriterOf):
    with (
        serving(refuses(429, "rate_limit_exceeded", retry_after="3600")) as server,
        pytest.raises(WritingError, match="Lower ARXIVIZ_LLM_CONCURRENCY"),
    ):
        writer_of(server).write(PAPER, SECTION)
    assert len(server.received) == 1


def test_a_service_that_fails_for_a_moment_is_asked_again(writer_of: WriterOf):
    with serving(
        refuses(500, "server_error"), refuses(503, "overloaded"), calls(PLAN), says(CODE_ANSWER)
    ) as server:
        assert writer_of(server).write(PAPER, SECTION).manim_code == CODE
    assert len(server.received) == 4


def test_a_service_that_keeps_failing_is_left_and_asked_about_the_next(writer_of: WriterOf):
    with serving(refuses(500, "server_error")) as server:
        writer = writer_of(server)
        for count in (3, 6):
            with pytest.raises(WritingError, match="service failed: status_code: 500") as caught:
                writer.write(PAPER, SECTION)
            assert len(server.received) == count
    assert caught.value.usage == LlmUsage("openai-chat:gpt-5", 3, cost_usd=0.0)


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (401, "invalid_api_key", "Check the provider's key"),
        (404, "model_not_found", "Check ARXIVIZ_LLM"),
        (429, "insufficient_quota", "quota is spent"),
    ],
)
def test_what_waiting_does_not_help_is_asked_once_for_all_sections(
    writer_of: WriterOf, status: int, code: str, remedy: str
):
    with serving(refuses(status, code)) as server:
        writer = writer_of(server)
        with pytest.raises(WritingError, match=f"was asked for .*{remedy}"):
            writer.write(PAPER, SECTION)
        with pytest.raises(WritingError, match=f"was not asked for .*{remedy}"):
            writer.write(PAPER, make_section("Another.", section_id="s2"))
    assert len(server.received) == 1


def test_what_was_answered_before_is_used_though_the_key_is_refused_now(writer_of: WriterOf):
    with serving(calls(PLAN), says(CODE_ANSWER), refuses(401, "invalid_api_key")) as server:
        writer = writer_of(server)
        writer.write(PAPER, SECTION)
        with pytest.raises(WritingError, match="refuses the key"):
            writer.write(PAPER, make_section("Another."))
        assert writer.write(PAPER, SECTION).manim_code == CODE


def test_a_question_the_service_rejects_says_so(writer_of: WriterOf):
    with (
        serving(refuses(400, "invalid_request_error")) as server,
        pytest.raises(WritingError, match="status_code: 400.*invalid_request_error"),
    ):
        writer_of(server).write(PAPER, SECTION)
    assert len(server.received) == 1


def test_an_answer_that_takes_too_long_is_not_waited_for(writer_of: WriterOf):
    never = threading.Event()
    with serving(Reply({}, held_until=never)) as server:
        with pytest.raises(WritingError, match="Raise ARXIVIZ_LLM_TIMEOUT_SECONDS") as caught:
            writer_of(server, timeout_seconds=0.3).write(PAPER, SECTION)
        never.set()
    assert len(server.received) == 1
    # It may be billed all the same, so it counts as the most that it may cost.
    assert caught.value.usage is not None
    assert caught.value.usage.cost_usd == pytest.approx(8000 * 10e-6, rel=0.1)


def test_a_script_that_is_cancelled_is_not_waited_for(writer_of: WriterOf):
    cancelled = threading.Event()
    with serving(Reply({}, held_until=cancelled)) as server, ThreadPoolExecutor(1) as threads:
        script = threads.submit(writer_of(server).write, PAPER, SECTION, cancelled)
        assert server.asked.wait(timeout=20)
        cancelled.set()
        with pytest.raises(RenderError, match="cancelled"):
            script.result(timeout=20)


def test_an_answer_that_is_no_json_is_asked_for_again_and_paid(writer_of: WriterOf):
    with serving(Reply(b'{"id": "chatcmpl'), calls(PLAN), says(CODE_ANSWER)) as server:
        script = writer_of(server).write(PAPER, SECTION)
    assert script.manim_code == CODE
    assert len(server.received) == 3
    assert script.llm_usage is not None
    assert script.llm_usage.cost_usd == pytest.approx(0.0065 + 8000 * 10e-6, rel=0.1)


def test_a_service_nobody_answers_at_costs_nothing(writer_of: WriterOf):
    with serving(says("")) as server:
        writer = writer_of(server)
    with pytest.raises(WritingError, match="service failed: Connection error") as caught:
        writer.write(PAPER, SECTION)
    assert caught.value.usage is not None
    assert caught.value.usage.cost_usd == 0.0


def test_a_storyboard_that_is_no_json_goes_back_with_the_reason(writer_of: WriterOf):
    with serving(calls('{"concept_type": "plot", '), calls(PLAN), says(CODE_ANSWER)) as server:
        assert writer_of(server).write(PAPER, SECTION).manim_code == CODE
    answer, feedback = server.received[1].body["messages"][-2:]
    assert answer["tool_calls"][0]["id"] == feedback["tool_call_id"]
    assert feedback["role"] == "tool"
    assert "Invalid JSON" in feedback["content"]


def test_a_refusal_is_told_as_one(writer_of: WriterOf):
    with (
        serving(completion({"refusal": "I would rather not."})) as server,
        pytest.raises(WritingError, match=r"declined to answer: .*I would rather not"),
    ):
        writer_of(server).write(PAPER, SECTION)
    assert len(server.received) == 1


def test_code_that_was_cut_off_is_not_taken(writer_of: WriterOf):
    cut_off = completion({"content": CODE_ANSWER[:80]}, "length")
    with (
        serving(calls(PLAN), cut_off) as server,
        pytest.raises(WritingError, match="for the code of section") as caught,
    ):
        writer_of(server).write(PAPER, SECTION)
    assert caught.value.usage is not None
    assert caught.value.usage.request_count == len(server.received)


def test_a_budget_in_dollars_ends_before_it_is_overdrawn(writer_of: WriterOf):
    # Code costs 12 cents here and may cost 16: after two scripts, 5 of the 30 cents are left.
    dear = completion({"content": CODE_ANSWER}, tokens=(1000, 12_000))
    with serving(calls(PLAN), dear, calls(PLAN), dear, calls(PLAN)) as server:
        writer = writer_of(server, budget_usd=0.3)
        scripts = [writer.write(PAPER, make_section(f"Text {n}.")) for n in range(2)]
        with pytest.raises(WritingError, match=r"up to \$0.08\d\d, and \$0.2490 of the paper's"):
            writer.write(PAPER, make_section("Text 3."))
    assert len(server.received) == 4
    costs = [script.llm_usage.cost_usd for script in scripts if script.llm_usage]
    assert costs == pytest.approx([0.1245, 0.1245])


def test_no_more_questions_are_under_way_than_allowed_and_no_fewer(writer_of: WriterOf):
    with serving(says(CODE_ANSWER)) as server:
        meeting = threading.Barrier(2, timeout=60)
        lock = threading.Lock()
        under_way: set[int] = set()
        counts: list[int] = []
        reply_to = server.reply_to

        def meet(received: Received) -> Reply:
            with lock:
                under_way.add(number := len(counts))
                counts.append(len(under_way))
            if number < 2:  # neither of the first two is answered before both are there
                meeting.wait()
            reply_to(received)
            with lock:
                under_way.remove(number)
            return calls(PLAN) if "tools" in received.body else says(CODE_ANSWER)

        server.reply_to = meet
        writer = writer_of(server, max_concurrency=2)
        sections = [make_section(f"Text {n}.", section_id=f"s{n}") for n in range(6)]
        with ThreadPoolExecutor(6) as threads:
            scripts = list(threads.map(lambda section: writer.write(PAPER, section), sections))
    assert [script.section_id for script in scripts] == [section.id for section in sections]
    assert max(counts) == 2
    assert len(server.received) == 12


def _response(**item: object) -> Reply:
    return Reply(
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1_760_000_000,
            "status": "completed",
            "error": None,
            "incomplete_details": None,
            "model": "gpt-5",
            "output": [{"id": "item_1", "status": "completed", **item}],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": 1000,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": 200,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 1200,
            },
        }
    )


def _message(block: dict[str, object]) -> Reply:
    return Reply(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-5-5",
            "content": [block],
            "stop_reason": "tool_use" if block["type"] == "tool_use" else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1000, "output_tokens": 200},
        }
    )


def _candidate(part: dict[str, object]) -> Reply:
    return Reply(
        {
            "candidates": [
                {"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [part]}}
            ],
            "modelVersion": "gemini-2.5-pro",
            "responseId": "r1",
            "usageMetadata": {
                "promptTokenCount": 1000,
                "candidatesTokenCount": 200,
                "totalTokenCount": 1200,
            },
        }
    )
