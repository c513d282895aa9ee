"""Finds systems whose components the text connects, over several sentences or in a list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from arxiviz_pipeline.scenes.text.component_names import Component, read_component
from arxiviz_pipeline.scenes.text.flow_sentences import (
    counted_stages,
    flows_in,
    made_by_known,
    parts_in,
)
from arxiviz_pipeline.scenes.text.section_text import Block, ListBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import to_narration

Relation = Literal["flow", "part"]

_SYSTEM: Final = re.compile(
    r"\b(?:architectures?|pipelines?|systems?|frameworks?|networks?|encoders?|decoders?|modules?|"
    r"\w*layers?|stages?|workflow|streams?|backbone|transformers?|classifiers?|detectors?|sensors?|"
    r"servers?|clients?|processors?|attention|convolution\w*|embeddings?|generators?|"
    r"discriminators?|filters?|controllers?|blocks?|heads?|preprocessing|amplifiers?|antennas?)\b",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(r"\*\*(?P<bold>[^*]{3,60}?)[.:]?\*\*[.:]?|(?P<plain>[^:.$]{3,50}):\s")
_LIST_CUE: Final = re.compile(r"\b(?:stages?|steps?|phases?|pipeline|workflow)\b", re.IGNORECASE)
_FEWEST_NODES: Final = 3
_MOST_NODES: Final = 8
_LONGEST_LIST: Final = 7
_LONGEST_ITEM: Final = 40  # words
_FARTHEST: Final = 4  # sentences without a relation between two that have one


@dataclass(frozen=True, slots=True)
class Edge:
    """Something the text says goes from one node to another, or belongs to it."""

    source: int
    target: int
    relation: Relation


@dataclass(frozen=True, slots=True)
class FlowSentence:
    """A sentence with the nodes and edges it tells of, by their indices."""

    text: str
    nodes: tuple[int, ...]
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A picture's worth of components.

    Attributes:
        labels: A few words for each node.
        is_data: For each node, whether it is what flows, not what it flows through.
        places: Indices of the blocks it was read from, in order.
        tells: Those of them that hold nothing else.
    """

    labels: tuple[str, ...]
    is_data: tuple[bool, ...]
    edges: tuple[Edge, ...]
    sentences: tuple[FlowSentence, ...]
    places: tuple[int, ...]
    tells: frozenset[int]

    @property
    def relation(self) -> Relation:
        """What its edges are."""
        return self.edges[0].relation


def find_flows(blocks: Sequence[Block]) -> list[Flow]:
    """Find systems whose components the text connects, in order."""
    flows = [flow for relation in ("flow", "part") for flow in _told(blocks, relation)]
    listed = [flow for flow in _listed(blocks) if flow is not None]
    return sorted([*flows, *listed], key=lambda flow: (-len(flow.labels), flow.places))


@dataclass(slots=True)
class _Graph:
    """Nodes and edges in the making."""

    relation: Relation
    things: list[Component] = field(default_factory=list)
    data: set[int] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)
    sentences: list[FlowSentence] = field(default_factory=list)
    sources: list[tuple[int, int]] = field(default_factory=list)

    def node_of(self, thing: Component) -> int:
        for index, known in enumerate(self.things):
            if known.is_same(thing):
                self.things[index] = known.joined(thing)
                return index
        self.things.append(thing)
        return len(self.things) - 1

    def knows(self, things: Sequence[Component]) -> bool:
        return any(known.is_same(thing) for known in self.things for thing in things)

    def tell(
        self,
        text: str,
        source: tuple[int, int],
        pairs: Sequence[tuple[Component, Component]],
        data: Sequence[Component],
    ) -> None:
        nodes: list[int] = []
        edges: list[int] = []
        told = [thing for pair in pairs for thing in pair] + list(data)
        indices = {id(thing): thing for thing in told}
        node_of = {key: self.node_of(thing) for key, thing in indices.items()}
        for one, other in pairs:
            ends = node_of[id(one)], node_of[id(other)]
            nodes += ends
            if ends[0] == ends[1] or any({e.source, e.target} == set(ends) for e in self.edges):
                continue
            self.edges.append(Edge(*ends, self.relation))
            edges.append(len(self.edges) - 1)
        self.data |= {node_of[id(thing)] for thing in data}
        self.sentences.append(FlowSentence(text, tuple(dict.fromkeys(nodes)), tuple(edges)))
        self.sources.append(source)


