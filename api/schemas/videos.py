"""Where a video is."""

from pydantic import BaseModel

from api.schemas.examples import VIDEO_ID, example


class VideoAddress(BaseModel):
    """Where a video is."""

    model_config = example(
        video_id=VIDEO_ID,
        url=f"https://videos.example.org/videos/{VIDEO_ID}.mp4",
        content_type="video/mp4",
    )

    video_id: str
    url: str
    content_type: str
