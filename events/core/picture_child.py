"""A program of its own: read a picture, write a smaller one without anything but the picture.

    python picture_child.py FROM INTO FORMAT SIDE PIXELS

Decoders meet bytes of strangers here, so they do it in a process that has no connection, little memory and little time,
and whose memory goes with it. Ends with 0, with 2 for what is no such picture, with 3 for one of too many pixels.
"""

import contextlib
import resource
import sys
import warnings

from PIL import Image, ImageOps

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88},
}


def main(source: str, into: str, format_: str, side: int, pixels: int) -> int:
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with Image.open(source, formats=[format_]) as opened:
            if opened.width * opened.height > pixels:
                return 3
            if format_ == "JPEG":
                opened.draft("RGB", (side, side))
            opened.thumbnail((side, side))  # first, so that all of it is in memory once
            picture = ImageOps.exif_transpose(opened)
            # A new picture of the same dots: what stood beside them (EXIF, GPS, colour notes, text) is not taken along.
            wanted = "RGB" if format_ == "JPEG" or not picture.has_transparency_data else "RGBA"
            bare = Image.new(wanted, picture.size)
            bare.paste(picture.convert(wanted))
            bare.save(into, format_, **OPTIONS[format_])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 3
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError):
        return 2
    return 0


if __name__ == "__main__":
    with contextlib.suppress(ValueError, OSError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
