"""Spans of what models do, by OpenTelemetry, for who asks for them with --otel."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput

if TYPE_CHECKING:
    from pydantic_ai.capabilities import AbstractCapability

# OpenTelemetry's own switch for prompts and answers in spans.
_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"


def telemetry(*, wanted: bool) -> tuple[AbstractCapability[Any], ...]:
    """Return what instruments an agent; spans go where the OTEL_... variables say.

    They hold no prompt and no answer unless OpenTelemetry's variable for content is `true`.
    Those of a job belong to the trace of its run, on whatever machine (W3C trace context in
    TRACEPARENT). Raises BadInput where the packages are missing.
    """
    if not wanted:
        return ()
    from pydantic_ai.capabilities import Instrumentation
    from pydantic_ai.models.instrumented import InstrumentationSettings

    try:
        from opentelemetry import context, propagate
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise BadInput(
            f"--otel needs the package of {error.name}",
            f"Run {sys.executable} -m pip install {_PACKAGES}.",
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "waggle"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # sent at the end, too
    parent = {"traceparent": os.environ.get("TRACEPARENT", "")}
    context.attach(propagate.extract(parent))  # nothing where it is empty or malformed
    content = os.environ.get(_CONTENT, "").lower() == "true"
    settings = InstrumentationSettings(tracer_provider=provider, include_content=content)
    return (Instrumentation(settings=settings),)
