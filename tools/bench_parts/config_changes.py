"""What tools/bench config fills its nodes with, and the changes that it pushes."""
from bench_parts.config_world import FILE_CLUSTERS
from bench_parts.config_yaml import (changing_cluster_yaml, cluster_yaml, endpoints_yaml, listener_yaml, rds_yaml,
                                     routes_yaml, small_table_yaml)

CLUSTERS, ROUTES, LISTENERS = 10_000, 10_000, 300


class Content:
    """`scale`: divides all counts. `turn` makes each version of a change another one."""

    def __init__(self, world, scale):
        self._world = world
        self._clusters, self._routes, self._listeners = (count // scale for count in (CLUSTERS, ROUTES, LISTENERS))

    def fill_clusters(self, as_yaml=cluster_yaml):
        self.change_endpoint(1)
        self.change_cluster(1)
        self._world.push(lambda: self._world.write_clusters(0, self._clusters, as_yaml), "clusters")

    def fill(self):
        self.fill_clusters()
        self.change_route(1)
        self._world.push(self._write_listeners, "listeners")

    def change_cluster(self, turn):
        self._write("clusters/changed.yaml", changing_cluster_yaml("changed", turn))

    def change_endpoint(self, turn):
        self._write("endpoints/changed.yaml", endpoints_yaml("changed", turn))

    def change_route(self, turn):
        self._write("routes/big.yaml", routes_yaml("big", self._routes, lambda number: f"c-{number}",
                                                   lambda number: turn if number == 7 else 15))

    def change_listener(self, turn):
        self._write_listener(1, turn)

    def change_many_clusters(self, turn):
        """As many as lie in one file."""
        self._world.write_file_of_clusters(range(min(FILE_CLUSTERS, self._clusters)), changing_cluster_yaml, turn)

    # The same content again: the control plane sends all of a kind once more (--resend-written).

    def repeat_clusters(self, _):
        self._world.resources.write_again("clusters/c-0.yaml")

    def repeat_all(self, _):
        for path in ("clusters/c-0.yaml", "endpoints/c-0.yaml", "listeners/l-0.yaml", "routes/big.yaml"):
            self._world.resources.write_again(path)

    def _write_listeners(self):
        for number in range(self._listeners):
            self._write_listener(number, 1)

    def _write_listener(self, number, turn):
        routes = rds_yaml("big") if number == 0 else small_table_yaml("changed")
        self._write(f"listeners/l-{number}.yaml", listener_yaml(f"l-{number}", routes, turn))

    def _write(self, path, text):
        self._world.resources.write(None, path, text)
