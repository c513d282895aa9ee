"""Writes scene scripts with an LLM, and mends those that fail."""

import logging
from dataclasses import replace
from importlib.metadata import version
from threading import Event
from typing import TypeVar

from pydantic_ai.exceptions import AgentRunError, UserError

from arxiviz_pipeline.domain.errors import RenderError, WritingError
from arxiviz_pipeline.domain.models import Finding, Paper, SceneScript, Section
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.scenes.llm.answers import MOST_CODE_CHARACTERS, STORYBOARD, code_form
from arxiviz_pipeline.scenes.llm.asking import Asker, Errand, Question
from arxiviz_pipeline.scenes.llm.budget import BudgetSpentError, Ledger
from arxiviz_pipeline.scenes.llm.failures import WILL_NOT_CHANGE, describe_failure
from arxiviz_pipeline.scenes.llm.kept_answers import KeptAnswers
from arxiviz_pipeline.scenes.llm.kept_spending import KeptSpending
from arxiviz_pipeline.scenes.llm.metered_model import Patience, Tally
from arxiviz_pipeline.scenes.llm.model_names import NamedModel
from arxiviz_pipeline.scenes.llm.prompts import (
    CODE_INSTRUCTIONS,
    MOST_CODE_TOKENS,
    MOST_STORYBOARD_TOKENS,
    REVISION_INSTRUCTIONS,
    STORYBOARD_INSTRUCTIONS,
    code_materials,
    code_request,
    revision_materials,
    revision_request,
    storyboard_materials,
    storyboard_request,
)
from arxiviz_pipeline.scenes.template.writer import scene_id_of

log = logging.getLogger(__name__)

T = TypeVar("T")


class LlmWriter:
    """A scene writer that asks an LLM; many threads may use it at once.

    Attributes:
        max_concurrency: How many scripts are of use at once.
        origin: What the scripts it writes say of where they come from.
    """

    def __init__(
        self,
        model: NamedModel,
        store: ObjectStore,
        *,
        budget_usd: float = 1.0,
        budget_tokens: int = 500_000,
        max_concurrency: int = 4,
        patience: Patience | None = None,
    ) -> None:
        """Take a model, where answers and costs are kept, and what may be spent on a paper."""
        self.max_concurrency = max_concurrency
        self.origin = f"llm:{model.name}"
        self._model_name = model.name
        self._ledger = Ledger(budget_usd, budget_tokens, KeptSpending(store))
        self._asker = Asker(
            model.open, model.identity, KeptAnswers(store), patience or Patience(), max_concurrency
        )
        self._manim_version = version("manim")
        self._refusal: str | None = None

    def write(self, paper: Paper, section: Section, cancelled: Event | None = None) -> SceneScript:
        """Write the script of one section's scene; it has passed no gate.

        Raises:
            WritingError: If the LLM gives none, or may not be asked: its budget is spent, or the
                service has refused the key or the model before.
            RenderError: Of kind `cancelled`.
        """
        errand = self._errand(paper, cancelled)
        plan_question = Question(
            step="storyboard",
            instructions=STORYBOARD_INSTRUCTIONS,
            materials=storyboard_materials(paper, section),
            request=storyboard_request(),
            form=STORYBOARD,
            most_tokens=MOST_STORYBOARD_TOKENS,
        )
        plan = self._ask(section, plan_question, errand)
        # Not of the title's words, as templates name it: those stay in the fence.
        scene_name = f"Section{section.order_index + 1}"
        code_question = Question(
            step="code",
            instructions=CODE_INSTRUCTIONS,
            materials=code_materials(section, plan),
            request=code_request(plan.concept_type, scene_name, self._manim_version),
            form=code_form(scene_name),
            most_tokens=MOST_CODE_TOKENS,
        )
        code = self._ask(section, code_question, errand)
        return SceneScript(
            id=scene_id_of(section),
            section_id=section.id,
            concept=plan.concept,
            storyboard=plan.to_beats(),
            manim_code=code,
            scene_name=scene_name,
            origin=self.origin,
            checks=(),
            concept_type=plan.concept_type,
            llm_usage=errand.tally.usage,
        )

    def revise(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: Finding,
        excerpt: str,
        cancelled: Event | None = None,
    ) -> SceneScript:
        """Have a script written anew that failed; its storyboard stays, no gate has seen it.

        Args:
            paper: Whose budget pays for it.
            section: What it tells of.
            script: The one that failed; what it has cost is added to.
            failure: What it failed by.
            excerpt: Its lines around the failure, each with its number.
            cancelled: Once it is set, the LLM is waited for no longer.

        Raises:
            WritingError: As `write` does.
            RenderError: Of kind `cancelled`.
        """
        errand = self._errand(paper, cancelled)
        if len(script.manim_code) > MOST_CODE_CHARACTERS:
            message = (
                f"{self._model_name} was not asked to mend {script.scene_name}: its code has "
                f"{len(script.manim_code)} characters, more than {MOST_CODE_CHARACTERS}."
            )
            raise WritingError(message)
        question = Question(
            step="revision",
            instructions=REVISION_INSTRUCTIONS,
            materials=revision_materials(section, script, failure, excerpt),
            request=revision_request(self._manim_version),
            form=code_form(former_code=script.manim_code),
            most_tokens=MOST_CODE_TOKENS,
        )
        code = self._ask(section, question, errand)
        spent = errand.tally.usage
        return replace(
            script,
            manim_code=code,
            scene_name=choose_scene(code),
            origin=self.origin,
            checks=(),
            llm_usage=script.llm_usage + spent if script.llm_usage else spent,
        )

    def _errand(self, paper: Paper, cancelled: Event | None) -> Errand:
        return Errand(self._ledger.budget_of(paper.arxiv_id), Tally(self._model_name), cancelled)

    def _ask(self, section: Section, question: Question[T], errand: Errand) -> T:
        kept = self._asker.find(question, errand)
        if kept is not None:
            return kept
        asked = f"asked for the {question.step} of section {section.title!r}"
        if self._refusal is not None:
            message = f"{self._model_name} was not {asked}: {self._refusal}."
            raise WritingError(message, errand.tally.usage)
        try:
            return self._asker.ask(question, errand)
        except BudgetSpentError as error:
            message = f"{self._model_name} was not {asked}: {error}."
            raise WritingError(message, errand.tally.usage) from error
        except (AgentRunError, UserError, TimeoutError) as error:
            reason = describe_failure(error)
            if isinstance(error, WILL_NOT_CHANGE):
                self._refusal = reason
            message = f"{self._model_name} was {asked}: {reason}."
            raise WritingError(message, errand.tally.usage) from error
        except RenderError:
            raise
        except Exception as error:  # of a client's own: the paper is not to be lost to it
            log.exception("the LLM's client failed")
            message = f"{self._model_name} was {asked}: {type(error).__name__}: {error}."
            raise WritingError(message, errand.tally.usage) from error
