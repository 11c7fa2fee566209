"""What is printed: QR codes as SVG, and the links they carry."""

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from surveys.catalogue.enums import CHANNEL_MODE, Channel, PointKind
from surveys.catalogue.models import ServicePoint

PAPER_MODE = CHANNEL_MODE[Channel.PAPER_FORM]
POSTED_KINDS = (PointKind.QR, PointKind.HALL)


def qr_svg(link: str, *, scale: int = 6) -> bytes:
    """A link as a QR code that survives a coffee stain (error level M), with its quiet zone."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="svg", scale=scale, border=4, xmldecl=False, svgns=True)
    return picture.getvalue()


def qr_in_page(link: str) -> SafeString:
    """The same as part of a page: black on white, as large as its box."""
    drawn = segno.make(link, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own link


def posted_link(point: ServicePoint) -> str:
    """The address a posted code leads to."""
    return settings.PUBLIC_BASE_URL + reverse("ratings:posted", args=[point.code])
