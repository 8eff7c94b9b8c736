"""What people look at: pages, charts and a small read API over the published warehouse.

Nothing here writes a published file or reads the build database.
"""
