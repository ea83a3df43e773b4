"""Fields that are there without changing what a request meets, or say how it is written down."""
from differential_parts.case import Case, Request, forward, get, whole


def _plain(**fields):
    """The same as without them."""
    def generate(draw):
        return Case(requests=[get(draw.path()), Request(method="POST", body=draw.word().encode()), get(x_answer="500")],
                    **fields)
    return generate


def validate_clusters(draw):
    return Case(table={"validate_clusters": False}, routes=[forward("/nobody", "nobody"), forward("/")],
                requests=[get("/nobody"), get(draw.path()), get("/x")])


def metadata(draw):
    values = {"filter_metadata": {draw.word(): {draw.word(): draw.word(), "number": draw.randint(0, 9)}}}
    return Case(table={"metadata": values}, host={"metadata": values}, routes=[whole("/", metadata=values)],
                requests=[get(draw.path()), get("/x"), get("/y")])


def name(draw):
    a, b = draw.words(2)
    return Case(routes=[whole(f"/{a}", name=f"route of {b}"), whole("/", name=f"{a}\"{b}")],
                requests=[get(f"/{a}"), get(f"/{b}"), get("/")])


CASES = {
    "RouteConfiguration.validate_clusters": validate_clusters, "RouteConfiguration.metadata": metadata,
    "Route.name": name,
    "VirtualHost.request_body_buffer_limit": _plain(host={"request_body_buffer_limit": 100000}),
    "VirtualHost.per_request_buffer_limit_bytes": _plain(host={"per_request_buffer_limit_bytes": 100000}),
    "HttpConnectionManager.access_log": _plain(),
    "HttpConnectionManager.access_log_options": _plain(hcm={"access_log_options": {
        "flush_access_log_on_new_request": False, "access_log_flush_interval": "10s"}}),
}
