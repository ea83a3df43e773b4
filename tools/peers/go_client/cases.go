package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

type testCase struct {
	name string
	run  func(target) error
}

var cases = []testCase{
	{"a request", simple},
	{"an upload of 5 MB and its echo", upload},
	{"an upload without a length", uploadInChunks},
	{"an upload that waits for 100 Continue", uploadAfterContinue},
	{"trailers of a request", requestTrailers},
	{"trailers of a response", responseTrailers},
	{"HEAD, 204 and 304", withoutBody},
	{"100 requests at a time", manyAtOnce},
	{"a response given up midway, then another", givenUp},
}

// send runs one request and reads its response whole.
func send(on target, request *http.Request) (*http.Response, []byte, error) {
	response, err := on.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.Proto != on.proto {
		err = fmt.Errorf("came by %s", response.Proto)
	}
	return response, body, err
}

func expect(on target, request *http.Request, status int, want []byte) (*http.Response, error) {
	response, body, err := send(on, request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != status {
		return nil, fmt.Errorf("status %d: %.80s", response.StatusCode, body)
	}
	if !bytes.Equal(body, want) {
		return nil, fmt.Errorf("%d bytes where %d were sent, or others", len(body), len(want))
	}
	return response, nil
}

func request(on target, method, path string, body io.Reader) *http.Request {
	made, err := http.NewRequest(method, on.base+path, body)
	if err != nil {
		panic(err)
	}
	return made
}

func simple(on target) error {
	get := request(on, "GET", "/echo", nil)
	get.Header.Set("x-field", "a value")
	response, err := expect(on, get, 200, nil)
	if err == nil && response.Header.Get("x-echo-field") != "a value" {
		err = errors.New("the field was lost")
	}
	return err
}

func payload() []byte { return bytes.Repeat([]byte("payload\n"), 5<<20/8) }

func upload(on target) error {
	_, err := expect(on, request(on, "POST", "/echo", bytes.NewReader(payload())), 200, payload())
	return err
}

func uploadInChunks(on target) error {
	body := struct{ io.Reader }{bytes.NewReader(payload())} // of unknown length
	_, err := expect(on, request(on, "PUT", "/echo", body), 200, payload())
	return err
}

func uploadAfterContinue(on target) error {
	post := request(on, "POST", "/echo", bytes.NewReader(payload()))
	post.Header.Set("Expect", "100-continue")
	_, err := expect(on, post, 200, payload())
	return err
}

func requestTrailers(on target) error {
	post := request(on, "POST", "/echo", struct{ io.Reader }{bytes.NewReader([]byte("body"))})
	post.Trailer = http.Header{"X-Sum": {"sum of it"}}
	response, err := expect(on, post, 200, []byte("body"))
	if err == nil && response.Trailer.Get("x-echo-x-sum") != "sum of it" {
		err = fmt.Errorf("the trailer was lost: %v", response.Trailer)
	}
	return err
}

func responseTrailers(on target) error {
	response, err := expect(on, request(on, "GET", "/chunks?n=20", nil), 200,
		bytes.Repeat([]byte{'c'}, 20_000))
	if err == nil && response.Trailer.Get("x-chunks") != "20" {
		err = fmt.Errorf("the trailer was lost: %v", response.Trailer)
	}
	return err
}

func withoutBody(on target) error {
	response, err := expect(on, request(on, "HEAD", "/bytes?n=1000", nil), 200, nil)
	if err == nil && response.ContentLength != 1000 {
		err = fmt.Errorf("content-length %d", response.ContentLength)
	}
	for _, status := range []int{204, 304} {
		if err == nil {
			_, err = expect(on, request(on, "GET", fmt.Sprintf("/status?n=%d", status), nil), status, nil)
		}
	}
	return err
}

func manyAtOnce(on target) error {
	var wait sync.WaitGroup
	failures := make(chan error, 100)
	for i := 0; i < 100; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			want := []byte(fmt.Sprintf("request %d", i))
			if _, err := expect(on, request(on, "POST", "/echo", bytes.NewReader(want)), 200, want); err != nil {
				failures <- err
			}
		}()
	}
	wait.Wait()
	close(failures)
	return <-failures // nil when there is none
}

func givenUp(on target) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	response, err := on.client.Do(request(on, "GET", "/bytes?n=20000000", nil).WithContext(ctx))
	if err != nil {
		cancel()
		return err
	}
	_, err = io.ReadFull(response.Body, make([]byte, 1000))
	cancel()
	response.Body.Close()
	if err != nil {
		return err
	}
	return simple(on)
}
