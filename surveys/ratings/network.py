"""Where a request comes from, believing forwarding headers only from proxies we were told of."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from surveys.catalogue.models import ServicePoint
from surveys.ratings.traces import TraceFacts


def client_address(request: HttpRequest) -> str:
    """The address of the client: the last hop that is not one of our own proxies."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    trusted = set(settings.TRUSTED_PROXIES)
    if hops[0] in trusted:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        hops += [hop.strip() for hop in reversed(forwarded.split(",")) if hop.strip()]
    return next((hop for hop in hops if hop not in trusted), hops[-1])[:64]


def is_on_site(request: HttpRequest, point: ServicePoint) -> bool:
    """Say whether the request comes from a network of the hall the point stands in."""
    try:
        address = ipaddress.ip_address(client_address(request))
        return any(
            address in ipaddress.ip_network(str(network), strict=False) for network in point.allowed_networks
        )
    except ValueError:
        return False


def trace_facts(request: HttpRequest) -> TraceFacts:
    """What the door notices of a request; only keyed hashes of it are ever stored."""
    address = client_address(request)
    agent = request.META.get("HTTP_USER_AGENT", "")[:300]
    language = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:60]
    return TraceFacts(device=f"{address}|{agent}|{language}", network=address)
