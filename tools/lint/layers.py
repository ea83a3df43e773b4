"""Which folder may include which, and which files may see which library."""
import re

# Later may include earlier; folders of one row do not include one another.
LAYERS = [
    ["base"], ["event"], ["net", "stats"], ["http"], ["logging"], ["routing", "cluster"], ["access"],
    ["snapshot"], ["upstream"], ["grpc_link"], ["filters"], ["downstream"], ["xds"], ["compiler"],
    ["admin"], ["saved"], ["server"],
]
RANK = {folder: rank for rank, row in enumerate(LAYERS) for folder in row}

# Programs beside the proxy: what each uses of it.
BESIDE = {
    "control_plane": {"base", "event", "net", "grpc_link", "xds", "compiler"},
    "ctl": {"base", "net", "http", "stats", "xds", "compiler", "admin", "server"},
}

# (what is included, which files of source/ may, why). Tests and tools may include anything.
RESTRICTED = [
    (r".*\.pb\.h$",
     r"(xds|compiler|control_plane|ctl|filters/access_loggers|admin|saved)/|filters/.*_config\.(h|cc)$"
     r"|server/bootstrap(_\w+)?\.(h|cc)$",
     "protobuf messages stay in the configuration path"),
    (r"grpc(pp)?/", r"(grpc_link|control_plane)/", "gRPC stays behind grpc_link"),
    (r"nghttp2/", r"http/http2/", "nghttp2 stays behind the HTTP/2 codec"),
    (r"openssl/", r"net/tls_", "BoringSSL stays behind the transport socket"),
    (r"ares\.h$", r"net/cares_", "c-ares stays behind the seam of names"),
    (r"yaml-cpp/", r"base/yaml\w*\.cc$", "yaml-cpp throws: one file catches"),
    (r"CLI/", r"(server|control_plane|ctl)/(command_line|main)\.cc$",
     "CLI11 throws: one file of each program catches"),
]


def _layer_problem(source, included):
    folder = included.split("/")[0]
    if folder == source.folder or "/" not in included:
        return None
    if folder == "test":
        return "product code must not include tests"
    if folder not in RANK and folder not in BESIDE:
        return None  # a library's header
    if source.folder in BESIDE:
        if folder not in BESIDE[source.folder]:
            return f"{source.folder}/ must not include {folder}/"
    elif folder in BESIDE or RANK[folder] >= RANK[source.folder]:
        return f"{source.folder}/ must not include {folder}/, which stands above or beside it"
    return None


def check(source):
    if source.folder is None:
        return []
    if source.folder not in RANK and source.folder not in BESIDE:
        return [f"{source.path}: folder {source.folder} has no place in tools/lint/layers.py"]
    problems = []
    for index, _, included in source.includes():
        if source.is_waived(index):
            continue
        problem = _layer_problem(source, included)
        if problem:
            problems.append(source.problem(index, problem))
        for what, who, why in RESTRICTED:
            if re.match(what, included) and not re.match(who, source.inside):
                problems.append(source.problem(index, f"<{included}> not here: {why}"))
    return problems
