"""AWS' Application Load Balancer: sealed sessions in numbered cookies, which only AWS opens."""

from __future__ import annotations

from session_inspector.devserver.cookies.chunk_rules import ALB
from session_inspector.devserver.decoders.formats.proxies.opaque import OpaqueDecoder
from session_inspector.devserver.decoders.traits import Traits


class AlbDecoder(OpaqueDecoder):
    """`AWSELBAuthSessionCookie-0`, … of an Application Load Balancer."""

    name = "aws-alb"
    traits = Traits(cookie_names=("AWSELBAuthSessionCookie",), chunks=ALB)
    format_name = "AWS ALB (session)"
    why = "named AWSELBAuthSessionCookie-N, with sealed bytes in base64"
    reason = "only the load balancer opens it: AWS keeps its key"
    rule = ALB
    notes = (
        "the claims come to the application as x-amzn-oidc-data, an ES256 JWT: decode that one",
        "7 days by default (SessionTimeout), renewed by its refresh token",
    )
