"""The HTTP kit that every domain's routes use: callers, errors, paging, throttling, caching, headers."""
