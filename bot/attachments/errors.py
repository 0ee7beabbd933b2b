"""Why a file is not taken, or cannot be sent.

BotError
├── AttachmentsOff      this server takes no attachments
├── FileTooLarge        more bytes than allowed, whatever was announced
├── EmptyFile           no byte in it
├── UnsupportedType     its content is none of the kinds that are taken
├── BrokenFile          it begins like one of them and cannot be read to its end
├── TooManyPixels       it would unfold into more than a browser should have to draw
├── UploadTimeout       it did not arrive in time
└── NoAttachment        not there, not the sender's, or sent before
"""

from bot.errors import BotError


class AttachmentsOff(BotError):
    """The setting `attachments.enabled` is off."""

    code = "attachments_off"

    def __init__(self) -> None:
        super().__init__("This server takes no attachments.")


class FileTooLarge(BotError):
    """The file has more bytes than one may have."""

    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The file has more than {limit:,} bytes. Send a smaller one.")


class EmptyFile(BotError):
    """Nothing is in it."""

    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("The file is empty. Choose it again, or another one.")


class UnsupportedType(BotError):
    """By its content it is none of the kinds that are taken, whatever its name says."""

    code = "unsupported_type"

    def __init__(self) -> None:
        super().__init__(
            "The content is no PNG, JPEG, WebP, GIF or PDF. Save the file as one of these, or send "
            "a picture of it."
        )


class BrokenFile(BotError):
    """It begins like a kind that is taken, and cannot be read."""

    code = "broken_file"

    def __init__(self, why: str) -> None:
        super().__init__(f"The file {why} Save it anew from the program it was made with.")


class TooManyPixels(BotError):
    """The image is larger, in pixels, than one may be."""

    code = "too_many_pixels"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The image has more than {limit} megapixels. Make it smaller.")


class UploadTimeout(BotError):
    """The file did not arrive in the time there is."""

    code = "upload_timeout"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The file did not arrive within {seconds:g} seconds. Send it again.")


class NoAttachment(BotError):
    """What a message names cannot be attached: it is gone, somebody else's, or was sent before."""

    code = "no_attachment"

    def __init__(self, attachment_id: str) -> None:
        super().__init__(
            f"There is no upload {attachment_id!r} of yours that can be sent. Attach the file anew."
        )
