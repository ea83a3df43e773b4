
in	
/run/inÂÊâß
http"Ö
etype.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManagermin"
r
a*


/:È*N
router"D
Btype.googleapis.com/envoy.extensions.filters.http.router.v3.Router