package main

import (
	"encoding/json"
	"fmt"

	"github.com/go-viper/mapstructure/v2"
)

// The keys by which mesh consoles find their way through a dump; what else there is they pass over.
type dumpByKeys struct {
	Configs []map[string]any `mapstructure:"configs"`
}

type clustersByKeys struct {
	Static  []clusterEntry `mapstructure:"static_clusters"`
	Dynamic []clusterEntry `mapstructure:"dynamic_active_clusters"`
}

type clusterEntry struct {
	Cluster struct {
		Name     string `mapstructure:"name"`
		Type     string `mapstructure:"type"`
		Metadata *struct {
			FilterMetadata struct {
				Istio struct {
					Config string `mapstructure:"config"`
				} `mapstructure:"istio"`
			} `mapstructure:"filter_metadata"`
		} `mapstructure:"metadata"`
	} `mapstructure:"cluster"`
}

type listenersByKeys struct {
	Static []struct {
		Listener listenerByKeys `mapstructure:"listener"`
	} `mapstructure:"static_listeners"`
	Dynamic []struct {
		Name        string `mapstructure:"name"`
		ActiveState struct {
			Listener listenerByKeys `mapstructure:"listener"`
		} `mapstructure:"active_state"`
	} `mapstructure:"dynamic_listeners"`
}

type listenerByKeys struct {
	Name    string `mapstructure:"name"`
	Address struct {
		SocketAddress struct {
			Address   string `mapstructure:"address"`
			PortValue int    `mapstructure:"port_value"`
		} `mapstructure:"socket_address"`
	} `mapstructure:"address"`
	FilterChains       []chainByKeys `mapstructure:"filter_chains"`
	DefaultFilterChain *chainByKeys  `mapstructure:"default_filter_chain"`
}

type chainByKeys struct {
	Filters []struct {
		Name        string `mapstructure:"name"`
		TypedConfig struct {
			Type        string       `mapstructure:"@type"`
			Cluster     string       `mapstructure:"cluster"`
			RouteConfig *routeByKeys `mapstructure:"route_config"`
			Rds         *struct {
				RouteConfigName string `mapstructure:"route_config_name"`
			} `mapstructure:"rds"`
		} `mapstructure:"typed_config"`
	} `mapstructure:"filters"`
}

type routesByKeys struct {
	Static []struct {
		RouteConfig routeByKeys `mapstructure:"route_config"`
	} `mapstructure:"static_route_configs"`
	Dynamic []struct {
		RouteConfig routeByKeys `mapstructure:"route_config"`
	} `mapstructure:"dynamic_route_configs"`
}

type routeByKeys struct {
	Name         string `mapstructure:"name"`
	VirtualHosts []struct {
		Name    string           `mapstructure:"name"`
		Domains []string         `mapstructure:"domains"`
		Routes  []map[string]any `mapstructure:"routes"`
	} `mapstructure:"virtual_hosts"`
}

func readByKeys(body []byte, found findings) error {
	var plain map[string]any
	if err := json.Unmarshal(body, &plain); err != nil {
		return err
	}
	var dump dumpByKeys
	if err := mapstructure.Decode(plain, &dump); err != nil {
		return err
	}
	for _, section := range dump.Configs {
		if err := readSectionByKeys(section, found); err != nil {
			return err
		}
	}
	return nil
}

func readSectionByKeys(section map[string]any, found findings) error {
	switch section["@type"] {
	case "type.googleapis.com/envoy.admin.v3.ClustersConfigDump":
		var clusters clustersByKeys
		err := mapstructure.Decode(section, &clusters)
		for _, each := range append(clusters.Static, clusters.Dynamic...) {
			found.add("clusters by keys", describeCluster(each))
		}
		return err
	case "type.googleapis.com/envoy.admin.v3.ListenersConfigDump":
		var listeners listenersByKeys
		err := mapstructure.Decode(section, &listeners)
		for _, each := range listeners.Static {
			describeListener(each.Listener, found)
		}
		for _, each := range listeners.Dynamic {
			describeListener(each.ActiveState.Listener, found)
		}
		return err
	case "type.googleapis.com/envoy.admin.v3.RoutesConfigDump":
		var routes routesByKeys
		err := mapstructure.Decode(section, &routes)
		for _, each := range routes.Static {
			found.add("routes by keys", describeRoute(&each.RouteConfig))
		}
		for _, each := range routes.Dynamic {
			found.add("dynamic routes by keys", describeRoute(&each.RouteConfig))
		}
		return err
	}
	return nil
}

func describeCluster(entry clusterEntry) string {
	text := entry.Cluster.Name + " " + entry.Cluster.Type
	if entry.Cluster.Metadata != nil {
		text += " of " + entry.Cluster.Metadata.FilterMetadata.Istio.Config
	}
	return text
}

func describeListener(listener listenerByKeys, found findings) {
	if listener.Address.SocketAddress.PortValue == 0 {
		found.add("listeners without a port", listener.Name)
	}
	chains := listener.FilterChains
	if listener.DefaultFilterChain != nil {
		chains = append(chains, *listener.DefaultFilterChain)
	}
	for _, chain := range chains {
		for _, filter := range chain.Filters {
			text := fmt.Sprintf("%s at %s: %s %s to %s", listener.Name, listener.Address.SocketAddress.Address,
				filter.Name, filter.TypedConfig.Type, filter.TypedConfig.Cluster)
			if filter.TypedConfig.Rds != nil {
				text += " routes " + filter.TypedConfig.Rds.RouteConfigName
			}
			found.add("filters by keys", text+describeRoute(filter.TypedConfig.RouteConfig))
		}
	}
}

func describeRoute(route *routeByKeys) string {
	if route == nil {
		return ""
	}
	text := " " + route.Name
	for _, host := range route.VirtualHosts {
		text += fmt.Sprintf(" %s %v %d", host.Name, host.Domains, len(host.Routes))
	}
	return text
}
