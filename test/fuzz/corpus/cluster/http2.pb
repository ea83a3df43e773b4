
web¢d
http\
Jtype.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions

d