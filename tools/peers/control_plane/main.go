// Command control_plane serves snapshots by go-control-plane, in both protocols, over ADS with its
// cache in ADS mode, or each type over its own service: one listener, one route table, two clusters
// and their endpoints, all of them renamed with every snapshot, as in go-control-plane's own
// integration test.
//
// It prints "listening on ADDRESS". Each SIGUSR1 brings the next snapshot, whose route leads to a
// service of this program that answers "v<N>". Rejections are printed.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	clusterservice "github.com/envoyproxy/go-control-plane/envoy/service/cluster/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	endpointservice "github.com/envoyproxy/go-control-plane/envoy/service/endpoint/v3"
	listenerservice "github.com/envoyproxy/go-control-plane/envoy/service/listener/v3"
	routeservice "github.com/envoyproxy/go-control-plane/envoy/service/route/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

func packed(message proto.Message) *anypb.Any {
	content, err := anypb.New(message)
	if err != nil {
		panic(err)
	}
	return content
}

func address(port int) *core.Address {
	return &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{
		Address:       "127.0.0.1",
		PortSpecifier: &core.SocketAddress_PortValue{PortValue: uint32(port)},
	}}}
}

// isSeparate: each type comes over the service that is for it.
var isSeparate = flag.Bool("separate", false, "serve each type on its own, not aggregated")
var apiType = flag.String("api", "GRPC", "how types are asked for that are served on their own")

func source() *core.ConfigSource {
	if *isSeparate {
		return overItsOwn()
	}
	return &core.ConfigSource{
		ResourceApiVersion:    core.ApiVersion_V3,
		ConfigSourceSpecifier: &core.ConfigSource_Ads{Ads: &core.AggregatedConfigSource{}},
	}
}

func overItsOwn() *core.ConfigSource {
	return &core.ConfigSource{
		ResourceApiVersion: core.ApiVersion_V3,
		ConfigSourceSpecifier: &core.ConfigSource_ApiConfigSource{ApiConfigSource: &core.ApiConfigSource{
			TransportApiVersion:       core.ApiVersion_V3,
			ApiType:                   core.ApiConfigSource_ApiType(core.ApiConfigSource_ApiType_value[*apiType]),
			SetNodeOnFirstMessageOnly: true,
			GrpcServices: []*core.GrpcService{{
				TargetSpecifier: &core.GrpcService_EnvoyGrpc_{
					EnvoyGrpc: &core.GrpcService_EnvoyGrpc{ClusterName: "xds_cluster"},
				},
			}},
		}},
	}
}

func edsCluster(name string) *cluster.Cluster {
	return &cluster.Cluster{
		Name:                 name,
		ClusterDiscoveryType: &cluster.Cluster_Type{Type: cluster.Cluster_EDS},
		EdsClusterConfig:     &cluster.Cluster_EdsClusterConfig{EdsConfig: source()},
	}
}

func endpoints(name string, port int) *endpoint.ClusterLoadAssignment {
	host := &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{Address: address(port)}}
	return &endpoint.ClusterLoadAssignment{
		ClusterName: name,
		Endpoints: []*endpoint.LocalityLbEndpoints{
			{LbEndpoints: []*endpoint.LbEndpoint{{HostIdentifier: host}}},
		},
	}
}

func routes(name, to string) *route.RouteConfiguration {
	everything := &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}}
	action := &route.Route_Route{Route: &route.RouteAction{
		ClusterSpecifier: &route.RouteAction_Cluster{Cluster: to},
	}}
	return &route.RouteConfiguration{
		Name: name,
		VirtualHosts: []*route.VirtualHost{{
			Name:    "all",
			Domains: []string{"*"},
			Routes:  []*route.Route{{Match: everything, Action: action}},
		}},
	}
}

