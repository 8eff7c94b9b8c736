"""E-mail addresses as they are kept.

What does not belong here: subscriptions.
"""

from __future__ import annotations

import hashlib
import re

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class SubscriptionError(ValueError):
    """What was filled in can't be used; the message tells a person why."""


def normal_address(text: str) -> str:
    """An e-mail address in the form it is kept in.

    Raises:
        SubscriptionError: it is none that mail can be sent to.
    """
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or any(character.isspace() or not character.isprintable() for character in address):
        raise SubscriptionError("That is no e-mail address: it looks like name@example.org.")
    if not local.isascii():
        raise SubscriptionError("The part before the @ can only have letters without accents.")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise SubscriptionError("The part after the @ is no host name.") from None
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise SubscriptionError("The part after the @ is no host name.")
    if not _LOCAL.fullmatch(local) or len(local) > 64 or len(local) + 1 + len(domain) > 254:
        raise SubscriptionError("The part before the @ can't be part of an address.")
    # Nearly all servers ignore case, and one person is not to be subscribed twice.
    return f"{local.lower()}@{domain}"


def address_key(address: str) -> str:
    """What requests for an address are counted under; not the address itself."""
    return hashlib.sha256(f"address:{address}".encode()).hexdigest()
