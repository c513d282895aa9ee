"""Runs the gates in their order, many scripts at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event

from arxiviz_pipeline.domain.advice import advise
from arxiviz_pipeline.domain.models import Check, Finding, Rehearsal, SceneScript
from arxiviz_pipeline.domain.ports import ManimApi, Rehearser, Typesetter
from arxiviz_pipeline.scenes.gates.formulas import check_formulas
from arxiviz_pipeline.scenes.gates.policy import check_policy, report_check


class Gates:
    """Proves scripts: a gate that one fails spares it the later ones."""

    def __init__(
        self,
        manim_api: Callable[[], ManimApi],
        typesetter: Typesetter,
        rehearser: Rehearser,
    ) -> None:
        """Take what scripts are proved with.

        Args:
            manim_api: Asked once, when the first script comes: reading it takes a second.
            typesetter: Compiles formulas.
            rehearser: Runs scripts.
        """
        self._manim_api = manim_api
        self._api: ManimApi | None = None
        self.typesetter = typesetter
        self._rehearser = rehearser

    @property
    def api(self) -> ManimApi:
        """What the renderer's Manim offers."""
        if self._api is None:
            self._api = self._manim_api()
        return self._api

    def check(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> list[SceneScript]:
        """Prove scripts, as `prove` does, and return them all."""
        return list(self.prove(scripts, cancelled))

    def prove(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> Iterator[SceneScript]:
        """Prove scripts.

        Yields:
            Each, in their order, as soon as it is proved, with one check a gate. Checks by
            whoever wrote a script, such as of its equations, stay at the end.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        proofs = [[check_policy(script, self.api)] for script in scripts]
        self._add(scripts, proofs, lambda chosen: check_formulas(chosen, self.typesetter))
        reached = [index for index, checks in enumerate(proofs) if checks[-1].passed]
        to_rehearse = [scripts[index] for index in reached]
        answers = self._rehearser.rehearse(to_rehearse, cancelled) if reached else iter(())
        for index, script in enumerate(scripts):
            rehearsal = next(answers) if index in reached else None
            yield _proved(script, proofs[index], rehearsal)

    @staticmethod
    def _add(
        scripts: Sequence[SceneScript],
        proofs: Sequence[list[Check]],
        gate: Callable[[list[SceneScript]], list[Check]],
    ) -> None:
        reached = [index for index, checks in enumerate(proofs) if checks[-1].passed]
        for index, check in zip(reached, gate([scripts[i] for i in reached]), strict=True):
            proofs[index].append(check)


def failures(script: SceneScript) -> list[Finding]:
    """Return what keeps a checked script from being rendered, in the order of the gates."""
    return [
        finding
        for check in script.checks
        if check.name != "equations"
        for finding in check.findings
        if finding.severity == "error"
    ]


def _proved(
    script: SceneScript, checks: Sequence[Check], rehearsal: Rehearsal | None
) -> SceneScript:
    shown: list[Check] = []
    if rehearsal is not None:
        shown.append(_rehearsal_check(rehearsal))
        if rehearsal.error is None:
            shown.append(_layout_check(script, rehearsal))
    all_checks = (*checks, *shown, *_own_checks(script))
    return replace(
        script,
        checks=tuple(advise(check, script.manim_code) for check in all_checks),
        animation_count=rehearsal and rehearsal.animation_count,
        scene_name=script.scene_name or (rehearsal and rehearsal.scene_name) or "",
    )


def _own_checks(script: SceneScript) -> tuple[Check, ...]:
    return tuple(check for check in script.checks if check.name == "equations")


def _rehearsal_check(rehearsal: Rehearsal) -> Check:
    findings = [rehearsal.error] if rehearsal.error else []
    seconds, count = rehearsal.duration_seconds, rehearsal.animation_count
    good = f"The scene runs to its end: {seconds:.1f} s in {count} animations."
    return report_check("rehearsal", findings, good)


def _layout_check(script: SceneScript, rehearsal: Rehearsal) -> Check:
    findings = rehearsal.layout
    # Whatever is seen is its author's choice: told, and left as it is.
    if script.origin == "submitted" and not rehearsal.is_blank:
        findings = tuple(replace(finding, severity="warning") for finding in findings)
    good = "Everything can be seen and read in time."
    if findings:
        good = f"{len(findings)} remarks on what is seen, none that blocks it."
    return report_check("layout", findings, good)
