// Package wire says what crosses between a browser and a server: header lists as they were sent, the grammars of the
// CORS headers, and the standard's sets of names. It knows nothing of who asks or who decides.
package wire
