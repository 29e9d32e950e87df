"""What a posting took, for machines: an event in the log and an OpenTelemetry span, both without its text.

    observing  where both are made: around every method that reads a posting
    logs       an event a posting, through the standard `logging` module; JSON Lines where asked for
    spans      a span a posting, and under it one a model call, by OpenTelemetry's GenAI conventions
    exporting  OpenTelemetry set up for the command line, where its variables ask for it

Nobody listens by default: then a posting costs two look-ups, and nothing of OpenTelemetry is imported.
"""
