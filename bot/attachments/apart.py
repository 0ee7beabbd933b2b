"""The process in which an uploaded file is read: file in, file made anew out, or why not."""

import json
import sys

from bot.attachments.reading import Refused, read
from retrieval.importers.apart import OUT_OF_MEMORY, TOO_MUCH, Limits, bound


def main() -> int:
    """Read standard input; print a line of JSON, then the content and the preview."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not spoil the answer
    given = json.loads(sys.argv[1])
    bound(Limits(**given["limits"]))
    try:
        try:
            found = read(sys.stdin.buffer.read(), max_pixels=given["max_pixels"])
        except Refused as refused:
            told = {"refused": refused.code, "why": refused.why}
            out.write(json.dumps(told).encode("ascii") + b"\n")
            out.flush()
            return 0
        head = {
            "type": found.type,
            "width": found.width,
            "height": found.height,
            "content": len(found.content),
            "preview": len(found.preview),
        }
        out.write(json.dumps(head).encode("ascii") + b"\n" + found.content + found.preview)
        out.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError:
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(main())
