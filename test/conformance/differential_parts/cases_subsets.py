"""Which endpoints of a cluster a request may go to, by their labels; and where connections to them come from."""
from differential_parts.bootstrap import http_filter
from differential_parts.case import END, FINISH, Case, Request, Talk, TcpCase, forward, get, tcp

FLAGS_AND_HOST = {"text_format_source": {"inline_string": (
    "%REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_HOST%\n")}}
SOURCE = {"text_format_source": {"inline_string": (
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %UPSTREAM_HOST%\n")}}


def wants(labels):
    """What a route or a cluster of it says of its endpoints."""
    return {"metadata_match": {"filter_metadata": {"envoy.lb": labels}}}


class _Labelled:
    """Services one and two with labels of their own, and a cluster that divides them."""

    def __init__(self, draw):
        self.name = f"divided_{draw.word()}"
        self.key, self.other, self.value, self.second, self.absent = draw.words(5)
        self.labels = [{self.key: self.value, self.other: "x"}, {self.key: self.second, self.other: "y"}]

    def cluster(self, services=("one", "two"), labels=None, common=None, **subsets):
        subsets = {"subset_selectors": [{"keys": [self.key]}], **subsets}
        return {self.name: (services, {"labels": labels or self.labels, "lb_subset_config": subsets, **(common or {})})}

    def routes(self):
        return [forward("/first", self.name, **wants({self.key: self.value})),
                forward("/second", self.name, **wants({self.key: self.second})),
                forward("/absent", self.name, **wants({self.key: self.absent})),
                forward("/other", self.name, **wants({self.other: "y"})),
                forward("/both", self.name, **wants({self.key: self.second, self.other: "y"})),
                forward("/neither", self.name, **wants({self.key: self.second, self.other: "z"})),
                forward("/", self.name)]

    def case(self, paths=("/first", "/second", "/absent"), **subsets):
        return Case(routes=self.routes(), requests=[get(path) for path in paths], log_format=FLAGS_AND_HOST,
                    clusters=self.cluster(**subsets))


ALL_PATHS = ("/first", "/second", "/absent", "/other", "/both", "/neither", "/")


def metadata_match(draw):
    return _Labelled(draw).case(ALL_PATHS)


def metadata_match_of_whole_cluster(draw):
    """What is wanted of its one endpoint has no effect."""
    divided = _Labelled(draw)
    case = divided.case()
    case.clusters = {divided.name: (["one"], {})}
    return case


def weighted(draw):
    divided = _Labelled(draw)
    weights = [{"name": divided.name, "weight": 1, **wants({divided.key: divided.second})},
               {"name": divided.name, "weight": 1},
               {"name": divided.name, "weight": 1, **wants({divided.key: divided.absent})},
               {"name": divided.name, "weight": 1, **wants({divided.other: "x"})}]
    case = divided.case(subset_selectors=[{"keys": [divided.key]}, {"keys": [divided.key, divided.other]}])
    case.routes = [{"match": {"prefix": "/"}, "route": {
        **wants({divided.key: divided.value}), "weighted_clusters": {"header_name": "x-number", "clusters": weights}}}]
    case.requests = [get(x_number=str(number)) for number in range(4)]
    return case


def any_endpoint(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, services=("one",), labels=[divided.labels[0]], fallback_policy="ANY_ENDPOINT")


def default_subset(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, fallback_policy="DEFAULT_SUBSET", default_subset={divided.other: "y"})


def empty_default_subset(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, fallback_policy="DEFAULT_SUBSET", default_subset={divided.other: "z"})


def panic_mode_any(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, services=("two",), labels=[divided.labels[1]], panic_mode_any=True,
                        fallback_policy="DEFAULT_SUBSET", default_subset={divided.other: "z"})


def several_selectors(draw):
    divided = _Labelled(draw)
    selectors = [{"keys": [divided.key]}, {"keys": [divided.other, divided.key]}]
    draw.shuffle(selectors)
    return divided.case(ALL_PATHS, subset_selectors=selectors)


def selector_fallback(draw):
    divided = _Labelled(draw)
    selectors = [{"keys": [divided.key], "fallback_policy": "NO_FALLBACK"},
                 {"keys": [divided.other], "fallback_policy": "DEFAULT_SUBSET"}]
    return divided.case(ALL_PATHS, subset_selectors=selectors, fallback_policy="DEFAULT_SUBSET",
                        default_subset={divided.key: divided.value})


def fewer_keys(draw):
    divided = _Labelled(draw)
    selectors = [{"keys": [divided.key]},
                 {"keys": [divided.key, divided.other], "fallback_policy": "KEYS_SUBSET",
                  "fallback_keys_subset": [divided.key]}]
    return divided.case(ALL_PATHS, subset_selectors=selectors)


def single_host(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, labels=[divided.labels[0]] * 2,
                        subset_selectors=[{"keys": [divided.key], "single_host_per_subset": True}])


def list_as_any(draw):
    divided = _Labelled(draw)
    lists = [{divided.key: [divided.value, draw.word()], divided.other: "x"},
             {divided.key: [divided.second], divided.other: ["y", "w"]}]
    return divided.case(ALL_PATHS, labels=lists, list_as_any=True,
                        subset_selectors=[{"keys": [divided.key]}, {"keys": [divided.key, divided.other]}])


def values(draw):
    """Labels of every kind."""
    divided = _Labelled(draw)
    kinds = {"number": 1, "text": "1", "truth": True, "list": [1], "deep": {"a": 1}}
    case = divided.case(labels=[{divided.key: value} for value in kinds.values()][:2])
    case.routes = [forward(f"/{name}", divided.name, **wants({divided.key: value})) for name, value in kinds.items()]
    case.requests = [get(f"/{name}") for name in kinds]
    return case


def locality_weights(draw):
    divided = _Labelled(draw)
    return divided.case(ALL_PATHS, common={"common_lb_config": {"locality_weighted_lb_config": {}}},
                        locality_weight_aware=True, scale_locality_weight=draw.choice([True, False]))


def labels_of_filters(draw):
    divided = _Labelled(draw)
    case = divided.case(subset_selectors=[{"keys": [divided.key]}, {"keys": [divided.key, divided.other]}])
    case.filters = [http_filter("header_to_metadata", {"request_rules": [
        {"header": "x-label", "on_header_present": {"metadata_namespace": "envoy.lb", "key": divided.key}}]})]
    case.requests = [Request(path, (("x-label", value),)) for path in ("/first", "/both", "/neither", "/")
                     for value in (divided.value, divided.second, divided.absent)]
    return case


def tcp_labels(draw):
    name = f"divided_{draw.word()}"
    a, b = draw.words(2)
    cluster = (["tcp_one", "tcp_two"], {"labels": [{"v": a}, {"v": b}], "lb_subset_config": {
        "subset_selectors": [{"keys": ["v"]}]}})
    return TcpCase([Talk((f"{draw.word()}\n".encode(), FINISH, END)) for _ in range(3)],
                   [tcp(name, **wants({"v": b}))], clusters={name: cluster})


def tcp_absent_labels(draw):
    name = f"divided_{draw.word()}"
    cluster = (["tcp_one"], {"labels": [{"v": "x"}], "lb_subset_config": {"subset_selectors": [{"keys": ["v"]}]}})
    return TcpCase([Talk((END,), records=0) for _ in range(3)], [tcp(name, **wants({"v": draw.word()}))],
                   clusters={name: cluster})


def tcp_weighted_labels(draw):
    name = f"divided_{draw.word()}"
    cluster = (["tcp_one", "tcp_two"], {"labels": [{"v": "x"}, {"v": "y"}], "lb_subset_config": {
        "subset_selectors": [{"keys": ["v"]}]}})
    weights = [{"name": name, "weight": 1, **wants({"v": "y"})} for _ in range(2)]
    return TcpCase([Talk((f"{draw.word()}\n".encode(), FINISH, END)) for _ in range(3)],
                   [{"name": "chain", "tcp": {**wants({"v": "x"}), "weighted_clusters": {"clusters": weights}}}],
                   clusters={name: cluster})


def _source(host):
    return {"upstream_bind_config": {"source_address": {"address": host, "port_value": 0}}}


def source_address(draw):
    name = f"bound_{draw.word()}"
    return Case(routes=[forward("/", name)], log_format=SOURCE, requests=[get(draw.path()) for _ in range(3)],
                clusters={name: (["one"], _source(f"127.0.0.{draw.randint(3, 250)}"))})


def extra_source_addresses(draw):
    name = f"bound_{draw.word()}"
    bind = {"source_address": {"address": "::1", "port_value": 0}, "extra_source_addresses": [
        {"address": {"address": f"127.0.0.{draw.randint(3, 250)}", "port_value": 0}}]}
    return Case(routes=[forward("/", name)], log_format=SOURCE, requests=[get(draw.path()) for _ in range(3)],
                clusters={name: (["one"], {"upstream_bind_config": bind})})


def absent_source_address(draw):
    name = f"bound_{draw.word()}"
    return Case(routes=[forward("/", name)], requests=[get(draw.path()) for _ in range(3)],
                clusters={name: (["one"], _source("192.0.2.1"))})


def tcp_source_address(draw):
    name = f"bound_{draw.word()}"
    return TcpCase([Talk((f"{draw.word()}\n".encode(), FINISH, END)) for _ in range(3)], [tcp(name)], log_format=SOURCE,
                   clusters={name: (["tcp_one"], _source(f"127.0.0.{draw.randint(3, 250)}"))})


CASES = {
    "RouteAction.metadata_match": metadata_match, "RouteAction.metadata_match=whole": metadata_match_of_whole_cluster,
    "RouteAction.metadata_match=filters": labels_of_filters, "ClusterWeight.metadata_match": weighted,
    "LbSubsetConfig.fallback_policy": any_endpoint, "LbSubsetConfig.default_subset": default_subset,
    "LbSubsetConfig.default_subset=empty": empty_default_subset, "LbSubsetConfig.panic_mode_any": panic_mode_any,
    "LbSubsetConfig.list_as_any": list_as_any, "LbSubsetConfig.subset_selectors": several_selectors,
    "LbSubsetConfig.locality_weight_aware": locality_weights,
    "LbSubsetSelector.keys": values, "LbSubsetSelector.fallback_policy": selector_fallback,
    "LbSubsetSelector.fallback_keys_subset": fewer_keys, "LbSubsetSelector.single_host_per_subset": single_host,
    "TcpProxy.metadata_match": tcp_labels, "TcpProxy.metadata_match=absent": tcp_absent_labels,
    "TcpProxy.weighted_clusters=metadata_match": tcp_weighted_labels,
    "BindConfig.source_address": source_address, "BindConfig.extra_source_addresses": extra_source_addresses,
    "BindConfig.source_address=absent": absent_source_address, "BindConfig.source_address=tcp": tcp_source_address,
}
