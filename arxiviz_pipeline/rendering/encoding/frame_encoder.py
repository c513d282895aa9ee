"""Encodes frames as one H.264 stream, and makes frames that stand for next to nothing."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
from av.codec.context import Flags

from arxiviz_pipeline.rendering.encoding.held_frames import PICTURE_PARAMETERS, HeldFrames

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.codeccontext import VideoCodecContext

KEYFRAME_SECONDS: Final = 2

_SHORTEST_HOLD_SECONDS: Final = 1.5  # what the keyframe after a hold costs more than it
_SEEN_SECONDS: Final = 0.5  # of a hold, so that the encoder spends more on what stays
_STANDING_CRF_LESS: Final = 7.0  # for a keyframe that is held: no other frame makes up for it
_DELAY_FRAMES: Final = 1  # from decoding to showing, as frames may refer to the one after them
_BT709: Final = 1  # in each of FFmpeg's lists of primaries, transfers and matrices
_LIMITED_RANGE: Final = 1
# Measured over whole scenes: on drawings that stand or move as they are, looking ahead and
# rounding with care save far more than a thorough search for motion.
_X264: Final = {
    "preset": "superfast",
    # The last frame shown of a stretch is then the last that is referred to, which a hold repeats.
    "b-pyramid": "none",
    "sc_threshold": "0",
    "threads": "1",  # other scenes use the other cores
    # The parameters of a stream are all its encoders', whatever their CRF: "stitchable".
    "x264-params": "stitchable=1:psy=0:trellis=1:mbtree=1",
    "aq-strength": "0.6",  # flat areas are most of a drawing, and need less than others
}
_FEW_FRAMES: Final = 24  # in a second
_CHOPPY: Final = {"crf": "26.5", "rc-lookahead": "10"}
_SMOOTH: Final = {"crf": "25.8", "rc-lookahead": "20"}


class FrameEncoder:
    """Encodes pictures that are shown for some frames each.

    An encoder works on a stretch between two holds: it looks ahead, and nothing else empties it.
    """

    def __init__(
        self, container: "OutputContainer", width: int, height: int, frame_rate: Fraction
    ) -> None:
        self._size = width, height
        self._rate = frame_rate
        self._interval = round(KEYFRAME_SECONDS * frame_rate)
        # This stream's own encoder only tells the parameters; it gets no frame.
        self._stream = container.add_stream("libx264", rate=frame_rate, options=self._options)
        self._set_up(self._stream.codec_context)
        self._codec: VideoCodecContext | None = None
        self._held: HeldFrames | None = None
        self._since_keyframe = 0
        self.frame_count = 0
        self.packets: list[av.Packet[Any]] = []

    @property
    def _options(self) -> dict[str, str]:
        aim = _SMOOTH if self._rate > _FEW_FRAMES else _CHOPPY
        return {**_X264, **aim, "g": str(self._interval)}

    def encode(self, picture: av.VideoFrame) -> bool:
        """Add a picture for one frame; tell whether that is coded on its own.

        The picture may be changed afterwards.
        """
        codec = self._codec or self._opened()
        picture.pts, picture.time_base = self.frame_count, 1 / self._rate
        self.frame_count += 1
        self._since_keyframe = (self._since_keyframe + 1) % self._interval
        for packet in codec.encode(picture):
            self._add(packet)
        return self._since_keyframe == 0

    def hold(self, picture: av.VideoFrame, frame_count: int) -> None:
        """Show the last picture for some frames more."""
        shortest = _SHORTEST_HOLD_SECONDS * float(self._rate)
        seen = frame_count if frame_count < shortest else round(_SEEN_SECONDS * float(self._rate))
        for _ in range(seen):
            self.encode(picture)
        if seen == frame_count:
            return
        held = self._held or self._read_parameters()
        self._finish_stretch()
        number = held.number_after(bytes(packet) for packet in reversed(self.packets))
        keyframe: bytes | None = None
        for left in reversed(range(frame_count - seen)):
            self._since_keyframe += 1
            # Of two keyframes in a row decoders would take the second for the first's repeat.
            if self._since_keyframe < self._interval - 1 or left == 0:
                self._repeat(held.repeat(number, self._since_keyframe), is_keyframe=False)
                number += 1
            elif keyframe is None:
                self._codec = self._opened(crf_less=_STANDING_CRF_LESS)
                self.encode(picture)
                self._finish_stretch()
                keyframe, number = bytes(self.packets[-1]), 1
            else:
                self._repeat(keyframe, is_keyframe=True)
                self._since_keyframe, number = 0, 1

    def finish(self) -> None:
        """Add what the encoder has kept back."""
        self._finish_stretch()

    def _opened(self, crf_less: float = 0) -> "VideoCodecContext":
        codec = av.CodecContext.create("libx264", "w")
        self._set_up(codec)
        codec.time_base, codec.framerate = 1 / self._rate, self._rate
        codec.options = {**self._options, "crf": str(float(self._options["crf"]) - crf_less)}
        codec.flags |= Flags.global_header
        self._codec = codec
        self._since_keyframe = -1
        return codec

    def _set_up(self, codec: "VideoCodecContext") -> None:
        codec.width, codec.height = self._size
        codec.pix_fmt = "yuv420p"
        codec.color_primaries = codec.color_trc = codec.colorspace = _BT709
        codec.color_range = _LIMITED_RANGE

    def _finish_stretch(self) -> None:
        """Have the encoder code all it has been given; the next frame is a keyframe."""
        if self._codec is not None:
            for packet in self._codec.encode(None):
                self._add(packet)
            self._codec = None

    def _read_parameters(self) -> HeldFrames:
        codec = self._stream.codec_context
        codec.open(strict=False)
        own = codec.extradata or b""
        self._held = HeldFrames.of(own)
        codec.extradata = own + PICTURE_PARAMETERS
        return self._held

    def _repeat(self, frame: bytes, *, is_keyframe: bool) -> None:
        packet = av.Packet(frame)
        packet.is_keyframe = is_keyframe
        packet.pts = self.frame_count
        self.frame_count += 1
        self._add(packet)

    def _add(self, packet: "av.Packet[Any]") -> None:
        packet.dts = len(self.packets) - _DELAY_FRAMES
        packet.duration = 1
        packet.time_base = 1 / self._rate
        packet.stream = self._stream
        self.packets.append(packet)
