// echo_service answers with what it was sent: over HTTP/1, and over HTTP/2 in plaintext.
//
//	/echo         body, method, protocol and trailers of the request, once it has come whole
//	/bytes?n=N    a body of N bytes, with its length
//	/chunks?n=N   N pieces of 1,000 bytes, without a length, and a trailer that counts them
//	/status?n=N   that status
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
)

const bodyBytesMax = 64 << 20

func number(request *http.Request) int {
	value, err := strconv.Atoi(request.URL.Query().Get("n"))
	if err != nil || value < 0 || value > bodyBytesMax {
		return 0
	}
	return value
}

func echo(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(writer, request.Body, bodyBytesMax))
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	fields := writer.Header()
	fields.Set("x-echo-method", request.Method)
	fields.Set("x-echo-protocol", request.Proto)
	fields.Set("x-echo-host", request.Host)
	fields.Set("x-echo-field", request.Header.Get("x-field"))
	for name, values := range request.Trailer {
		for _, value := range values {
			fields.Add(http.TrailerPrefix+"x-echo-"+name, value)
		}
	}
	if len(request.Trailer) > 0 {
		writer.(http.Flusher).Flush() // without a length: over HTTP/1 there are no trailers behind one
	}
	_, _ = writer.Write(body) // one that does not want it any more
}

func chunks(writer http.ResponseWriter, request *http.Request) {
	writer.Header().Set("Trailer", "x-chunks")
	count := number(request)
	for i := 0; i < count; i++ {
		if _, err := writer.Write(bytes.Repeat([]byte{'c'}, 1000)); err != nil {
			return
		}
		writer.(http.Flusher).Flush()
	}
	writer.Header().Set("x-chunks", strconv.Itoa(count))
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "ADDRESS:PORT; port 0 is chosen and printed")
	flag.Parse()
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/chunks", chunks)
	mux.HandleFunc("/bytes", func(writer http.ResponseWriter, request *http.Request) {
		_, _ = writer.Write(bytes.Repeat([]byte{'b'}, number(request)))
	})
	mux.HandleFunc("/status", func(writer http.ResponseWriter, request *http.Request) {
		writer.WriteHeader(number(request))
	})
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	err = http.Serve(listener, h2c.NewHandler(mux, &http2.Server{}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
