//go:build peers

// Package peers names the programs, so that go.sum covers them.
package peers

import _ "github.com/summerwind/h2spec/cmd/h2spec"
import _ "google.golang.org/grpc/interop/client"
import _ "google.golang.org/grpc/interop/server"
