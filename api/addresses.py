"""The absolute addresses that answers carry."""

from dataclasses import dataclass

API_PREFIX = "/api"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of videos, below the one that clients reach this API at; no slash ends it."""

    base: str

    def video(self, video_id: str) -> str:
        """Where a video plays."""
        return f"{self.base}{API_PREFIX}/video/{video_id}"

    def poster(self, video_id: str) -> str:
        """Where its still is."""
        return f"{self.video(video_id)}/poster"

    def script(self, video_id: str) -> str:
        """Where the Manim program is that it was made from."""
        return f"{self.video(video_id)}/script"

    def captions(self, video_id: str) -> str:
        """Where its captions are."""
        return f"{self.video(video_id)}/captions"
