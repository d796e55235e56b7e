package conformance

// Why a breaker doesn't hold a property, where that is the same for several.
const (
	onlyAtFailures = "it looks at the rate only when a call fails"
	noRow          = "it has no threshold for failures in a row"
	anyProbes      = "half-open, it lets every call through"
	noMemory       = "it takes a result by the state that it finds, not by the one in which the call began"
	keepsGoroutine = "each breaker keeps a goroutine with a ticker, which nothing ends"
	byTime         = "its state is half-open as soon as the open time is over"
	permits        = "half-open, it has permits and no time: only the probe's own end gives one back"
	noFailure      = "what is neither can't be told: a probe's end is a success or a failure to it, and so it opens again"
)

// deviations says what an engine doesn't hold, and why.
var deviations = map[string]map[string]string{
	"goresilience": {
		"stays closed while two of five fail":                               "v0.2.0 takes MinimumRequestToOpen for the percents too, and so opens at 20%",
		"opens at ten failures in a row":                                    noRow,
		"opens at ten failures in a row however slow the traffic is":        noRow,
		"lets one probe of 200 callers through":                             anyProbes,
		"a success from before it opened closes nothing":                    noMemory,
		"a failure from before it opened opens nothing":                     noMemory,
		"after a probe whose caller leaves, another is let through at once": noFailure,
		"a caller who leaves is no success":                                 "closed, all that isn't a failure is a success to it",
		"an ignored error is no success":                                    "closed, all that isn't a failure is a success to it",
		"dropped, leaves no goroutine behind":                               keepsGoroutine,
	},
	"cep21": {
		"opens at a success too that completes the twenty":                  onlyAtFailures,
		"a success from before it opened closes nothing":                    noMemory,
		"a failure from before it opened opens nothing":                     noMemory,
		"after a probe whose caller leaves, another is let through at once": "it lets so many probes through in an open time, whatever becomes of them",
	},
	"hystrix": {
		"opens at ten failures in a row":                                    noRow,
		"opens at ten failures in a row however slow the traffic is":        noRow,
		"a success from before it opened closes nothing":                    noMemory,
		"a failure from before it opened opens nothing":                     noMemory,
		"after a probe whose caller leaves, another is let through at once": "it lets one probe through in an open time, whatever becomes of it",
		"a caller who leaves is no success":                                 "a call that is ignored counts among the calls of which it takes the rate",
		"an ignored error is no success":                                    "a call that is ignored counts among the calls of which it takes the rate",
		"announces each change once, in order":                              "it counts in another goroutine, and so opens and closes after the call, unseen until the next one",
		"announces a change with the call that causes it":                   "it counts in another goroutine, and so opens and closes after the call, unseen until the next one",
		"dropped, leaves no goroutine behind":                               "each command keeps two goroutines, which nothing ends",
	},
	"eapache": {
		"stays closed while two of five fail":                        "it has no rate: it counts errors",
		"opens at a success too that completes the twenty":           "it has no rate: it counts errors",
		"begins the row anew at a success":                           "it has no rate: it counts errors",
		"opens at ten failures in a row however slow the traffic is": "it forgets the errors after as long a time without one as it stays open",
		"lets one probe of 200 callers through":                      anyProbes,
		"a success from before it opened closes nothing":             noMemory,
		"a failure from before it opened opens nothing":              noMemory,
		"tells that it is open until a probe is let in":              byTime,
	},
	"mercari": {
		"opens at a success too that completes the twenty":           onlyAtFailures,
		"opens at ten failures in a row however slow the traffic is": "it empties all counters at the window's end",
		"its window slides":                              "it empties all counters at the window's end",
		"lets one probe of 200 callers through":          anyProbes,
		"a success from before it opened closes nothing": noMemory,
		"a failure from before it opened opens nothing":  noMemory,
		"tells that it is open until a probe is let in":  byTime,
		"dropped, leaves no goroutine behind":            "each closed breaker keeps a goroutine with a ticker",
	},
	"gobreaker": {
		"opens at a success too that completes the twenty":           onlyAtFailures,
		"opens at ten failures in a row however slow the traffic is": "failures in a row that have left its window are forgotten",
		"a probe that hangs is given up after the open time":         permits,
		"tells that it is open until a probe is let in":              byTime,
	},
	"handy": {
		"opens when half of twenty calls fail":                              "it looks at 11 calls in 5s, and that can't be set",
		"opens at a success too that completes the twenty":                  "it looks at 11 calls in 5s, and that can't be set",
		"begins the row anew at a success":                                  "it looks at 11 calls in 5s, and that can't be set",
		"opens at ten failures in a row":                                    noRow,
		"opens at ten failures in a row however slow the traffic is":        noRow,
		"stays open for the open time":                                      "it is open for 1s, and that can't be set",
		"opens for the whole open time when the probe fails":                "it is open for 1s, and that can't be set",
		"a success from before it opened closes nothing":                    noMemory,
		"a failure from before it opened opens nothing":                     noMemory,
		"after a probe whose caller leaves, another is let through at once": "it lets one probe through in a second, whatever becomes of it",
		"dropped, leaves no goroutine behind":                               "each breaker keeps a goroutine, which nothing ends",
	},
	"rubyist": {
		"opens at a success too that completes the twenty": onlyAtFailures,
		"lets one probe of 200 callers through":            anyProbes + " while its open time doesn't grow",
		"a success from before it opened closes nothing":   noMemory,
		"a failure from before it opened opens nothing":    noMemory,
	},
	"failsafe": {
		"opens at ten failures in a row":                                    "it opens by a rate or by failures in a row, not by both",
		"opens at ten failures in a row however slow the traffic is":        "it opens by a rate or by failures in a row, not by both",
		"a success from before it opened closes nothing":                    noMemory,
		"a failure from before it opened opens nothing":                     noMemory,
		"after a probe whose caller leaves, another is let through at once": noFailure,
		"a probe that hangs is given up after the open time":                permits,
	},
}
