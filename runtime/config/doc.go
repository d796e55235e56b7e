// Package config changes the policies of circuits by a file of settings, while the service
// works. The file is JSON, or with [WithConverter] anything that becomes it, and reads as directives do:
//
//	{
//	  "*":                        {"timeout": "2s"},
//	  "UserClient.*":             {"breaker": {"failure-rate": "30%", "open": "5s..1m"}},
//	  "UserClient.GetUser":       {"timeout": {"attempt": "300ms", "total": "1s"}, "retry": "off"},
//	  "Tenants.Get":              {"bulkhead": {"limit": 20, "wait": "50ms"}},
//	  "Tenants.Get[acme]":        {"bulkhead": {"limit": 100}}
//	}
//
// The keys and values of a policy are those of [runtime.Policy.MarshalJSON].
//
// # Names
//
// A name is a circuit's. That of circuits by key, without a key, stands for all of them. With
// a * at the end it stands for all circuits whose names begin so; Tenants.Get[*] is the same
// as Tenants.Get, but for which is the more exact. Of all that is said of a circuit, the most
// exact holds, setting by setting: the whole name before a part of it, a long part before a
// short one. A link that directives or the configuration turn off is turned on again only by
// a whole name: a retry is off where a call must not be made twice, and * doesn't know.
//
// What is said of a circuit that doesn't exist yet holds when it comes, and of a key too.
//
// # What holds
//
// Settings go over the directives and the configuration. They are taken over whole or not at
// all: where one of them is impossible, alone or for the circuit that it is meant for, the
// error says which, and nothing changes. They hold for calls that begin after that. Forced
// states stay. A circuit that settings are impossible for, and that comes later, goes without
// them, which is logged: a wrapper is not to fail because of a file.
//
// A registry has one set of settings: other ones take their place. What they don't say any
// more goes back to what directives and configuration ask. A circuit, or all circuits of
// one name by key, of which they say what was said before is left alone. So beside
// [runtime.Registry.Apply] and [runtime.Registry.Restore] the last writer wins: what those change
// holds until other settings say something else of the circuit, which then is all that holds.
//
// Each setting that has changed is a line in the log, with the circuit and what was and is in
// force.
package config
