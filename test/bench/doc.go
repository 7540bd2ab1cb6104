// Package bench measures corscope's middleware beside its peers.
//
// A [Row] is one request and one policy, the same for every [Peer]. Before anything is timed, [Judge] looks at what the
// peer answers: the browser's half must come to the verdict that is expected, Vary must keep caches from mixing up
// origins, and what a handler does to one response must not reach another. A peer that answers otherwise does less work,
// or dangerous work: it is shown, but not ranked.
//
// [Measure] goes through all rows and peers, pass after pass, so that what disturbs the machine disturbs all alike, and
// counts the processor time of the whole process and a part of a garbage collection. [Table.Markdown] writes the medians;
// [Table.Targets] holds them against what this project set itself.
package bench
