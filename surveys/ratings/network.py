"""What a request tells of the device and network it comes from; only keyed hashes of it are ever stored."""

import datetime as dt
import ipaddress

from django.http import HttpRequest

from surveys.catalogue.models import ServicePoint
from surveys.core.addresses import client_ip
from surveys.ratings.enums import BAD_LEVELS
from surveys.ratings.traces import TraceFacts, seconds_open

BAD_FIRST = {str(int(level)) for level in BAD_LEVELS}


def is_on_site(request: HttpRequest, point: ServicePoint | None) -> bool:
    """Say whether the request comes from a network of the hall the point stands in."""
    if point is None:
        return False
    listed = point.allowed_networks or (point.parent.allowed_networks if point.parent else [])
    if not listed:
        return False
    try:
        address = ipaddress.ip_address(client_ip(request))
        return any(address in ipaddress.ip_network(str(network), strict=False) for network in listed)
    except ValueError:
        return False


def trace_facts(request: HttpRequest, point: ServicePoint | None, now: dt.datetime) -> TraceFacts:
    """Whether the first choice was bad, how long the page lay open, and the device and the network.

    These last not inside a hall, where many share one.
    """
    sent = request.POST
    taps = int(sent.get("first", "") in BAD_FIRST)
    on_page = seconds_open(sent.get("opened", ""), sent.get("once", ""), now)
    if is_on_site(request, point):
        return TraceFacts(n_bad_first_taps=taps, on_page=on_page)
    address = client_ip(request)[:64]
    agent = request.META.get("HTTP_USER_AGENT", "")[:300]
    language = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:60]
    return TraceFacts(f"{address}|{agent}|{language}", address, taps, on_page)
