// admin_reader reads the pages of an admin as tools do: into the API's published types with protojson, which takes no
// key that it does not know, and into structs of its own by their keys. What it found goes to stdout as JSON.
//
//	admin_reader http://HOST:PORT [ROUNDS]
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

var client = &http.Client{Timeout: 20 * time.Second}

func fetch(url string) ([]byte, error) {
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %.80s", response.StatusCode, body)
	}
	return body, err
}

// findings are by the words that say what was looked for.
type findings map[string][]string

func (f findings) add(what, found string) { f[what] = append(f[what], found) }

func readAll(base string) (findings, error) {
	found := findings{}
	for _, page := range pages {
		body, err := fetch(base + page.path)
		if err == nil {
			err = page.read(body, found)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page.path, err)
		}
	}
	return found, nil
}

func main() {
	rounds := 1
	if len(os.Args) > 2 {
		rounds, _ = strconv.Atoi(os.Args[2])
	}
	if len(os.Args) < 2 || rounds < 1 {
		fmt.Fprintln(os.Stderr, "admin_reader URL [ROUNDS]")
		os.Exit(2)
	}
	var found findings
	for range rounds {
		var err error
		if found, err = readAll(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		os.Exit(1)
	}
}