def _told(blocks: Sequence[Block], relation: Relation) -> Iterator[Flow]:
    """Join the relations of neighbouring sentences that speak of the same things."""
    graph = _Graph(relation)
    last = 0
    for position, (place, index, sentence, following) in enumerate(_sentences(blocks)):
        if relation == "flow":
            told = flows_in(sentence) or made_by_known(sentence, graph.knows)
        else:
            told = parts_in(sentence, following)
        if told is None:
            continue
        is_apart = position - last > _FARTHEST or not graph.knows(told.things)
        if graph.things and is_apart:
            yield from _finished(graph, blocks)
            graph = _Graph(relation)
        last = position
        text = f"{sentence} {following}" if told.goes_on else sentence
        graph.tell(text, (place, index), told.pairs, told.data)
    yield from _finished(graph, blocks)


def _sentences(blocks: Sequence[Block]) -> Iterator[tuple[int, int, str, str]]:
    """Yield each sentence of a paragraph with its place, and the one after it."""
    for place, block in enumerate(blocks):
        if isinstance(block, TextBlock) and block.kind == "paragraph":
            following = [*block.sentences[1:], ""]
            for index, sentence in enumerate(block.sentences):
                yield place, index, sentence, following[index]


def _finished(graph: _Graph, blocks: Sequence[Block]) -> Iterator[Flow]:
    if not _FEWEST_NODES <= len(graph.things) <= _MOST_NODES or not _is_connected(graph):
        return
    if len(graph.edges) < len(graph.things) - 1 or _has_cycle(graph.edges):
        return
    if not any(_SYSTEM.search(sentence.text) for sentence in graph.sentences):
        return
    labels = [thing.label for thing in graph.things]
    if len({label.lower() for label in labels}) < len(labels):
        return
    places = tuple(dict.fromkeys(place for place, _ in graph.sources))
    whole = frozenset(
        place
        for place in places
        if isinstance(block := blocks[place], TextBlock)
        and len(block.sentences) == sum(source == place for source, _ in graph.sources)
    )
    is_data = tuple(index in graph.data for index in range(len(labels)))
    yield Flow(tuple(labels), is_data, tuple(graph.edges), tuple(graph.sentences), places, whole)


def _is_connected(graph: _Graph) -> bool:
    reached = {0}
    for _ in graph.things:
        for edge in graph.edges:
            if edge.source in reached or edge.target in reached:
                reached |= {edge.source, edge.target}
    return len(reached) == len(graph.things)


def _has_cycle(edges: Sequence[Edge]) -> bool:
    left = list(edges)
    while left:
        targets = {edge.target for edge in left}
        kept = [edge for edge in left if edge.source in targets]
        if len(kept) == len(left):
            return True
        left = kept
    return False


def _listed(blocks: Sequence[Block]) -> Iterator[Flow | None]:
    """Read lists of stages, and sentences that count them."""
    for place, block in enumerate(blocks):
        if isinstance(block, ListBlock):
            yield _of_list(block, place)
        elif isinstance(block, TextBlock) and block.kind == "paragraph":
            for sentence in block.sentences:
                is_all = len(block.sentences) == 1
                yield _of_counted(sentence, place, tells=[place] if is_all else [])


def _of_counted(sentence: str, place: int, *, tells: Sequence[int]) -> Flow | None:
    stages = counted_stages(sentence)
    if stages is None or not _FEWEST_NODES <= len(stages) <= _LONGEST_LIST:
        return None
    return _sequence([stage.label for stage in stages], [sentence], place, tells)


def _of_list(block: ListBlock, place: int) -> Flow | None:
    """Read a list of stages, each with a name of its own."""
    if (
        not _LIST_CUE.search(block.heading)
        or not _FEWEST_NODES <= len(block.items) <= _LONGEST_LIST
    ):
        return None
    labels: list[str] = []
    for item in block.items:
        found = _LEAD.match(item)
        named = (found["bold"] or found["plain"]) if found else item
        thing = read_component(re.sub(r"[*.;,]+$", "", named.strip()), ())
        if thing is None or len(to_narration(item).split()) > _LONGEST_ITEM:
            return None
        labels.append(thing.label)
    return _sequence(labels, block.items, place, [place])


def _sequence(
    labels: Sequence[str], told: Sequence[str], place: int, tells: Sequence[int]
) -> Flow | None:
    if len({label.lower() for label in labels}) < len(labels):
        return None
    count = len(labels)
    edges = tuple(Edge(index, index + 1, "flow") for index in range(count - 1))
    if len(told) == 1:
        sentences = [FlowSentence(told[0], tuple(range(count)), tuple(range(count - 1)))]
    else:
        sentences = [
            FlowSentence(text, (index,), (index - 1,) if index else ())
            for index, text in enumerate(told)
        ]
    return Flow(
        tuple(labels), (False,) * count, edges, tuple(sentences), (place,), frozenset(tells)
    )