func httpListener(name string, port int, routeTable string) *listener.Listener {
	manager := &hcm.HttpConnectionManager{
		StatPrefix: "http",
		RouteSpecifier: &hcm.HttpConnectionManager_Rds{
			Rds: &hcm.Rds{ConfigSource: source(), RouteConfigName: routeTable},
		},
		HttpFilters: []*hcm.HttpFilter{{
			Name:       "http-router",
			ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: packed(&router.Router{})},
		}},
	}
	return &listener.Listener{
		Name:    name,
		Address: address(port),
		FilterChains: []*listener.FilterChain{{Filters: []*listener.Filter{{
			Name:       "http-connection-manager",
			ConfigType: &listener.Filter_TypedConfig{TypedConfig: packed(manager)},
		}}}},
	}
}

func snapshot(number, ingress, service int) (*cache.Snapshot, error) {
	main := fmt.Sprintf("cluster-v%d-0", number)
	spare := fmt.Sprintf("cluster-v%d-1", number)
	table := fmt.Sprintf("route-v%d", number)
	return cache.NewSnapshot(fmt.Sprintf("v%d", number), map[resource.Type][]types.Resource{
		resource.ClusterType:  {edsCluster(main), edsCluster(spare)},
		resource.EndpointType: {endpoints(main, service), endpoints(spare, service)},
		resource.RouteType:    {routes(table, main)},
		resource.ListenerType: {httpListener("ingress", ingress, table)},
	})
}

// rejections prints every one.
type rejections struct {
	server.CallbackFuncs
}

func (rejections) OnStreamRequest(_ int64, request *discovery.DiscoveryRequest) error {
	report(request.GetTypeUrl(), request.GetErrorDetail().GetMessage())
	return nil
}

func (rejections) OnStreamDeltaRequest(_ int64, request *discovery.DeltaDiscoveryRequest) error {
	report(request.GetTypeUrl(), request.GetErrorDetail().GetMessage())
	return nil
}

func report(kind, problem string) {
	if problem != "" {
		fmt.Printf("rejected %s: %s\n", kind, problem)
	}
}

// startService returns the port of a service that gives that answer to everything.
func startService(answer string) (int, error) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	handler := func(writer http.ResponseWriter, _ *http.Request) { fmt.Fprint(writer, answer) }
	go func() { _ = http.Serve(socket, http.HandlerFunc(handler)) }()
	return socket.Addr().(*net.TCPAddr).Port, nil
}

func serve(snapshots cache.SnapshotCache, node string, number, ingress int) error {
	service, err := startService(fmt.Sprintf("v%d", number))
	if err != nil {
		return err
	}
	made, err := snapshot(number, ingress, service)
	if err != nil {
		return err
	}
	if err := made.Consistent(); err != nil {
		return err
	}
	return snapshots.SetSnapshot(context.Background(), node, made)
}

func run(node string, ingress int) error {
	snapshots := cache.NewSnapshotCache(!*isSeparate, cache.IDHash{}, nil)
	if err := serve(snapshots, node, 1, ingress); err != nil {
		return err
	}
	next := make(chan os.Signal, 1)
	signal.Notify(next, syscall.SIGUSR1)
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serving := grpc.NewServer()
	services := server.NewServer(context.Background(), snapshots, rejections{})
	discovery.RegisterAggregatedDiscoveryServiceServer(serving, services)
	clusterservice.RegisterClusterDiscoveryServiceServer(serving, services)
	endpointservice.RegisterEndpointDiscoveryServiceServer(serving, services)
	listenerservice.RegisterListenerDiscoveryServiceServer(serving, services)
	routeservice.RegisterRouteDiscoveryServiceServer(serving, services)
	go func() { _ = serving.Serve(socket) }()
	fmt.Printf("listening on %s\n", socket.Addr())
	for number := 2; ; number++ {
		<-next
		if err := serve(snapshots, node, number, ingress); err != nil {
			return err
		}
	}
}

func main() {
	node := flag.String("node", "test-node", "the id of the node that is served")
	ingress := flag.Int("ingress", 0, "the port of the listener")
	flag.Parse()
	if err := run(*node, *ingress); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
