package main

import (
	"fmt"

	adminv3 "github.com/envoyproxy/go-control-plane/envoy/admin/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// page is one that is read, and how.
type page struct {
	path string
	read func(body []byte, found findings) error
}

var pages = []page{
	{"/config_dump?include_eds", readConfigDump},
	{"/config_dump", readByKeys},
	{"/clusters?format=json", readClusters},
	{"/listeners?format=json", readListeners},
	{"/server_info", readServerInfo},
	{"/certs", readCertificates},
	{"/memory", readAs(&adminv3.Memory{})},
	{"/init_dump", readAs(&adminv3.UnreadyTargetsDumps{})},
}

func readAs(into proto.Message) func([]byte, findings) error {
	return func(body []byte, _ findings) error { return protojson.Unmarshal(body, into) }
}

func readConfigDump(body []byte, found findings) error {
	var dump adminv3.ConfigDump
	if err := protojson.Unmarshal(body, &dump); err != nil {
		return err
	}
	for _, section := range dump.GetConfigs() {
		message, err := section.UnmarshalNew()
		if err != nil {
			return err
		}
		found.add("sections", string(message.ProtoReflect().Descriptor().Name()))
		if err := readSection(message, found); err != nil {
			return err
		}
	}
	return nil
}

func readSection(section proto.Message, found findings) error {
	var failure error
	keep := func(what string, wrapped *anypb.Any, resource named) {
		if err := wrapped.UnmarshalTo(resource); err != nil && failure == nil {
			failure = fmt.Errorf("%s: %w", what, err)
		}
		found.add(what, nameOf(resource))
	}
	switch dump := section.(type) {
	case *adminv3.ListenersConfigDump:
		for _, each := range dump.GetStaticListeners() {
			keep("static listeners", each.GetListener(), &listenerv3.Listener{})
		}
		for _, each := range dump.GetDynamicListeners() {
			keep("dynamic listeners", each.GetActiveState().GetListener(), &listenerv3.Listener{})
		}
	case *adminv3.ClustersConfigDump:
		for _, each := range dump.GetStaticClusters() {
			keep("static clusters", each.GetCluster(), &clusterv3.Cluster{})
		}
		for _, each := range dump.GetDynamicActiveClusters() {
			keep("dynamic clusters", each.GetCluster(), &clusterv3.Cluster{})
		}
	case *adminv3.RoutesConfigDump:
		for _, each := range dump.GetStaticRouteConfigs() {
			keep("static routes", each.GetRouteConfig(), &routev3.RouteConfiguration{})
		}
		for _, each := range dump.GetDynamicRouteConfigs() {
			keep("dynamic routes", each.GetRouteConfig(), &routev3.RouteConfiguration{})
		}
	case *adminv3.EndpointsConfigDump:
		for _, each := range dump.GetDynamicEndpointConfigs() {
			keep("dynamic endpoints", each.GetEndpointConfig(), &endpointv3.ClusterLoadAssignment{})
		}
	case *adminv3.SecretsConfigDump:
		for _, each := range dump.GetStaticSecrets() {
			keep("static secrets", each.GetSecret(), &tlsv3.Secret{})
		}
	}
	return failure
}

type named interface{ proto.Message }

func nameOf(resource named) string {
	switch typed := resource.(type) {
	case interface{ GetName() string }:
		return typed.GetName()
	case interface{ GetClusterName() string }:
		return typed.GetClusterName()
	}
	return ""
}

func readClusters(body []byte, found findings) error {
	var clusters adminv3.Clusters
	if err := protojson.Unmarshal(body, &clusters); err != nil {
		return err
	}
	for _, each := range clusters.GetClusterStatuses() {
		for _, host := range each.GetHostStatuses() {
			found.add("endpoints", fmt.Sprintf("%s weight %d health %s statistics %d", each.GetName(), host.GetWeight(),
				host.GetHealthStatus().GetEdsHealthStatus(), len(host.GetStats())))
		}
	}
	return nil
}

func readListeners(body []byte, found findings) error {
	var listeners adminv3.Listeners
	if err := protojson.Unmarshal(body, &listeners); err != nil {
		return err
	}
	for _, each := range listeners.GetListenerStatuses() {
		found.add("listeners", each.GetName()+" at "+each.GetLocalAddress().GetSocketAddress().GetAddress())
	}
	return nil
}

func readServerInfo(body []byte, found findings) error {
	var server adminv3.ServerInfo
	err := protojson.Unmarshal(body, &server)
	found.add("state", server.GetState().String()+" of "+server.GetNode().GetCluster())
	return err
}

func readCertificates(body []byte, found findings) error {
	var certificates adminv3.Certificates
	err := protojson.Unmarshal(body, &certificates)
	for _, each := range certificates.GetCertificates() {
		for _, own := range each.GetCertChain() {
			found.add("certificates", fmt.Sprintf("%s %s names %d", own.GetPath(), own.GetSerialNumber(),
				len(own.GetSubjectAltNames())))
		}
	}
	return err
}
