
in
10.0.0.1PbY
t"T
Jtype.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
xc2
tls