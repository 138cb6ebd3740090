"""A test double of Apple's `container` CLI. See ../README.md."""
