"""Chooses what to try next for a script that fails: the mildest mend that has not been tried."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi, Typesetter
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.scenes.repair.excision import excise
from arxiviz_pipeline.scenes.repair.failure_mends import LAST_RESORTS, failure_mends
from arxiviz_pipeline.scenes.repair.faults import despite_faults
from arxiviz_pipeline.scenes.repair.formula_mends import mend_formulas
from arxiviz_pipeline.scenes.repair.layout_mends import mend_layout
from arxiviz_pipeline.scenes.repair.script_mends import mend_script
from arxiviz_pipeline.scenes.repair.source import Mended, Source, apply_edits, parses
from arxiviz_pipeline.scenes.repair.text_mends import mend_text


@dataclass(frozen=True, slots=True)
class MendedScene:
    """A mended script, and the scene in it to render."""

    code: str
    scene_name: str
    changes: tuple[str, ...]


class Mender:
    """Mends scripts by rules; it remembers nothing."""

    def __init__(self, api: ManimApi, typesetter: Typesetter) -> None:
        """Take what mends are chosen by.

        Args:
            api: The names there are.
            typesetter: Tries mended formulas.
        """
        self._api = api
        self._typesetter = typesetter

    def mend(
        self,
        code: str,
        scene_name: str,
        failures: Sequence[Finding],
        is_new: Callable[[str, str], bool],
        *,
        whole: str | None = None,
        may_excise: bool = True,
    ) -> MendedScene | None:
        """Mend a script as its failures ask for.

        Args:
            code: The script.
            scene_name: The class to render; another is chosen if there is none of this name.
            failures: Why it gives no video, the first first.
            is_new: Whether a script has not been tried yet with this class to render.
            whole: The script before any mend, of which half is left at the least; this one, if
                None.
            may_excise: Whether what nothing mends is taken out.

        Returns:
            A script that was not tried yet; None if no rule has anything more to offer.
        """
        offers = self._offers(code, scene_name, failures, (whole or code) if may_excise else None)
        try:
            return _first_new(code, scene_name, offers, is_new)
        except RecursionError:  # nested too deeply to be written anew
            return None

    def _offers(
        self, code: str, scene_name: str, failures: Sequence[Finding], whole: str | None
    ) -> Iterator[Mended]:
        """Yield mends, the mildest first; what takes something out only where `whole` is told."""
        text = Mended(code, ()) if parses(code) else mend_text(code)
        if not parses(text.code):
            return
        renewed = mend_script(text.code, self._api)
        yield Mended(renewed.code, (*text.changes, *renewed.changes))
        source = Source(code) if parses(code) else Source(text.code)
        yield from despite_faults(mend_formulas(source, failures, self._typesetter))
        yield from despite_faults(mend_layout(source, scene_name, failures))
        for failure in failures:
            for mend in failure_mends(self._api):
                for edits in despite_faults(mend(source, failure)):
                    yield apply_edits(source.code, edits)
        if whole is None:
            return
        for failure in failures:
            if failure.kind not in _SEEN:
                yield from despite_faults(excise(source, failure.line, whole))
        for failure in failures:
            for mend in LAST_RESORTS:
                for edits in despite_faults(mend(source, failure)):
                    yield apply_edits(source.code, edits)


_SEEN = frozenset({"off_frame", "overlap", "too_small", "empty", "pacing", "missing_equation"})


def _first_new(
    code: str, scene_name: str, offers: Iterator[Mended], is_new: Callable[[str, str], bool]
) -> MendedScene | None:
    for mended in offers:
        if mended.code != code and parses(mended.code):
            chosen = _scene_of(mended.code, scene_name)
            if chosen is not None and is_new(mended.code, chosen):
                return MendedScene(mended.code, chosen, mended.changes)
    chosen = _scene_of(code, scene_name)
    if chosen is not None and chosen != scene_name and is_new(code, chosen):
        why = f"There is no scene {scene_name!r}: {chosen} was taken."
        return MendedScene(code, chosen, (why,))
    return None


def _scene_of(code: str, scene_name: str) -> str | None:
    try:
        return choose_scene(code, scene_name)
    except RenderError:
        pass
    try:
        return choose_scene(code)
    except RenderError:
        return None
