"""What may be attached to a message, how large it may be, and how much one stranger may send."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class AttachmentSettings(BaseModel):
    """Images and PDFs that customers and agents attach to messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    enabled: bool = True
    """Take attachments; off: nobody is shown a way to attach, and what was sent stays readable."""
    max_bytes: int = Field(10_000_000, ge=10_000, le=50_000_000)
    """Bytes one file may have when it is sent."""
    max_megapixels: int = Field(25, ge=1, le=100)
    """Millions of pixels an image may have, all pictures of an animation together."""
    files_per_hour: int = Field(30, ge=1)
    """Files one visitor may send in an hour, also those that are refused."""
    megabytes_per_hour: int = Field(100, ge=1)
    """Megabytes one visitor may send in an hour."""
    address_megabytes_per_hour: int = Field(2000, ge=1)
    """Megabytes all visitors of one address may send in an hour; many can share one address."""
    keep_unsent: timedelta = Field(timedelta(days=1), ge=timedelta(minutes=5))
    """What was uploaded and not sent with a message in this time is removed."""
    upload_seconds: float = Field(300.0, gt=0)
    """An upload that takes longer than this is given up."""
