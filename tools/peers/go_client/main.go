// go_client lets Go's net/http loose on a proxy with echo_service behind it, by HTTP/1 and HTTP/2.
//
//	go_client http://HOST:PORT
//	go_client https://HOST:PORT CA_FILE
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// target is what all cases are run against, once for each protocol.
type target struct {
	base   string
	proto  string // that responses have to have come by
	client *http.Client
}

func trust(path string) *tls.Config {
	pem, err := os.ReadFile(path)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		fmt.Fprintf(os.Stderr, "%s: no certificate\n", path)
		os.Exit(2)
	}
	return &tls.Config{RootCAs: pool}
}

func targets(base string, caPath string) []target {
	first := &http.Transport{
		ExpectContinueTimeout: 10 * time.Second,
		TLSNextProto:          map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1 only
	}
	var second http.RoundTripper = &http2.Transport{
		AllowHTTP: true,
		DialTLSContext: func(ctx context.Context, network, address string, _ *tls.Config) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	if caPath != "" {
		first.TLSClientConfig = trust(caPath)
		second = &http.Transport{TLSClientConfig: trust(caPath), ForceAttemptHTTP2: true,
			ExpectContinueTimeout: 10 * time.Second}
	}
	return []target{
		{base, "HTTP/1.1", &http.Client{Transport: first, Timeout: 30 * time.Second}},
		{base, "HTTP/2.0", &http.Client{Transport: second, Timeout: 30 * time.Second}},
	}
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "go_client URL [CA_FILE]")
		os.Exit(2)
	}
	passed, failed := 0, 0
	for _, each := range targets(os.Args[1], strings.Join(os.Args[2:], "")) {
		for _, one := range cases {
			if err := one.run(each); err != nil {
				failed++
				fmt.Printf("%-9s %-46s FAILED: %v\n", each.proto, one.name, err)
				continue
			}
			passed++
			fmt.Printf("%-9s %-46s passed\n", each.proto, one.name)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
