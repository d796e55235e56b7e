package dashboard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/dashboard"
)

func ExampleNewHandler() {
	registry := runtime.NewRegistry() // Or nil, for the circuits of runtime.Default.
	mux := http.NewServeMux()
	mux.Handle("/circuits/", dashboard.NewHandler(registry))
	server := httptest.NewServer(mux)
	defer server.Close()

	response, err := http.Get(server.URL + "/circuits/")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status, response.Header.Get("Content-Type"))
	// Output: 200 OK text/html; charset=utf-8
}

// Where the page is for operators only, it may let them act.
func ExampleWithControl() {
	registry := runtime.NewRegistry()
	operators := http.NewServeMux()
	operators.Handle("/circuits/", dashboard.NewHandler(registry, dashboard.WithControl()))
	server := httptest.NewServer(operators)
	defer server.Close()

	form := strings.NewReader("action=force-open&circuit=UserClient.GetUser")
	response, err := http.Post(
		server.URL+"/circuits/control", "application/x-www-form-urlencoded", form)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status) // The registry is empty.
	// Output: 404 Not Found
}
