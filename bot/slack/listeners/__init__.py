"""One listener for each kind of payload, with an index behind it."""
