"""Every query of the dashboard, as named functions of a published version.

One module a subject; :mod:`dashboard.data.warehouse` opens versions and runs queries. What does not
belong here: laying out, charts, anything that writes.
"""
