"""The closed lists of the catalogue: region levels, channels, modes, identities, point kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.IntegerChoices):
    PROVINCE = 1, _("Province")
    CITY = 2, _("City")
    COUNTY = 3, _("County")
    TOWN = 4, _("Town")
    VILLAGE = 5, _("Village")


class Mode(models.TextChoices):
    ONLINE = "online", _("Online")
    OFFLINE = "offline", _("On site")
    ASSISTED = "assisted", _("With help")


class Identity(models.TextChoices):
    """Fixes the privacy mode: named and verified are linked to the case, anonymous is not."""

    NAMED = "named", _("Named")
    VERIFIED = "verified", _("Verified, name hidden")
    ANONYMOUS = "anonymous", _("Anonymous")


class Channel(models.TextChoices):
    PC_PORTAL = "pc_portal", _("Web portal")
    MOBILE_APP = "mobile_app", _("Mobile app")
    MINI_PROGRAM = "mini_program", _("Mini program")
    QR_STATIC = "qr_static", _("Posted QR code")
    QR_CASE = "qr_case", _("QR code of the case")
    WINDOW_PAD = "window_pad", _("Pad at the window")
    FOUR_KEY_BOX = "four_key_box", _("Key box")
    KIOSK = "kiosk", _("Kiosk")
    SMS = "sms", _("Text message")
    HOTLINE_12345 = "hotline_12345", _("Hotline 12345")
    PAPER_FORM = "paper_form", _("Paper form")
    OPINION_BOX = "opinion_box", _("Opinion box")
    EMAIL = "email", _("E-mail")
    CALLBACK_PHONE = "callback_phone", _("Call-back")
    FIELD_INTERVIEWER = "field_interviewer", _("Interviewer")
    MYSTERY_VISIT = "mystery_visit", _("Mystery visit")
    API_IMPORT = "api_import", _("Imported, channel unknown")


CHANNEL_MODE = {
    Channel.PC_PORTAL: Mode.ONLINE,
    Channel.MOBILE_APP: Mode.ONLINE,
    Channel.MINI_PROGRAM: Mode.ONLINE,
    Channel.QR_STATIC: Mode.OFFLINE,
    Channel.QR_CASE: Mode.OFFLINE,
    Channel.WINDOW_PAD: Mode.OFFLINE,
    Channel.FOUR_KEY_BOX: Mode.OFFLINE,
    Channel.KIOSK: Mode.OFFLINE,
    Channel.SMS: Mode.ONLINE,
    Channel.HOTLINE_12345: Mode.ASSISTED,
    Channel.PAPER_FORM: Mode.OFFLINE,
    Channel.OPINION_BOX: Mode.OFFLINE,
    Channel.EMAIL: Mode.ONLINE,
    Channel.CALLBACK_PHONE: Mode.ASSISTED,
    Channel.FIELD_INTERVIEWER: Mode.ASSISTED,
    Channel.MYSTERY_VISIT: Mode.OFFLINE,
    Channel.API_IMPORT: Mode.ONLINE,
}
"""Each channel's usual mode; a record may state its own."""


class PointKind(models.TextChoices):
    HALL = "hall", _("Service hall")
    WINDOW = "window", _("Window")
    KIOSK = "kiosk", _("Kiosk")
    QR = "qr", _("Posted QR code")
