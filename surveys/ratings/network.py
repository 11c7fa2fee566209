"""What a request tells of the device and network it comes from; only keyed hashes of it are ever stored."""

import ipaddress

from django.http import HttpRequest

from surveys.catalogue.models import ServicePoint
from surveys.core.addresses import client_ip
from surveys.ratings.traces import TraceFacts


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


def trace_facts(request: HttpRequest, point: ServicePoint | None = None) -> TraceFacts:
    """The device and the network; nothing inside a hall, where many share one of each."""
    if is_on_site(request, point):
        return TraceFacts()
    address = client_ip(request)[:64]
    agent = request.META.get("HTTP_USER_AGENT", "")[:300]
    language = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:60]
    return TraceFacts(device=f"{address}|{agent}|{language}", network=address)
