"""Which gateway the settings name."""

from odsc_counter.config import Settings
from odsc_counter.messages.gateways import Gateway, HttpGateway, LogGateway


def gateway_of(settings: Settings) -> Gateway:
    """The HTTP gateway where an address is set, else the log."""
    if not settings.sms_url:
        return LogGateway()
    return HttpGateway(
        url=settings.sms_url,
        method=settings.sms_method,
        headers=settings.sms_headers,
        body=settings.sms_body,
        timeout_seconds=settings.sms_timeout_seconds,
    )
