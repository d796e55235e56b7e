package hystrix_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/hystrix"
)

func ExampleNewHandler() {
	registry := runtime.NewRegistry() // Or nil, for the circuits of runtime.Default.
	mux := http.NewServeMux()
	mux.Handle("/hystrix.stream", hystrix.NewHandler(registry))
	server := httptest.NewServer(mux)
	defer server.Close()

	response, err := http.Get(server.URL + "/hystrix.stream?delay=1000")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Header.Get("Content-Type"))
	line, _ := bufio.NewReader(response.Body).ReadString('\n')
	fmt.Print(line) // There is no circuit yet.
	// Output:
	// text/event-stream
	// : ping
}
