// Package browsers asks the conformance cases of real engines, and holds what they do against what the cases expect.
//
// No driver is in between. A [World] is one listener on the loopback interface that acts every origin and writes down
// what reaches it, byte for byte. An [Engine] is launched with one address and a fresh profile; the page it finds there
// does what the cases say and posts what script saw. The engine's own word for a failure is read off its log. What
// comes of it is an [Observation] for every ask, and [Observation.Disagreements] compares.
//
// The wire log is the truth: an engine's own tools tell of requests that were never sent.
package browsers
