"""The pages of admin, as values that can be compared: every place in them by its path, and what stands there."""
import re

# What tools read (docs/differences.md tells what is not there); each once, at the end.
PAGES = ("/config_dump", "/config_dump?include_eds", "/clusters?format=json", "/listeners?format=json", "/server_info",
         "/memory", "/certs", "/runtime", "/init_dump")
# Lists in no order of their own: their elements go by names.
UNORDERED = re.compile(r"configs|(static|dynamic)_\w+|(cluster|listener)_statuses|certificates")
NAMES = ("name", "cluster_name")
FILES = ("ca_cert", "cert_chain")  # of one of the certificates, where the same ones may be told more than once
# Numbers of single endpoints.
OF_ENDPOINTS = re.compile(r"host_statuses\[[^\]]*\]\.stats\[")
# What is another one in each process, or says who it is.
OWN = ("last_updated", "uptime", "version", "config_path", "pid", "allocated", "heap_size", "pageheap",
       "total_physical", "total_thread_cache", "user_agent_build_version", "concurrency", "hot_restart")
# What is counted, and not of the process itself, of bytes on the wire, or by how fast they go.
IGNORED_STATS = ("server.", "upstream_flush_total", "cluster.two.upstream_cx_", "cluster.two.upstream_rq_pending_", "access_log_file.", "filesystem.", "runtime.", "http.admin.", "listener.admin.",
                 "main_thread.", "_length_ms", "_time", ".version", "cluster.control.")


def places(page):
    """Path -> what is there, for everything in the page: {} and [] of what has something below."""
    found = {}
    _walk(page, "", found)
    return found


def _walk(value, path, found):
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "value" and OF_ENDPOINTS.search(path):
                continue  # by the choice of an endpoint, and left out when it is 0
            _walk(each, f"{path}.{key}", found)
    elif isinstance(value, list):
        is_unordered = UNORDERED.fullmatch(path.rsplit(".", 1)[-1])
        for index, each in enumerate(value):
            _walk(each, f"{path}[{_name(each) if is_unordered else index}]", found)
    is_own = any(word in path.rsplit(".", 1)[-1] for word in OWN)
    found[path] = type(value)() if isinstance(value, (dict, list)) else "OWN" if is_own else value


def _name(element):
    """Its own, or that of the one thing that it wraps, or its type."""
    for holder in (element, *(each for each in element.values() if isinstance(each, dict))):
        for key in NAMES:
            if key in holder:
                return holder[key]
    files = [file["path"] for key in FILES for file in element.get(key, [])]
    return element.get("@type", " ".join(files))


def counters(text):
    """Name -> number, of the text of /stats: what both can have counted alike."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(": ")
        is_ignored = any(word in name for word in IGNORED_STATS) or "bytes" in name and not name.startswith("tcp.")
        if value.isdigit() and not is_ignored:
            found[name] = int(value)
    return found
