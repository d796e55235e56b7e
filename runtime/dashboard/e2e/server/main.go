// Command server is what the dashboard's browser tests and its screenshot look at.
//
//	/watch/        the dashboard
//	/control/      the same, with control
//	/dependency    POST healthy=true or healthy=false: what the circuit Users.Get calls
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/dashboard"
)

// hostile are names that a careless page would take for markup or for an address.
var hostile = []string{
	`<img src=x onerror="document.title='owned'">`,
	`</h2><script>document.title='owned'</script>`,
	`a & b &amp; "c" 'd'`,
	`path/to/../users?action=reset#top`,
	`🔥 ярость 怒り`,
	`AVeryLongNameWithoutASinglePlaceWhereALineCouldBeBrokenAtAllOrSoItSeemsToTheReaderOfThisPage`,
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	trouble := flag.Bool("trouble", false, "three of the busy circuits are in trouble, each for its own reason")
	busy := flag.Int("busy", 0, "circuits with traffic of their own, instead of those for the tests")
	flag.Parse()

	registry := runtime.NewRegistry()
	mux := http.NewServeMux()
	mux.Handle("/watch/", dashboard.NewHandler(registry))
	mux.Handle("/control/", dashboard.NewHandler(registry, dashboard.WithControl()))
	if *trouble {
		for i := range *busy {
			go newTroubled(registry, i, *busy).run()
		}
	} else if *busy > 0 {
		for i := range *busy {
			go newService(registry, i).run()
		}
	} else {
		users := newSwitched(registry, "Users.Get")
		go users.run()
		mux.Handle("POST /dependency", users)
		for _, name := range hostile {
			newSwitched(registry, name)
		}
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, mux))
}
